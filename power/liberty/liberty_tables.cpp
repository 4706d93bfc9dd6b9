#include "power/liberty/liberty_tables.h"

#include <algorithm>

#include "models/common/text_file.h"

namespace approxtlm::power {
namespace {

constexpr const char* kIndexNames[] = {"index_1", "index_2", "index_3"};
constexpr const char* kVariableNames[] = {"variable_1", "variable_2", "variable_3"};

std::vector<double> read_axis(const LibertyText& text, const LibertyComplex& index,
                              const std::string& where) {
    std::vector<double> axis;
    for (const std::string_view part : index.values) append_numbers(text, part, where, axis);
    if (axis.empty() || !std::is_sorted(axis.begin(), axis.end(), std::less_equal<>()))
        text.fail(index.name.data(), where + "." + std::string(index.name), "values that do not ascend",
                  "at least one, each above the one before");
    return axis;
}

}  // namespace

LibertyTables::LibertyTables(const LibertyText& text, const LibertyGroup& library, const LibertyUnits& units)
    : text_(text), units_(units) {
    for (const LibertyGroup& group : library.groups) {
        if (group.type != "lu_table_template" && group.type != "power_lut_template") continue;
        Template t;
        for (std::size_t k = 0; k < std::size(kVariableNames); ++k) {
            const std::string_view variable = group.value(kVariableNames[k]);
            if (variable.empty()) break;
            t.variables.push_back(variable);
            const LibertyComplex* index = group.complex(kIndexNames[k]);
            t.indices.push_back(index != nullptr ? read_axis(text, *index, std::string(group.first_name()))
                                                 : std::vector<double>{});
        }
        templates_[group.first_name()] = std::move(t);
    }
    templates_.try_emplace("scalar");
}

LibertyTables::Axis LibertyTables::axis(const LibertyGroup& group, std::string_view variable, TableKind kind,
                                        const std::string& where) const {
    if (kind == TableKind::delay_or_power) {
        if (variable == "input_net_transition" || variable == "input_transition_time")
            return {false, units_.ps};
        if (variable == "total_output_net_capacitance") return {true, units_.ff};
    } else {
        if (variable == "constrained_pin_transition") return {false, units_.ps};
        if (variable == "related_pin_transition") return {true, units_.ps};
    }
    text_.fail(group.type.data(), where, "a table over " + printable(std::string(variable)),
               kind == TableKind::delay_or_power ? "input_net_transition, total_output_net_capacitance"
                                                 : "constrained_pin_transition, related_pin_transition");
}

LookupTable LibertyTables::read(const LibertyGroup& group, TableKind kind, double factor,
                                const std::string& where) const {
    const auto found = templates_.find(group.first_name());
    if (found == templates_.end())
        text_.fail(group.type.data(), where, "the template " + printable(std::string(group.first_name())),
                   "one of this library's");
    const Template& t = found->second;

    std::vector<double> axes[2];
    std::size_t sizes[2] = {1, 1};  // in the file's order of dimensions
    bool first_is_y = false;
    for (std::size_t k = 0; k < t.variables.size(); ++k) {
        const Axis kind_of_axis = axis(group, t.variables[k], kind, where);
        std::vector<double>& into = axes[kind_of_axis.is_y ? 1 : 0];
        if (k > 1 || !into.empty())
            text_.fail(group.type.data(), where, "a table over three variables or one twice", "at most two");
        const LibertyComplex* index = group.complex(kIndexNames[k]);
        into = index != nullptr ? read_axis(text_, *index, where) : t.indices[k];
        sizes[k] = into.size();
        for (double& value : into) value *= kind_of_axis.factor;
        if (k == 0) first_is_y = kind_of_axis.is_y;
    }

    const LibertyComplex* listed = group.complex("values");
    if (listed == nullptr) text_.fail(group.type.data(), where, "no values", "values (...)");
    std::vector<double> values;
    values.reserve(sizes[0] * sizes[1]);
    for (const std::string_view row : listed->values) append_numbers(text_, row, where, values);
    if (values.size() != sizes[0] * sizes[1])
        text_.fail(listed->name.data(), where, std::to_string(values.size()) + " values",
                   std::to_string(sizes[0]) + " x " + std::to_string(sizes[1]) + " by its axes");
    for (double& value : values) value *= factor;
    if (first_is_y && !axes[0].empty()) {
        std::vector<double> transposed(values.size());
        for (std::size_t i = 0; i < sizes[0]; ++i)
            for (std::size_t j = 0; j < sizes[1]; ++j)
                transposed[j * sizes[0] + i] = values[i * sizes[1] + j];
        values = std::move(transposed);
    }
    return {std::move(axes[0]), std::move(axes[1]), std::move(values)};
}

}  // namespace approxtlm::power
