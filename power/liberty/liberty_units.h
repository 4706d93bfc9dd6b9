#pragma once

#include "power/liberty/liberty_group.h"
#include "power/liberty/liberty_text.h"

namespace approxtlm::power {

/// What one unit of a file is in the project's units.
struct LibertyUnits {
    double ps = 0;         ///< time_unit
    double ff = 0;         ///< capacitive_load_unit
    double volts = 0;      ///< voltage_unit
    double nanowatts = 0;  ///< leakage_power_unit
    /// internal_power has no unit statement of its own: its tables are in capacitive_load_unit x
    /// voltage_unit^2 (Liberty User Guide, "Defining Internal Power Groups": the unit follows from
    /// capacitance and voltage, and a table holds energy per transition).
    double fj() const { return ff * volts * volts; }
};

/// Throws InputError when a unit is missing or unknown.
LibertyUnits read_units(const LibertyText& text, const LibertyGroup& library);

/// A finite decimal number with nothing around it but space. Throws InputError with `where`.
double liberty_number(const LibertyText& text, std::string_view value, const std::string& where);

/// Comma- or space-separated numbers, appended to `into`.
void append_numbers(const LibertyText& text, std::string_view values, const std::string& where,
                    std::vector<double>& into);

}  // namespace approxtlm::power
