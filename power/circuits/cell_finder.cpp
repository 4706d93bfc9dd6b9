#include "power/circuits/cell_finder.h"

#include <algorithm>
#include <limits>
#include <map>

#include "models/common/error.h"

namespace approxtlm::power {
namespace {

constexpr std::size_t kMostInputs = 6;

struct Pins {
    std::vector<std::string> inputs;
    std::vector<const Pin*> outputs;
    explicit Pins(const Cell& cell) {
        for (const Pin& pin : cell.pins) {
            if (pin.direction == Direction::input) inputs.push_back(pin.name);
            if (pin.direction == Direction::output) outputs.push_back(&pin);
        }
    }
};

bool usable(const Cell& cell) { return !cell.dont_use && cell.unsupported.empty(); }

bool has_functions(const Pins& pins) {
    return std::all_of(pins.outputs.begin(), pins.outputs.end(),
                       [](const Pin* pin) { return pin->function && !pin->three_state; });
}

std::vector<bool> complement(std::vector<bool> truth) {
    truth.flip();
    return truth;
}

/// Which of the two outputs is which, and whether complemented; `sum` and `carry` are truth tables.
struct AdderOutputs {
    const Pin *sum = nullptr, *carry = nullptr;
    bool sum_inverted = false, carry_inverted = false;
};

AdderOutputs adder_outputs(const Cell& cell, const Pins& pins, const std::vector<bool>& sum,
                           const std::vector<bool>& carry) {
    AdderOutputs found;
    for (const Pin* pin : pins.outputs) {
        const std::vector<bool> truth = pin->function->truth_table(pins.inputs, cell.file);
        if (truth == sum || truth == complement(sum)) {
            found.sum = pin;
            found.sum_inverted = truth != sum;
        } else if (truth == carry || truth == complement(carry)) {
            found.carry = pin;
            found.carry_inverted = truth != carry;
        }
    }
    return found;
}

/// A name alone, not complemented?
bool is_name(const Expression& e) { return e.names().size() == 1 && e.evaluate(1) && !e.evaluate(0); }

bool is_complement(const Expression& e) { return e.names().size() == 1 && !e.evaluate(1) && e.evaluate(0); }

/// The flip-flop as a plain one, nothing when it cannot be one.
std::optional<FlipFlopCell> plain_flip_flop(const Cell& cell) {
    const FlipFlop& ff = *cell.flip_flop;
    if (!is_name(ff.clocked_on) || !(is_name(ff.next_state) || is_complement(ff.next_state)))
        return std::nullopt;
    FlipFlopCell found;
    found.name = cell.name;
    found.clock = ff.clocked_on.names()[0];
    found.data = ff.next_state.names()[0];
    for (const auto* control : {&ff.clear, &ff.preset}) {
        if (!*control) continue;
        if ((*control)->names().size() != 1) return std::nullopt;
        found.tied[(*control)->names()[0]] = !(*control)->evaluate(1);
    }
    for (const Pin& pin : cell.pins) {
        const bool known =
            pin.name == found.clock || pin.name == found.data || found.tied.count(pin.name) > 0;
        if (pin.direction == Direction::input && !known) return std::nullopt;
        if (pin.direction != Direction::output || !pin.function || pin.function->names().size() != 1)
            continue;
        const bool as_state = (pin.function->names()[0] == ff.state) == pin.function->evaluate(1);
        const bool plain = as_state == is_name(ff.next_state);
        if (found.output.empty() || (plain && found.output_inverted)) {
            found.output = pin.name;
            found.output_inverted = !plain;
        }
    }
    if (found.output.empty()) return std::nullopt;
    return found;
}

/// Delay of a one-input gate at a middling transition and a load of four of its own inputs.
double typical_delay_ps(const Cell& cell, double load_ff) {
    double delay = 0;
    for (const Pin& pin : cell.pins) {
        for (const TimingArc& arc : pin.arcs) {
            if (arc.kind != ArcKind::combinational) continue;
            for (const LookupTable* table : {&arc.delay.rise, &arc.delay.fall}) {
                if (table->empty()) continue;
                const double slew = table->x().empty() ? 0 : table->x()[table->x().size() / 2];
                delay = std::max(delay, table->at(slew, load_ff));
            }
        }
    }
    return delay;
}

double input_capacitance_ff(const Cell& cell) {
    for (const Pin& pin : cell.pins)
        if (pin.direction == Direction::input) return pin.capacitance_ff.rise;
    return 0;
}

}  // namespace

std::vector<bool> gate_function(const Cell& cell) {
    const Pins pins(cell);
    if (cell.flip_flop || pins.outputs.size() != 1 || pins.inputs.empty() ||
        pins.inputs.size() > kMostInputs || !has_functions(pins))
        return {};
    return pins.outputs[0]->function->truth_table(pins.inputs, cell.file);
}

CellChoice choose_cells(const LibertyLibrary& library) {
    // a + b + c over inputs a = bit 0, ...
    const std::vector<bool> sum3{0, 1, 1, 0, 1, 0, 0, 1}, carry3{0, 0, 0, 1, 0, 1, 1, 1};
    const std::vector<bool> sum2{0, 1, 1, 0}, carry2{0, 0, 0, 1};
    CellChoice choice;
    double full_area = std::numeric_limits<double>::infinity(), half_area = full_area;
    double flip_flop_area = full_area;
    for (const auto& [name, cell] : library.cells) {
        if (!usable(cell)) continue;
        const Pins pins(cell);
        if (cell.flip_flop) {
            const std::optional<FlipFlopCell> found = plain_flip_flop(cell);
            if (!found) continue;
            const FlipFlopCell& best = choice.flip_flop;
            const bool fewer_ties = found->tied.size() < best.tied.size();
            const bool smaller = found->tied.size() == best.tied.size() && cell.area_um2 < flip_flop_area;
            if (!best.name.empty() && !fewer_ties && !smaller) continue;
            choice.flip_flop = *found;
            flip_flop_area = cell.area_um2;
        } else if (pins.outputs.size() == 2 && has_functions(pins) && pins.inputs.size() == 3 &&
                   cell.area_um2 < full_area) {
            const AdderOutputs out = adder_outputs(cell, pins, sum3, carry3);
            if (out.sum == nullptr || out.carry == nullptr) continue;
            choice.full_adder =
                FullAdderCell{name,          pins.inputs[0],  pins.inputs[1],   pins.inputs[2],
                              out.sum->name, out.carry->name, out.sum_inverted, out.carry_inverted};
            full_area = cell.area_um2;
        } else if (pins.outputs.size() == 2 && has_functions(pins) && pins.inputs.size() == 2 &&
                   cell.area_um2 < half_area) {
            const AdderOutputs out = adder_outputs(cell, pins, sum2, carry2);
            if (out.sum == nullptr || out.carry == nullptr) continue;
            choice.half_adder = HalfAdderCell{name,
                                              pins.inputs[0],
                                              pins.inputs[1],
                                              out.sum->name,
                                              out.carry->name,
                                              out.sum_inverted,
                                              out.carry_inverted};
            half_area = cell.area_um2;
        }
    }
    if (choice.flip_flop.name.empty())
        throw InputError(library.files.empty() ? library.name : library.files[0],
                         "no flip-flop with data, clock and at most set and reset",
                         "one (ASAP7: the file of sequential cells)");
    return choice;
}

std::vector<const Cell*> synthesis_cells(const LibertyLibrary& library) {
    constexpr double kSlow = 2.5;
    std::vector<const Cell*> found;
    double load = std::numeric_limits<double>::infinity();
    for (const auto& [name, cell] : library.cells) {
        if (!usable(cell) || gate_function(cell).empty()) continue;
        found.push_back(&cell);
        if (gate_function(cell).size() == 2) load = std::min(load, 4 * input_capacitance_ff(cell));
    }
    std::map<std::vector<bool>, double> fastest;  // of buffers and of inverters
    for (const Cell* cell : found) {
        const std::vector<bool> function = gate_function(*cell);
        if (function.size() != 2) continue;
        const double delay = typical_delay_ps(*cell, load);
        const auto [it, fresh] = fastest.emplace(function, delay);
        if (!fresh) it->second = std::min(it->second, delay);
    }
    found.erase(std::remove_if(found.begin(), found.end(),
                               [&](const Cell* cell) {
                                   const auto it = fastest.find(gate_function(*cell));
                                   return it != fastest.end() &&
                                          typical_delay_ps(*cell, load) > kSlow * it->second;
                               }),
                found.end());
    return found;
}

}  // namespace approxtlm::power
