#include "power/gates/cell_model.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "models/common/error.h"
#include "power/gates/netlist.h"

namespace approxtlm::power {
namespace {

bool bit(std::size_t value, int index) { return (value >> index & 1) != 0; }

/// Index of `item` among the distinct ones so far.
template <class Item, class Key>
std::uint16_t distinct(std::vector<Item>& items, std::map<Key, std::uint16_t>& known, Key key, Item item) {
    const auto [it, is_new] = known.try_emplace(std::move(key), static_cast<std::uint16_t>(items.size()));
    if (is_new) items.push_back(std::move(item));
    return it->second;
}

}  // namespace

CellModel::CellModel(const Cell& of) : cell(of) {
    CellPins pins(cell);
    input_pins_ = std::move(pins.inputs);
    output_pins_ = std::move(pins.outputs);
    inputs = static_cast<int>(input_pins_.size());
    outputs = static_cast<int>(output_pins_.size());
    if (cell.flip_flop) {
        const std::vector<std::string>& clocks = cell.flip_flop->clocked_on.names();
        for (int i = 0; i < inputs; ++i)
            if (clocks.size() == 1 && input_pins_[static_cast<std::size_t>(i)]->name == clocks.front())
                clock = i;
        if (clock < 0 || !cell.flip_flop->clocked_on.evaluate(1))
            throw InputError(cell.file + ": cell " + cell.name + ".ff.clocked_on", "another clock",
                             "the rising edge of one pin");
    }
    functions();
    changes_of_outputs();
    changes_of_inputs();
}

/// Over inputs, the stored value and, in conditions, output pins.
std::vector<bool> CellModel::truth_table(const Expression& expression, const char* what) const {
    const std::string where = cell.file + ": cell " + cell.name + "." + what;
    const std::vector<std::string>& names = expression.names();
    enum class Source { input, state, inverse, output };
    std::vector<std::pair<Source, int>> sources;
    for (const std::string& name : names) {
        const auto is_name = [&](const Pin* pin) { return pin->name == name; };
        const auto in = std::find_if(input_pins_.begin(), input_pins_.end(), is_name);
        const auto out = std::find_if(output_pins_.begin(), output_pins_.end(), is_name);
        if (in != input_pins_.end()) {
            sources.emplace_back(Source::input, static_cast<int>(in - input_pins_.begin()));
        } else if (cell.flip_flop && name == cell.flip_flop->state) {
            sources.emplace_back(Source::state, inputs);
        } else if (cell.flip_flop && name == cell.flip_flop->inverted_state) {
            sources.emplace_back(Source::inverse, inputs);
        } else if (out != output_pins_.end() && !output_of_state.empty()) {
            sources.emplace_back(Source::output, static_cast<int>(out - output_pins_.begin()));
        } else {
            throw InputError(where, "the name " + name, "a pin or state of this cell");
        }
    }
    std::vector<bool> table(states());
    for (std::size_t state = 0; state < table.size(); ++state) {
        std::uint64_t values = 0;
        for (std::size_t i = 0; i < sources.size(); ++i) {
            const auto [source, index] = sources[i];
            const bool value = source == Source::output ? bit(output_of_state[state], index)
                                                        : bit(state, index) != (source == Source::inverse);
            values |= std::uint64_t{value} << i;
        }
        table[state] = expression.evaluate(values);
    }
    return table;
}

void CellModel::functions() {
    constexpr int kMostOutputs = 8;
    if (outputs > kMostOutputs)
        throw InputError(cell.file + ": cell " + cell.name, std::to_string(outputs) + " outputs",
                         "at most 8");
    std::vector<std::uint8_t> values(states());
    for (int o = 0; o < outputs; ++o) {
        const std::vector<bool> table =
            truth_table(*output_pins_[static_cast<std::size_t>(o)]->function, "function");
        for (std::size_t state = 0; state < values.size(); ++state)
            values[state] |= static_cast<std::uint8_t>(table[state] ? 1u << o : 0u);
    }
    output_of_state = std::move(values);
    if (!is_register()) return;
    next_of_state = truth_table(cell.flip_flop->next_state, "ff.next_state");
    forced_of_state.assign(states(), false);
    for (const auto& force : {cell.flip_flop->clear, cell.flip_flop->preset}) {
        if (!force) continue;
        const std::vector<bool> active = truth_table(*force, "ff.clear or preset");
        for (std::size_t state = 0; state < active.size(); ++state)
            if (active[state]) forced_of_state[state] = true;
    }
}

std::vector<std::vector<bool>> CellModel::conditions_of(const Pin& pin) const {
    std::vector<std::vector<bool>> conditions;
    for (const InternalPower& power : pin.internal_power)
        conditions.push_back(power.when ? truth_table(*power.when, "internal_power.when")
                                        : std::vector<bool>{});
    return conditions;
}

/// Groups whose condition holds; else the unconditional ones. Groups without a table for the edge do not
/// count.
std::vector<int> CellModel::powers_of(const Pin& pin, const std::vector<std::vector<bool>>& conditions,
                                      const std::string& related_pin, std::size_t state, bool rising) const {
    std::vector<int> holding, unconditional;
    for (std::size_t g = 0; g < pin.internal_power.size(); ++g) {
        const InternalPower& power = pin.internal_power[g];
        if (power.related_pin != related_pin || power.energy[rising].empty()) continue;
        if (conditions[g].empty())
            unconditional.push_back(static_cast<int>(g));
        else if (conditions[g][state])
            holding.push_back(static_cast<int>(g));
    }
    return holding.empty() ? unconditional : holding;
}

/// Arcs of the right edges: those whose condition holds, else the unconditional ones, else all.
std::vector<int> CellModel::arcs_of(int output, int input, std::size_t state, bool input_rising,
                                    bool output_rising) const {
    const Pin& pin = *output_pins_[static_cast<std::size_t>(output)];
    std::vector<int> holding, unconditional, all;
    for (std::size_t a = 0; a < pin.arcs.size(); ++a) {
        const TimingArc& arc = pin.arcs[a];
        const bool clocked = arc.kind == ArcKind::rising_clock;
        if (arc.related_pin != input_pins_[static_cast<std::size_t>(input)]->name ||
            arc.delay[output_rising].empty())
            continue;
        if (is_register() ? !clocked : arc.kind != ArcKind::combinational) continue;
        const TimingSense same =
            input_rising == output_rising ? TimingSense::positive : TimingSense::negative;
        if (!clocked && arc.sense != TimingSense::non_unate && arc.sense != same) continue;
        all.push_back(static_cast<int>(a));
        const std::vector<bool>& condition = arc_conditions_[static_cast<std::size_t>(output)][a];
        if (condition.empty())
            unconditional.push_back(static_cast<int>(a));
        else if (condition[state])
            holding.push_back(static_cast<int>(a));
    }
    return !holding.empty() ? holding : !unconditional.empty() ? unconditional : all;
}

void CellModel::find_via(OutputChange& change, std::size_t state, std::size_t before) const {
    const Pin& pin = *output_pins_[static_cast<std::size_t>(change.output)];
    for (int via = 0; via < outputs; ++via) {
        const bool rising = bit(output_of_state[state], via);
        if (via == change.output || rising == bit(output_of_state[before], via)) continue;
        std::vector<int> holding, unconditional;
        for (std::size_t a = 0; a < pin.arcs.size(); ++a) {
            const TimingArc& arc = pin.arcs[a];
            const TimingSense same =
                rising == change.output_rising ? TimingSense::positive : TimingSense::negative;
            if (arc.related_output != via || arc.kind != ArcKind::combinational) continue;
            if (arc.delay[change.output_rising].empty()) continue;
            if (arc.sense != TimingSense::non_unate && arc.sense != same) continue;
            const std::vector<bool>& condition = arc_conditions_[static_cast<std::size_t>(change.output)][a];
            if (condition.empty())
                unconditional.push_back(static_cast<int>(a));
            else if (condition[state])
                holding.push_back(static_cast<int>(a));
        }
        const std::vector<int>& arcs = holding.empty() ? unconditional : holding;
        std::vector<int> first = arcs_of(via, change.input, state, change.input_rising, rising);
        if (arcs.empty() || first.empty()) continue;
        change.via = via;
        change.via_rising = rising;
        change.via_arcs = std::move(first);
        change.arcs_from_via = arcs;
        return;
    }
}

void CellModel::changes_of_outputs() {
    for (const Pin* pin : output_pins_) {
        auto& of_pin = arc_conditions_.emplace_back();
        for (const TimingArc& arc : pin->arcs)
            of_pin.push_back(arc.when ? truth_table(*arc.when, "timing.when") : std::vector<bool>{});
    }
    using Key = std::tuple<int, int, bool, bool, std::vector<int>, std::vector<int>, int, bool,
                           std::vector<int>, std::vector<int>>;
    std::map<Key, std::uint16_t> known;
    output_change_of.assign(static_cast<std::size_t>(outputs * inputs) * states(), 0);
    for (int o = 0; o < outputs; ++o) {
        const Pin& pin = *output_pins_[static_cast<std::size_t>(o)];
        const std::vector<std::vector<bool>> conditions = conditions_of(pin);
        for (int i = 0; i < inputs; ++i) {
            if (is_register() && i != clock) continue;
            for (std::size_t state = 0; state < states(); ++state) {
                // A combinational output changes with input i here, a register's with its stored value at the
                // clock.
                const int flipped = is_register() ? inputs : i;
                const std::size_t before = state ^ std::size_t{1} << flipped;
                if (bit(output_of_state[state], o) == bit(output_of_state[before], o)) continue;
                if (is_register() && !bit(state, clock)) continue;
                OutputChange change;
                change.output = o;
                change.input = i;
                change.input_rising = bit(state, i);
                change.output_rising = bit(output_of_state[state], o);
                change.arcs = arcs_of(o, i, state, change.input_rising, change.output_rising);
                if (change.arcs.empty())
                    throw InputError(
                        cell.file + ": cell " + cell.name + ".pin " + pin.name,
                        "no delay from " + input_pins_[static_cast<std::size_t>(i)]->name +
                            (change.output_rising ? " to its rising edge" : " to its falling edge"),
                        "a timing group with cell_rise and cell_fall");
                change.power = powers_of(pin, conditions, input_pins_[static_cast<std::size_t>(i)]->name,
                                         state, change.output_rising);
                if (!is_register()) find_via(change, state, before);
                Key key{o,
                        i,
                        change.input_rising,
                        change.output_rising,
                        change.arcs,
                        change.power,
                        change.via,
                        change.via_rising,
                        change.via_arcs,
                        change.arcs_from_via};
                const auto index = (static_cast<std::size_t>(o * inputs + i)) * states() + state;
                output_change_of[index] = distinct(output_changes, known, std::move(key), std::move(change));
            }
        }
    }
}

void CellModel::changes_of_inputs() {
    std::map<std::pair<std::pair<int, bool>, std::vector<int>>, std::uint16_t> known;
    input_change_of.assign(static_cast<std::size_t>(inputs) * states(), 0);
    input_has_power.assign(static_cast<std::size_t>(inputs), false);
    for (int i = 0; i < inputs; ++i) {
        const Pin& pin = *input_pins_[static_cast<std::size_t>(i)];
        input_has_power[static_cast<std::size_t>(i)] = !pin.internal_power.empty();
        const std::vector<std::vector<bool>> conditions = conditions_of(pin);
        for (std::size_t state = 0; state < states(); ++state) {
            InputChange change{i, bit(state, i), {}};
            change.power = powers_of(pin, conditions, "", state, change.rising);
            std::pair<std::pair<int, bool>, std::vector<int>> key{{i, change.rising}, change.power};
            input_change_of[static_cast<std::size_t>(i) * states() + state] =
                distinct(input_changes, known, std::move(key), std::move(change));
        }
    }
}

namespace {

const Pin& output_pin(const CellModel& model, int output) {
    return model.cell.pins[static_cast<std::size_t>(model.cell.outputs[static_cast<std::size_t>(output)])];
}

double mean_of_arcs(const Pin& pin, const std::vector<int>& arcs, Edges<LookupTable> TimingArc::*table,
                    bool rising, double slew_ps, double load_ff) {
    double sum = 0;
    for (const int arc : arcs)
        sum += (pin.arcs[static_cast<std::size_t>(arc)].*table)[rising].at(slew_ps, load_ff);
    return std::max(0.0, sum / static_cast<double>(arcs.size()));
}

}  // namespace

double output_delay_ps(const CellModel& model, const OutputChange& change, double slew_ps,
                       const std::vector<Edges<double>>& loads_ff) {
    const Pin& pin = output_pin(model, change.output);
    const double load_ff = loads_ff[static_cast<std::size_t>(change.output)][change.output_rising];
    const double direct =
        mean_of_arcs(pin, change.arcs, &TimingArc::delay, change.output_rising, slew_ps, load_ff);
    if (change.via < 0) return direct;
    const Pin& via = output_pin(model, change.via);
    const double via_load_ff = loads_ff[static_cast<std::size_t>(change.via)][change.via_rising];
    const double via_slew_ps =
        mean_of_arcs(via, change.via_arcs, &TimingArc::transition, change.via_rising, slew_ps, via_load_ff);
    return std::max(direct, mean_of_arcs(via, change.via_arcs, &TimingArc::delay, change.via_rising, slew_ps,
                                         via_load_ff) +
                                mean_of_arcs(pin, change.arcs_from_via, &TimingArc::delay,
                                             change.output_rising, via_slew_ps, load_ff));
}

double output_transition_ps(const CellModel& model, const OutputChange& change, double slew_ps,
                            const std::vector<Edges<double>>& loads_ff) {
    return mean_of_arcs(output_pin(model, change.output), change.arcs, &TimingArc::transition,
                        change.output_rising, slew_ps,
                        loads_ff[static_cast<std::size_t>(change.output)][change.output_rising]);
}

double internal_energy_fj(const Pin& pin, const std::vector<int>& groups, bool rising, double slew_ps,
                          double load_ff) {
    std::map<std::string, std::pair<double, int>> rails;
    for (const int g : groups) {
        const InternalPower& power = pin.internal_power[static_cast<std::size_t>(g)];
        auto& [sum, count] = rails[power.related_rail];
        sum += power.energy[rising].at(slew_ps, load_ff);
        ++count;
    }
    double energy = 0;
    for (const auto& [rail, of_rail] : rails) energy += of_rail.first / of_rail.second;
    return energy;
}

}  // namespace approxtlm::power
