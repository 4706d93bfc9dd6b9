#pragma once

#include <string>

#include "power/circuits/generate.h"
#include "power/circuits/key_locks.h"
#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// Ways through abc: `map` (standard mapper after structural choices), `nf` (mapper of the new AIG package),
/// `amap` (by area). Each followed by buffering and sizing for the delay target.
enum class MapScript { map, nf, amap };
std::string to_string(MapScript script);

struct Mapping {
    MapScript script = MapScript::map;
    /// Of every component's own logic; abc sees nothing beyond a register or an adder cell.
    double delay_target_ps = 0;
};
std::string to_string(const Mapping& mapping);  ///< "map/D500"

/// Yosys and abc with one library. Files go to `folder`, named by a hash of all that they depend on: what is
/// there is not made again, and a file that is there is whole.
class Synthesis {
public:
    /// Writes the library for abc. Throws InputError when yosys is not installed.
    Synthesis(const LibertyLibrary& library, std::string folder);

    const CellChoice& cells() const { return cells_; }
    const std::string& yosys_version() const { return version_; }  ///< "Yosys 0.23 (git sha1 ...)"

    /// Path of the mapped netlist (Yosys JSON, one flat module, instance names COMPONENT.NAME). Throws
    /// InputError naming yosys' log when it fails. Several threads may call it.
    std::string netlist(const GeneratedCircuit& circuit, const Mapping& mapping) const;

private:
    std::string commands(const GeneratedCircuit& circuit, const Mapping& mapping) const;

    const std::string folder_, yosys_;
    std::string version_, library_path_, constraints_path_;
    std::string library_hash_;
    CellChoice cells_;
    mutable KeyLocks locks_;
};

/// Hexadecimal FNV-1a, 64 bits: names of files in the work folder.
std::string content_hash(const std::string& text);

}  // namespace approxtlm::power
