#include "tests/support/opensta/uniform_energy.h"

#include <map>

#include "power/gates/cell_model.h"

namespace approxtlm::power {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Mean internal energy of one edge of an output.
double output_energy_fj(const CellModel& model, const Instance& instance, const Timing& timing, int output) {
    const CellPins pins(*instance.cell);
    const int net = instance.output_nets[index(output)];
    double sum = 0;
    std::size_t flips = 0;
    for (int input = 0; input < model.inputs; ++input)
        for (std::size_t state = 0; state < model.states(); ++state) {
            const int flipped = model.is_register() ? model.inputs : input;
            if (model.is_register() && (input != model.clock || (state >> input & 1) == 0)) continue;
            const std::size_t before = state ^ std::size_t{1} << flipped;
            if (((model.output_of_state[state] ^ model.output_of_state[before]) >> output & 1) == 0) continue;
            const OutputChange& change =
                model.output_changes
                    [model.output_change_of[index(output * model.inputs + input) * model.states() + state]];
            sum += internal_energy_fj(
                *pins.outputs[index(output)], change.power, change.output_rising,
                timing.slew_ps[index(instance.input_nets[index(input)])][change.input_rising],
                timing.load_ff[index(net)][change.output_rising]);
            ++flips;
        }
    return flips == 0 ? 0 : sum / static_cast<double>(flips);
}

/// Mean energy of one edge of an input by itself.
double input_energy_fj(const CellModel& model, const Instance& instance, const Timing& timing, int input) {
    const Pin& pin = *CellPins(*instance.cell).inputs[index(input)];
    const int net = instance.input_nets[index(input)];
    double sum = 0;
    for (std::size_t state = 0; state < model.states(); ++state) {
        const InputChange& change =
            model.input_changes[model.input_change_of[index(input) * model.states() + state]];
        sum += internal_energy_fj(pin, change.power, change.rising, timing.slew_ps[index(net)][change.rising],
                                  0);
    }
    return sum / static_cast<double>(model.states());
}

}  // namespace

UniformEnergy uniform_energy(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                             double activity, LoadCapacitance loads) {
    const double half_v2 = library.voltage_v * library.voltage_v / 2;
    const auto& load_ff = loads == LoadCapacitance::nominal ? timing.energy_load_ff : timing.load_ff;
    std::map<const Cell*, CellModel> models;
    UniformEnergy energy;
    for (const Instance& instance : netlist.instances) {
        const CellModel& model = models.try_emplace(instance.cell, *instance.cell).first->second;
        double internal = 0, switching = 0;
        // A tie cell's output does not move.
        for (int o = 0; model.inputs > 0 && o < model.outputs; ++o) {
            const Edges<double>& load = load_ff[index(instance.output_nets[index(o)])];
            switching += activity * half_v2 * (load.rise + load.fall) / 2;
            internal += activity * output_energy_fj(model, instance, timing, o);
        }
        for (int i = 0; i < model.inputs; ++i) {
            if (instance.input_nets[index(i)] <= kConstantOne) continue;
            internal += (i == model.clock ? 2 : activity) * input_energy_fj(model, instance, timing, i);
        }
        (model.is_register() ? energy.sequential_internal_fj : energy.combinational_internal_fj) += internal;
        (model.is_register() ? energy.sequential_switching_fj : energy.combinational_switching_fj) +=
            switching;
        (model.is_register() ? energy.sequential_leakage_nw : energy.combinational_leakage_nw) +=
            instance.cell->leakage_nw;
    }
    return energy;
}

}  // namespace approxtlm::power
