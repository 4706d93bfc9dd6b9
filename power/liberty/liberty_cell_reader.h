#pragma once

#include <string>

#include "power/liberty/liberty_library.h"
#include "power/liberty/liberty_tables.h"

namespace approxtlm::power {

/// Reads `cell` groups of one file.
class LibertyCellReader {
public:
    LibertyCellReader(const LibertyText& text, const LibertyGroup& library, const LibertyUnits& units);

    Cell read(const LibertyGroup& group);

private:
    void pin(const LibertyGroup& group, std::string_view name, Cell& cell);
    void timing(const LibertyGroup& group, Pin& pin);
    void internal_power(const LibertyGroup& group, Pin& pin);
    void leakage(const LibertyGroup& group, Cell& cell);
    void flip_flop(const LibertyGroup& group, Cell& cell);
    void check_functions(Cell& cell) const;
    static void index_pins(Cell& cell);

    double amount(const LibertyGroup& group, const char* name, double factor) const;  ///< 0 where absent
    std::optional<double> optional_amount(const LibertyGroup& group, const char* name, double factor) const;
    double upper_end(const LibertyGroup& group, const char* name, double absent) const;
    std::optional<Expression> expression(const LibertyGroup& group, const char* name) const;
    LookupTable table(const LibertyGroup& group, const char* name, TableKind kind, double factor) const;
    bool flag(const LibertyGroup& group, const char* name) const;
    std::string where(const std::string& what) const;

    const LibertyText& text_;
    const LibertyUnits units_;
    const LibertyTables tables_;
    double default_input_capacitance_, default_output_capacitance_;
    std::string place_;  ///< "cell NAME", "cell NAME.pin NAME"
};

}  // namespace approxtlm::power
