#include "power/circuits/mapping_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "power/circuits/cell_finder.h"

namespace approxtlm::power {
namespace {

std::string numbers(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", value);
    return text;
}

/// Tables of one edge under several conditions: the largest value at each point. Those on other axes than the
/// first are read where the first has its points.
LookupTable worst(const std::vector<const LookupTable*>& tables) {
    const LookupTable& first = *tables.front();
    std::vector<double> values;
    const std::vector<double> xs = first.x().empty() ? std::vector<double>{0} : first.x();
    const std::vector<double> ys = first.y().empty() ? std::vector<double>{0} : first.y();
    for (const double x : xs) {
        for (const double y : ys) {
            double largest = first.at(x, y);
            for (const LookupTable* table : tables) largest = std::max(largest, table->at(x, y));
            values.push_back(largest);
        }
    }
    return {xs, ys, values};
}

/// abc interpolates: a constant needs two points an axis.
LookupTable with_two_points(const LookupTable& table) {
    std::vector<double> x = table.x(), y = table.y();
    if (x.size() == 1) x.push_back(x[0] + 1);
    if (y.size() == 1) y.push_back(y[0] + 1);
    std::vector<double> values;
    for (const double at_x : x)
        for (const double at_y : y)
            values.push_back(table.at(std::min(at_x, table.x().back()), std::min(at_y, table.y().back())));
    return {x, y, values};
}

using Axes = std::pair<std::size_t, std::size_t>;

std::string table_text(const char* group, const LookupTable& table, std::set<Axes>& templates) {
    const Axes axes{table.x().size(), table.y().size()};
    templates.insert(axes);
    std::string text = fmt::format("        {} (t{}x{}) {{ index_1 (\"{}\"); index_2 (\"{}\"); values (",
                                   group, axes.first, axes.second, numbers(table.x()), numbers(table.y()));
    for (std::size_t i = 0; i < axes.first; ++i) {
        const auto begin = table.values().begin() + static_cast<std::ptrdiff_t>(i * axes.second);
        const std::vector<double> row(begin, begin + static_cast<std::ptrdiff_t>(axes.second));
        text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", numbers(row));
    }
    return text + "); }\n";
}

std::string sum_of_products(const std::vector<bool>& truth, const std::vector<std::string>& inputs) {
    std::string text;
    for (std::size_t s = 0; s < truth.size(); ++s) {
        if (!truth[s]) continue;
        std::string product;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            product += fmt::format("{}{}{}", product.empty() ? "" : "*", s >> i & 1 ? "" : "!", inputs[i]);
        text += fmt::format("{}({})", text.empty() ? "" : "+", product);
    }
    return text.empty() ? "0" : text;
}

const char* sense_of(const std::vector<bool>& truth, std::size_t input) {
    bool rises = false, falls = false;
    for (std::size_t s = 0; s < truth.size(); ++s) {
        if (s >> input & 1) continue;
        const bool low = truth[s], high = truth[s | std::size_t{1} << input];
        rises |= !low && high;
        falls |= low && !high;
    }
    return rises && falls ? "non_unate" : falls ? "negative_unate" : "positive_unate";
}

std::string timing_text(const Pin& output, const std::string& input, const char* sense,
                        std::set<Axes>& templates) {
    std::map<std::string, std::vector<const LookupTable*>> tables;
    for (const TimingArc& arc : output.arcs) {
        if (arc.kind != ArcKind::combinational || arc.related_pin != input) continue;
        const auto add = [&](const char* group, const LookupTable& table) {
            if (!table.empty()) tables[group].push_back(&table);
        };
        add("cell_rise", arc.delay.rise);
        add("cell_fall", arc.delay.fall);
        add("rise_transition", arc.transition.rise);
        add("fall_transition", arc.transition.fall);
    }
    if (tables.size() != 4) return "";
    std::string text =
        fmt::format("      timing () {{ related_pin : \"{}\"; timing_sense : {};\n", input, sense);
    for (const auto& [group, found] : tables)
        text += table_text(group.c_str(), with_two_points(worst(found)), templates);
    return text + "      }\n";
}

/// Empty when an input has no complete timing.
std::string cell_text(const Cell& cell, std::set<Axes>& templates) {
    std::vector<std::string> inputs;
    std::string pins;
    for (const Pin& pin : cell.pins) {
        if (pin.direction != Direction::input) continue;
        inputs.push_back(pin.name);
        pins += fmt::format("    pin ({}) {{ direction : input; capacitance : {:.6g}; }}\n", pin.name,
                            std::max(pin.capacitance_ff.rise, pin.capacitance_ff.fall));
    }
    const std::vector<bool> truth = gate_function(cell);
    for (const Pin& pin : cell.pins) {
        if (pin.direction != Direction::output) continue;
        pins += fmt::format("    pin ({}) {{ direction : output; function : \"{}\";\n", pin.name,
                            sum_of_products(truth, inputs));
        if (pin.max_capacitance_ff)
            pins += fmt::format("      max_capacitance : {:.6g};\n", *pin.max_capacitance_ff);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const std::string timing = timing_text(pin, inputs[i], sense_of(truth, i), templates);
            if (timing.empty()) return "";
            pins += timing;
        }
        pins += "    }\n";
    }
    return fmt::format("  cell ({}) {{ area : {:.6g}; cell_leakage_power : {:.6g};\n{}  }}\n", cell.name,
                       cell.area_um2, cell.leakage_nw, pins);
}

}  // namespace

std::string mapping_library(const LibertyLibrary& library, const std::vector<const Cell*>& gates) {
    std::set<Axes> templates;
    std::string cells;
    for (const Cell* gate : gates) cells += cell_text(*gate, templates);
    std::string text = fmt::format(
        "library (mapping) {{\n  delay_model : table_lookup;\n  time_unit : \"1ps\";\n  voltage_unit : "
        "\"1V\";\n"
        "  current_unit : \"1uA\";\n  leakage_power_unit : \"1nW\";\n  capacitive_load_unit (1, ff);\n"
        "  nom_voltage : {:.6g};\n  nom_temperature : {:.6g};\n",
        library.voltage_v, library.temperature_c);
    for (const Axes& axes : templates) {
        std::vector<double> x, y;
        for (std::size_t i = 0; i < axes.first; ++i) x.push_back(static_cast<double>(i));
        for (std::size_t i = 0; i < axes.second; ++i) y.push_back(static_cast<double>(i));
        text += fmt::format(
            "  lu_table_template (t{}x{}) {{ variable_1 : input_net_transition; variable_2 : "
            "total_output_net_capacitance; index_1 (\"{}\"); index_2 (\"{}\"); }}\n",
            axes.first, axes.second, numbers(x), numbers(y));
    }
    return text + cells + "}\n";
}

}  // namespace approxtlm::power
