#include "power/liberty/liberty_cell_reader.h"

#include <algorithm>
#include <map>

#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm::power {
namespace {

/// Groups that make a cell more than gates or one edge-triggered flip-flop.
const std::map<std::string_view, const char*> kBeyond{{"latch", "a latch"},
                                                      {"latch_bank", "a bank of latches"},
                                                      {"ff_bank", "a bank of flip-flops"},
                                                      {"statetable", "a state table"},
                                                      {"bus", "a bus of pins"},
                                                      {"bundle", "a bundle of pins"},
                                                      {"memory", "a memory"},
                                                      {"sequential", "a sequential group"}};

std::string text_of(std::string_view view) { return printable(std::string(view)); }

Direction direction_of(std::string_view value) {
    return value == "output"     ? Direction::output
           : value == "internal" ? Direction::internal
           : value == "inout"    ? Direction::inout
                                 : Direction::input;
}

/// nullopt: an arc that plays no part here (hold, recovery, pulse widths, asynchronous, three-state).
std::optional<ArcKind> kind_of(std::string_view timing_type) {
    static const std::map<std::string_view, ArcKind> kinds{{"", ArcKind::combinational},
                                                           {"combinational", ArcKind::combinational},
                                                           {"combinational_rise", ArcKind::combinational},
                                                           {"combinational_fall", ArcKind::combinational},
                                                           {"rising_edge", ArcKind::rising_clock},
                                                           {"falling_edge", ArcKind::falling_clock},
                                                           {"setup_rising", ArcKind::setup_rising},
                                                           {"setup_falling", ArcKind::setup_falling}};
    const auto it = kinds.find(timing_type);
    return it == kinds.end() ? std::nullopt : std::optional(it->second);
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != ',') {
            word += c;
        } else if (!word.empty()) {
            out.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) out.push_back(std::move(word));
    return out;
}

/// Unconditional groups of all rails; without any, the mean of the conditional ones rail by rail.
double leakage_of_groups(const std::vector<LeakagePower>& groups) {
    double unconditional = 0;
    bool any = false;
    std::map<std::string, std::pair<double, unsigned>> conditional;
    for (const LeakagePower& leakage : groups) {
        if (leakage.when) {
            auto& [sum, count] = conditional[leakage.related_rail];
            sum += leakage.nanowatts;
            ++count;
        } else {
            unconditional += leakage.nanowatts;
            any = true;
        }
    }
    if (any) return unconditional;
    double mean = 0;
    for (const auto& [rail, of_rail] : conditional) mean += of_rail.first / of_rail.second;
    return mean;
}

}  // namespace

LibertyCellReader::LibertyCellReader(const LibertyText& text, const LibertyGroup& library,
                                     const LibertyUnits& units)
    : text_(text), units_(units), tables_(text, library, units), place_("library") {
    default_input_capacitance_ = amount(library, "default_input_pin_cap", units.ff);
    default_output_capacitance_ = amount(library, "default_output_pin_cap", units.ff);
}

std::string LibertyCellReader::where(const std::string& what) const { return place_ + "." + what; }

double LibertyCellReader::amount(const LibertyGroup& group, const char* name, double factor) const {
    return optional_amount(group, name, factor).value_or(0);
}

std::optional<double> LibertyCellReader::optional_amount(const LibertyGroup& group, const char* name,
                                                         double factor) const {
    const LibertyAttribute* found = group.attribute(name);
    if (found == nullptr) return std::nullopt;
    const double value = liberty_number(text_, found->value, where(name)) * factor;
    if (value < 0) text_.fail(found->value.data(), where(name), text_of(found->value), "at least 0");
    return value;
}

std::optional<Expression> LibertyCellReader::expression(const LibertyGroup& group, const char* name) const {
    const LibertyAttribute* found = group.attribute(name);
    if (found == nullptr) return std::nullopt;
    try {
        return Expression::parse(found->value, where(name));
    } catch (const InputError& error) {
        throw InputError(text_.at(found->value.data()) + ": " + error.what());
    }
}

LookupTable LibertyCellReader::table(const LibertyGroup& group, const char* name, TableKind kind,
                                     double factor) const {
    const LibertyGroup* found = group.group(name);
    return found == nullptr ? LookupTable{} : tables_.read(*found, kind, factor, where(name));
}

bool LibertyCellReader::flag(const LibertyGroup& group, const char* name) const {
    return group.value(name) == "true";
}

Cell LibertyCellReader::read(const LibertyGroup& group) {
    Cell cell;
    cell.name = std::string(group.first_name());
    cell.file = text_.at(group.type.data());
    place_ = "cell " + text_of(cell.name);
    if (cell.name.empty()) text_.fail(group.type.data(), place_, "no name", "cell (NAME)");
    cell.area_um2 = amount(group, "area", 1);
    cell.dont_use = flag(group, "dont_use");
    for (const LibertyGroup& part : group.groups)
        if (const auto it = kBeyond.find(part.type); it != kBeyond.end()) cell.unsupported = it->second;
    if (const LibertyGroup* ff = group.group("ff")) flip_flop(*ff, cell);
    for (const LibertyGroup& part : group.groups) {
        if (part.type == "pin")
            for (const std::string_view name : part.names) pin(part, name, cell);
        if (part.type == "leakage_power") leakage(part, cell);
    }
    place_ = "cell " + text_of(cell.name);
    cell.leakage_nw = optional_amount(group, "cell_leakage_power", units_.nanowatts)
                          .value_or(leakage_of_groups(cell.leakage));
    check_functions(cell);
    index_pins(cell);
    return cell;
}

void LibertyCellReader::flip_flop(const LibertyGroup& group, Cell& cell) {
    place_ += ".ff";
    FlipFlop ff;
    if (group.names.size() != 2)
        text_.fail(group.type.data(), place_, std::to_string(group.names.size()) + " names",
                   "ff (STATE, INVERSE)");
    ff.state = std::string(group.names[0]);
    ff.inverted_state = std::string(group.names[1]);
    const auto needed = [&](const char* name) {
        std::optional<Expression> found = expression(group, name);
        if (!found) text_.fail(group.type.data(), where(name), "nothing", "an expression");
        return *found;
    };
    ff.clocked_on = needed("clocked_on");
    ff.next_state = needed("next_state");
    ff.clear = expression(group, "clear");
    ff.preset = expression(group, "preset");
    if (cell.flip_flop || group.attribute("clocked_on_also") != nullptr)
        cell.unsupported = "two clocks or two flip-flops";
    cell.flip_flop = std::move(ff);
    place_ = "cell " + text_of(cell.name);
}

void LibertyCellReader::pin(const LibertyGroup& group, std::string_view name, Cell& cell) {
    Pin pin;
    pin.name = std::string(name);
    place_ = "cell " + text_of(cell.name) + ".pin " + text_of(name);
    if (cell.find_pin(pin.name) != nullptr) text_.fail(group.type.data(), place_, "the pin twice", "it once");
    pin.direction = direction_of(group.value("direction"));
    pin.clock = flag(group, "clock");
    const bool output = pin.direction == Direction::output;
    // The defaults are scaled already.
    const double own = optional_amount(group, "capacitance", units_.ff)
                           .value_or(output ? default_output_capacitance_ : default_input_capacitance_);
    pin.capacitance_ff = {optional_amount(group, "rise_capacitance", units_.ff).value_or(own),
                          optional_amount(group, "fall_capacitance", units_.ff).value_or(own)};
    pin.largest_capacitance_ff = {upper_end(group, "rise_capacitance_range", pin.capacitance_ff.rise),
                                  upper_end(group, "fall_capacitance_range", pin.capacitance_ff.fall)};
    pin.max_capacitance_ff = optional_amount(group, "max_capacitance", units_.ff);
    pin.max_transition_ps = optional_amount(group, "max_transition", units_.ps);
    pin.function = expression(group, "function");
    pin.three_state = group.attribute("three_state") != nullptr;
    for (const LibertyGroup& part : group.groups) {
        if (part.type == "timing") timing(part, pin);
        if (part.type == "internal_power") internal_power(part, pin);
    }
    cell.pins.push_back(std::move(pin));
}

double LibertyCellReader::upper_end(const LibertyGroup& group, const char* name, double absent) const {
    const LibertyComplex* range = group.complex(name);
    if (range == nullptr) return absent;
    if (range->values.size() != 2)
        text_.fail(range->name.data(), where(name), std::to_string(range->values.size()) + " values", "two");
    return liberty_number(text_, range->values[1], where(name)) * units_.ff;
}

void LibertyCellReader::timing(const LibertyGroup& group, Pin& pin) {
    const std::string_view type = group.value("timing_type");
    const std::optional<ArcKind> kind = kind_of(type);
    if (!kind) return;
    TimingArc arc;
    arc.kind = *kind;
    const std::string_view sense = group.value("timing_sense");
    arc.sense = sense == "positive_unate"   ? TimingSense::positive
                : sense == "negative_unate" ? TimingSense::negative
                                            : TimingSense::non_unate;
    arc.when = expression(group, "when");
    if (*kind == ArcKind::setup_rising || *kind == ArcKind::setup_falling) {
        arc.delay = {table(group, "rise_constraint", TableKind::constraint, units_.ps),
                     table(group, "fall_constraint", TableKind::constraint, units_.ps)};
    } else {
        const auto read = [&](const char* rise, const char* fall) {
            return Edges<LookupTable>{table(group, rise, TableKind::delay_or_power, units_.ps),
                                      table(group, fall, TableKind::delay_or_power, units_.ps)};
        };
        arc.delay = read("cell_rise", "cell_fall");
        arc.transition = read("rise_transition", "fall_transition");
        for (const bool rising : {true, false})
            if (arc.delay[rising].empty() != arc.transition[rising].empty())
                text_.fail(group.type.data(), where("timing"), "a delay or a transition without the other",
                           "cell_rise with rise_transition, cell_fall with fall_transition");
        for (const bool rising : {true, false})
            arc.same_axes[rising] = arc.delay[rising].has_axes_of(arc.transition[rising]);
        if (arc.delay.rise.empty() && arc.delay.fall.empty())
            text_.fail(group.type.data(), where("timing"), "no delay table",
                       "cell_rise or cell_fall: other delay models are not supported");
    }
    const std::vector<std::string> related = words(group.value("related_pin"));
    if (related.empty()) text_.fail(group.type.data(), where("timing.related_pin"), "nothing", "a pin");
    for (const std::string& name : related) {
        arc.related_pin = name;
        pin.arcs.push_back(arc);
    }
}

void LibertyCellReader::internal_power(const LibertyGroup& group, Pin& pin) {
    InternalPower power;
    power.related_rail = std::string(group.value("related_pg_pin"));
    power.when = expression(group, "when");
    const auto read = [&](const char* name) {
        return table(group, name, TableKind::delay_or_power, units_.fj());
    };
    if (group.group("power") != nullptr) {
        power.energy.rise = power.energy.fall = read("power");
    } else {
        power.energy = {read("rise_power"), read("fall_power")};
    }
    if (power.energy.rise.empty() && power.energy.fall.empty())
        text_.fail(group.type.data(), where("internal_power"), "no table", "power, rise_power or fall_power");
    std::vector<std::string> related = words(group.value("related_pin"));
    if (related.empty()) related.emplace_back();
    for (const std::string& name : related) {
        power.related_pin = name;
        pin.internal_power.push_back(power);
    }
}

void LibertyCellReader::leakage(const LibertyGroup& group, Cell& cell) {
    place_ = "cell " + text_of(cell.name) + ".leakage_power";
    const LibertyAttribute* value = group.attribute("value");
    if (value == nullptr) text_.fail(group.type.data(), where("value"), "nothing", "a number");
    cell.leakage.push_back({expression(group, "when"), std::string(group.value("related_pg_pin")),
                            liberty_number(text_, value->value, where("value")) * units_.nanowatts});
}

void LibertyCellReader::index_pins(Cell& cell) {
    for (std::size_t i = 0; i < cell.pins.size(); ++i) {
        if (cell.pins[i].direction == Direction::input) cell.inputs.push_back(static_cast<int>(i));
        if (cell.pins[i].direction == Direction::output) cell.outputs.push_back(static_cast<int>(i));
    }
    for (Pin& pin : cell.pins)
        for (TimingArc& arc : pin.arcs)
            for (std::size_t i = 0; i < cell.inputs.size(); ++i)
                if (cell.pins[static_cast<std::size_t>(cell.inputs[i])].name == arc.related_pin)
                    arc.related_input = static_cast<int>(i);
    for (Pin& pin : cell.pins)
        for (TimingArc& arc : pin.arcs)
            for (std::size_t i = 0; i < cell.outputs.size(); ++i)
                if (cell.pins[static_cast<std::size_t>(cell.outputs[i])].name == arc.related_pin)
                    arc.related_output = static_cast<int>(i);
}

/// Leaves no cell that looks usable and is not.
void LibertyCellReader::check_functions(Cell& cell) const {
    std::size_t inputs = 0;
    for (const Pin& pin : cell.pins) {
        inputs += pin.direction == Direction::input ? 1 : 0;
        if (!cell.unsupported.empty()) continue;
        if (pin.three_state) cell.unsupported = "a three-state output";
        if (pin.direction == Direction::inout) cell.unsupported = "a bidirectional pin";
        if (pin.direction == Direction::output && !pin.function)
            cell.unsupported = "an output without a function";
    }
    constexpr std::size_t kMostInputs = 10;
    if (cell.unsupported.empty() && inputs > kMostInputs) cell.unsupported = "more than 10 inputs";
}

}  // namespace approxtlm::power
