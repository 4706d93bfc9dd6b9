#include "power/circuits/logic.h"

#include <fmt/format.h>

#include <algorithm>

namespace approxtlm::power {
namespace {

// Delays in units of a simple gate: they only order the inputs of adders.
constexpr double kGate = 1, kXor = 2, kCellSum = 4, kCellCarry = 3;

}  // namespace

Logic::Logic(std::string name, const CellChoice& cells, bool adder_cells)
    : name_(std::move(name)), cells_(cells), adder_cells_(adder_cells) {
    arrival_.push_back(0);
    complement_.push_back(0);
    net_name_.push_back("1'b0");
}

std::size_t Logic::new_net(double arrival) {
    arrival_.push_back(arrival);
    complement_.push_back(0);
    net_name_.push_back(fmt::format("n{}", net_name_.size()));
    return net_name_.size() - 1;
}

std::size_t Logic::declare_gate(const std::string& expression, double arrival) {
    const std::size_t net = new_net(arrival);
    body_ += fmt::format("  wire {} = {};\n", net_name_[net], expression);
    return net;
}

std::string Logic::text(Signal s) const {
    if (is_constant(s)) return s.inverted ? "1'b1" : "1'b0";
    return (s.inverted ? "~" : "") + net_name_[s.net];
}

std::string Logic::pin(Signal s) {
    if (is_constant(s) || !s.inverted) return text(s);
    if (complement_[s.net] == 0) {
        const std::size_t net = declare_gate(text(s), arrival_[s.net] + kGate);
        complement_[s.net] = net;
    }
    return net_name_[complement_[s.net]];
}

std::vector<Signal> Logic::input(const std::string& name, std::size_t bits) {
    ports_ += (ports_.empty() ? "" : ", ") + name;
    port_declarations_ += fmt::format("  input [{}:0] {};\n", bits - 1, name);
    std::vector<Signal> signals;
    for (std::size_t i = 0; i < bits; ++i) {
        const std::size_t net = new_net(0);
        net_name_[net] = fmt::format("{}[{}]", name, i);
        signals.push_back({net, false});
    }
    return signals;
}

void Logic::output(const std::string& name, const std::vector<Signal>& bits) {
    ports_ += (ports_.empty() ? "" : ", ") + name;
    port_declarations_ += fmt::format("  output [{}:0] {};\n", bits.size() - 1, name);
    for (std::size_t i = 0; i < bits.size(); ++i)
        outputs_ += fmt::format("  assign {}[{}] = {};\n", name, i, text(bits[i]));
}

Signal Logic::and_gate(Signal a, Signal b) {
    if (a == kZero || b == kZero || a == ~b) return kZero;
    if (a == kOne || a == b) return b;
    if (b == kOne) return a;
    return {declare_gate(text(a) + " & " + text(b), std::max(arrival(a), arrival(b)) + kGate), false};
}

Signal Logic::xor_gate(Signal a, Signal b) {
    if (a.net == b.net) return a.inverted == b.inverted ? kZero : kOne;
    if (is_constant(a)) return a.inverted ? ~b : b;
    if (is_constant(b)) return b.inverted ? ~a : a;
    // The complements come out of an XOR: it is built of the plain nets.
    const bool inverted = a.inverted != b.inverted;
    const double late = std::max(arrival(a), arrival(b)) + kXor;
    return {declare_gate(net_name_[a.net] + " ^ " + net_name_[b.net], late), inverted};
}

Logic::SumCarry Logic::half_adder(Signal a, Signal b, bool carry_wanted) {
    const bool folds = is_constant(a) || is_constant(b) || a.net == b.net;
    // A complement would need an inverter in front of the cell: gates take it for nothing.
    const bool cell =
        adder_cells_ && cells_.half_adder && carry_wanted && !folds && !a.inverted && !b.inverted;
    if (!cell) return {xor_gate(a, b), carry_wanted ? and_gate(a, b) : kZero};
    const HalfAdderCell& h = *cells_.half_adder;
    const double start = std::max(arrival(a), arrival(b));
    const std::size_t sum = new_net(start + kCellSum), carry = new_net(start + kCellCarry);
    body_ += fmt::format("  wire {}, {};\n  {} ha_{} (.{}({}), .{}({}), .{}({}), .{}({}));\n", net_name_[sum],
                         net_name_[carry], h.name, instances_++, h.a, pin(a), h.b, pin(b), h.sum,
                         net_name_[sum], h.carry, net_name_[carry]);
    return {{sum, h.sum_inverted}, {carry, h.carry_inverted}};
}

Logic::SumCarry Logic::full_adder(Signal a, Signal b, Signal c, bool carry_wanted) {
    // Latest input last: it passes one XOR only.
    if (arrival(a) > arrival(c)) std::swap(a, c);
    if (arrival(b) > arrival(c)) std::swap(b, c);
    for (Signal* s : {&a, &b}) {
        if (is_constant(*s)) std::swap(*s, c);
    }
    if (c == kZero) return half_adder(a, b, carry_wanted);
    const bool folds = is_constant(a) || is_constant(b) || is_constant(c) || a.net == b.net ||
                       a.net == c.net || b.net == c.net;
    if (folds || !carry_wanted || !adder_cells_ || !cells_.full_adder) {
        const Signal half = xor_gate(a, b);
        const Signal sum = xor_gate(half, c);
        if (!carry_wanted) return {sum, kZero};
        return {sum, or_gate(and_gate(a, b), and_gate(c, c == kOne ? or_gate(a, b) : half))};
    }
    // A full adder is self-dual: complements of all three inputs give the complements of both outputs.
    const bool dual = a.inverted + b.inverted + c.inverted >= 2;
    const FullAdderCell& f = *cells_.full_adder;
    const std::string pin_a = pin(dual ? ~a : a), pin_b = pin(dual ? ~b : b), pin_c = pin(dual ? ~c : c);
    const double start = std::max({arrival(a), arrival(b), arrival(c)});
    const std::size_t sum = new_net(start + kCellSum), carry = new_net(start + kCellCarry);
    body_ += fmt::format("  wire {}, {};\n  {} fa_{} (.{}({}), .{}({}), .{}({}), .{}({}), .{}({}));\n",
                         net_name_[sum], net_name_[carry], f.name, instances_++, f.a, pin_a, f.b, pin_b, f.c,
                         pin_c, f.sum, net_name_[sum], f.carry, net_name_[carry]);
    return {{sum, f.sum_inverted != dual}, {carry, f.carry_inverted != dual}};
}

Signal Logic::flip_flop(const std::string& instance, const std::string& clock, Signal data) {
    if (is_constant(data)) return data;
    const FlipFlopCell& ff = cells_.flip_flop;
    const std::size_t q = new_net(0);
    std::string ties;
    for (const auto& [name, value] : ff.tied) ties += fmt::format(", .{}(1'b{})", name, value ? 1 : 0);
    const std::string d = pin(data);
    body_ += fmt::format("  wire {};\n  {} {} (.{}({}[0]), .{}({}), .{}({}){});\n", net_name_[q], ff.name,
                         instance, ff.clock, clock, ff.data, d, ff.output, net_name_[q], ties);
    return {q, ff.output_inverted};
}

Signal Logic::flip_flop_plain(const std::string& instance, const std::string& clock, Signal data) {
    return cells_.flip_flop.output_inverted ? ~flip_flop(instance, clock, ~data)
                                            : flip_flop(instance, clock, data);
}

std::string Logic::verilog() const {
    return fmt::format("module {} ({});\n{}{}{}endmodule\n", name_, ports_, port_declarations_, body_,
                       outputs_);
}

}  // namespace approxtlm::power
