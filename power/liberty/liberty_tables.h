#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "power/liberty/liberty_group.h"
#include "power/liberty/liberty_units.h"
#include "power/liberty/lookup_table.h"

namespace approxtlm::power {

/// What the axes of a table must be.
enum class TableKind { delay_or_power, constraint };

/// Reads tables by the templates of one library (lu_table_template, power_lut_template).
class LibertyTables {
public:
    LibertyTables(const LibertyText& text, const LibertyGroup& library, const LibertyUnits& units);

    /// `group` is e.g. cell_rise (TEMPLATE) { index_1 ... values ... }; `factor` turns its values into the
    /// project's unit. Throws InputError("path:line: `where`: ...").
    LookupTable read(const LibertyGroup& group, TableKind kind, double factor,
                     const std::string& where) const;

private:
    /// Which axis of LookupTable a variable is, and the file's unit of it.
    struct Axis {
        bool is_y = false;
        double factor = 0;
    };
    struct Template {
        std::vector<std::string_view> variables;
        std::vector<std::vector<double>> indices;
    };
    Axis axis(const LibertyGroup& group, std::string_view variable, TableKind kind,
              const std::string& where) const;

    const LibertyText& text_;
    const LibertyUnits units_;
    std::map<std::string_view, Template> templates_;
};

}  // namespace approxtlm::power
