#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace approxtlm::power {

/// A library cell that adds three bits. An output may be the complement (ASAP7: CON, SN).
struct FullAdderCell {
    std::string name, a, b, c, sum, carry;
    bool sum_inverted = false, carry_inverted = false;
};

/// A library cell that adds two bits.
struct HalfAdderCell {
    std::string name, a, b, sum, carry;
    bool sum_inverted = false, carry_inverted = false;
};

/// A rising-edge D flip-flop without scan and enable. Set and reset, if it has them, are tied off.
struct FlipFlopCell {
    std::string name, data, clock, output;
    bool output_inverted = false;      ///< the output is the complement of what was stored
    std::map<std::string, bool> tied;  ///< pins held at a constant
};

/// The cells that the generator instantiates by name: logic synthesis cannot infer the adders.
struct CellChoice {
    std::optional<FullAdderCell> full_adder;
    std::optional<HalfAdderCell> half_adder;
    FlipFlopCell flip_flop;
};

}  // namespace approxtlm::power
