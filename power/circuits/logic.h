#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "power/circuits/cell_choice.h"

namespace approxtlm::power {

/// A net of a Logic module, a constant, or the complement of either.
struct Signal {
    std::size_t net = 0;  ///< 0: the constant 0
    bool inverted = false;

    Signal operator~() const { return {net, !inverted}; }
    friend bool operator==(Signal a, Signal b) { return a.net == b.net && a.inverted == b.inverted; }
};
inline constexpr Signal kZero{0, false}, kOne{0, true};
inline bool is_constant(Signal s) { return s.net == 0; }

/// A Verilog module under construction: gates, adder cells and flip-flops of the library, constants folded
/// where they meet a gate. Every net remembers about how late it settles, in units of a simple gate.
class Logic {
public:
    /// `cells`: what may be instantiated. `adder_cells`: whether its adders are, or gates in their place.
    Logic(std::string name, const CellChoice& cells, bool adder_cells);

    std::vector<Signal> input(const std::string& name, std::size_t bits);
    /// Bits of a port that nothing drives are 0.
    void output(const std::string& name, const std::vector<Signal>& bits);

    Signal and_gate(Signal a, Signal b);
    Signal or_gate(Signal a, Signal b) { return ~and_gate(~a, ~b); }
    Signal xor_gate(Signal a, Signal b);
    struct SumCarry {
        Signal sum, carry;
    };
    /// With `carry_wanted` false the carry is not built (and reads 0).
    SumCarry half_adder(Signal a, Signal b, bool carry_wanted = true);
    SumCarry full_adder(Signal a, Signal b, Signal c, bool carry_wanted = true);
    /// What `data` was before the rising edge of the input port `clock`. A constant has no flip-flop.
    Signal flip_flop(const std::string& instance, const std::string& clock, Signal data);
    /// The same where `data` can be had in either polarity: the output needs no inverter.
    Signal flip_flop_plain(const std::string& instance, const std::string& clock, Signal data);

    double arrival(Signal s) const { return arrival_[s.net]; }
    std::string verilog() const;

private:
    std::size_t new_net(double arrival);
    std::string text(Signal s) const;  ///< as an expression
    std::string pin(Signal s);         ///< as a cell's input: complements get a net of their own
    std::size_t declare_gate(const std::string& expression, double arrival);

    const std::string name_;
    const CellChoice cells_;
    const bool adder_cells_;
    std::vector<double> arrival_;
    std::vector<std::size_t> complement_;  ///< net that carries it, 0: none yet
    std::vector<std::string> net_name_;
    std::string ports_, port_declarations_, body_, outputs_;
    std::size_t instances_ = 0;
};

}  // namespace approxtlm::power
