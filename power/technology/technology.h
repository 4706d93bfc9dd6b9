#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/arithmetic/multiplier.h"
#include "models/common/accelerator_config.h"

namespace approxtlm::power {

/// Energy of one PE cycle by component at the file's reference activity, femtojoules; area in um^2.
struct PeEnergy {
    double multiplier_fj = 0;      ///< combinational, partial products and tree
    double accumulator_fj = 0;     ///< combinational, adder of the partial sum
    double registers_fj = 0;       ///< data switching of activation and partial-sum registers
    double correction_fj = 0;      ///< sum-x adder and registers inside the PE (per_mac only)
    double clock_fj = 0;           ///< clock pins of the registers that stream
    double weight_clock_fj = 0;    ///< clock pins of the weight register, spent when it is written
    double leakage_fj = 0;         ///< per cycle at the file's clock
    double area_um2 = 0;
    double activation_toggles = 0;  ///< reference activity, bits per PE cycle
    double psum_toggles = 0;
};

/// A measured number with where it came from.
struct Quantity {
    double value = 0;
    std::string provenance;
};

/// One library at one clock, read from power/technology/<library>-<clock>.yaml. Every number that a design needs must
/// be there: at() style accessors throw InputError("file: technology NAME: no ... for ...") instead of a default.
class Technology {
public:
    /// `name_or_path`: a name among available(), or a path ending in .yaml. Throws InputError (file:line).
    static Technology load(const std::string& name_or_path);
    static std::vector<std::string> available();

    std::string name, path;
    std::string library, corner;      ///< e.g. "ASAP7 RVT", "TT 0.7 V 25 C"
    double clock_mhz = 0;             ///< the clock at which the file was measured
    double fastest_clock_mhz = 0;     ///< of the exact design
    std::string provenance;

    /// PE of a design; `per_mac` adds sum-x inside the PE.
    const PeEnergy& pe(const Multiplier& multiplier, bool per_mac) const;
    /// Energy and area of the correction per array (MAC+ per column cycle; sum-x and sum-A column PE per row cycle).
    double mac_plus_fj(const Multiplier& multiplier, unsigned array_rows) const;
    double sum_x_pe_fj(const Multiplier& multiplier, unsigned array_rows) const;
    double sum_a_pe_fj() const;
    double mac_plus_area_um2(const Multiplier& multiplier) const;
    double sum_x_pe_area_um2(const Multiplier& multiplier) const;
    double sum_a_pe_area_um2() const;
    /// Outside the array, picojoules: per byte, per element, per descriptor.
    double buffer_read_pj_per_byte(double capacity_bytes) const;
    double buffer_write_pj_per_byte(double capacity_bytes) const;
    double dma_pj_per_byte() const;
    double vector_unit_pj_per_element() const;
    double sequencer_pj_per_descriptor() const;

private:
    friend class TechnologyReader;
    // see technology.cpp: the parsed tables
    std::map<std::string, PeEnergy> pes_;          ///< key: "truncated:7" or "truncated:7/per_mac"
    std::map<std::string, std::map<unsigned, double>> mac_plus_fj_, sum_x_pe_fj_;
    std::map<std::string, double> scalars_;
};

}  // namespace approxtlm::power
