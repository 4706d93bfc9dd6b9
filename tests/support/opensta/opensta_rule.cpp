#include "tests/support/opensta/opensta_rule.h"

#include <algorithm>

namespace approxtlm::power {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Every name 1 half of the time, independently of the others.
double probability(const Expression& expression) {
    const std::size_t states = std::size_t{1} << expression.names().size();
    std::size_t ones = 0;
    for (std::size_t state = 0; state < states; ++state) ones += expression.evaluate(state) ? 1 : 0;
    return static_cast<double>(ones) / static_cast<double>(states);
}

bool is_first_rail(const Pin& pin, const InternalPower& power) {
    return power.related_rail == pin.internal_power.front().related_rail;
}

double output_weight(const Cell& cell, const Pin& pin, const InternalPower& power) {
    if ((!power.when || cell.flip_flop) && !is_first_rail(pin, power)) return 0;
    if (power.when) return probability(*power.when);
    if (cell.flip_flop) return 1;
    const std::optional<Expression> condition = pin.function->deciding_condition(power.related_pin);
    return condition ? probability(*condition) : 0.5;
}

double input_weight(const Cell& cell, const Pin& pin, const InternalPower& power) {
    if ((!power.when || cell.flip_flop) && !is_first_rail(pin, power)) return 0;
    if (power.when) return probability(*power.when);
    return pin.clock ? 1 : 0.5;
}

/// Of the first arc between two pins; the other edge's transition matters little.
bool is_inverting(const Pin& to, const std::string& from) {
    for (const TimingArc& arc : to.arcs)
        if (arc.related_pin == from) return arc.sense == TimingSense::negative;
    return false;
}

double both_edges(const InternalPower& power, const Edges<double>& slew, bool inverting,
                  const Edges<double>& load) {
    double sum = 0;
    for (const bool rising : {true, false})
        sum += power.energy[rising].at(slew[rising != inverting], load[rising]);
    return sum;
}

}  // namespace

UniformEnergy opensta_2019_energy(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                                  double activity) {
    const double half_v2 = library.voltage_v * library.voltage_v / 2;
    UniformEnergy energy;
    for (const Instance& instance : netlist.instances) {
        const Cell& cell = *instance.cell;
        const CellPins pins(cell);
        double internal = 0, switching = 0;
        for (std::size_t o = 0; !pins.inputs.empty() && o < pins.outputs.size(); ++o) {
            const Edges<double>& edges = timing.load_ff[index(instance.output_nets[o])];
            const double largest = std::max(edges.rise, edges.fall);
            switching += activity * half_v2 * largest;
            for (const InternalPower& power : pins.outputs[o]->internal_power)
                for (std::size_t i = 0; i < pins.inputs.size(); ++i)
                    if (pins.inputs[i]->name == power.related_pin)
                        internal +=
                            activity * output_weight(cell, *pins.outputs[o], power) *
                            both_edges(power, timing.slew_ps[index(instance.input_nets[i])],
                                       is_inverting(*pins.outputs[o], power.related_pin), {largest, largest});
        }
        for (std::size_t i = 0; i < pins.inputs.size(); ++i) {
            const bool clock = pins.inputs[i]->clock;
            const Edges<double> slew =
                clock ? Edges<double>{} : timing.slew_ps[index(instance.input_nets[i])];
            for (const InternalPower& power : pins.inputs[i]->internal_power)
                internal += (clock ? 2 : activity) * input_weight(cell, *pins.inputs[i], power) *
                            both_edges(power, slew, false, {});
        }
        (cell.flip_flop ? energy.sequential_internal_fj : energy.combinational_internal_fj) += internal;
        (cell.flip_flop ? energy.sequential_switching_fj : energy.combinational_switching_fj) += switching;
        (cell.flip_flop ? energy.sequential_leakage_nw : energy.combinational_leakage_nw) += cell.leakage_nw;
    }
    return energy;
}

}  // namespace approxtlm::power
