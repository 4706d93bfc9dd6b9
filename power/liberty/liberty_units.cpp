#include "power/liberty/liberty_units.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

#include "models/common/text_file.h"

namespace approxtlm::power {
namespace {

bool is_separator(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0 || c == ',' || c == '\\';
}

/// 0: no such prefix.
double prefix_factor(char prefix) {
    switch (prefix) {
        case 'f':
            return 1e-15;
        case 'p':
            return 1e-12;
        case 'n':
            return 1e-9;
        case 'u':
            return 1e-6;
        case 'm':
            return 1e-3;
        case 'k':
            return 1e3;
        default:
            return 0;
    }
}

/// "ps" for the base "s" is 1e-12; -1 when it is not that base. Case as vendors write it: 1ns, 1pW, ff, pF.
double unit_factor(std::string_view unit, char base) {
    if (unit.empty() || std::tolower(static_cast<unsigned char>(unit.back())) != base) return -1;
    if (unit.size() == 1) return 1;
    const double factor = unit.size() == 2 ? prefix_factor(unit.front()) : 0;
    return factor > 0 ? factor : -1;
}

/// "1ps" in seconds.
double scaled_unit(const LibertyText& text, const LibertyGroup& library, const char* name, char base,
                   const char* expected) {
    const LibertyAttribute* attribute = library.attribute(name);
    if (attribute == nullptr) text.fail(library.type.data(), name, "nothing", expected);
    const std::string_view value = attribute->value;
    double amount = 0;
    const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), amount);
    const std::string_view unit(rest, static_cast<std::size_t>(value.data() + value.size() - rest));
    const double factor = unit_factor(unit, base);
    if (error != std::errc() || !(amount > 0) || !std::isfinite(amount) || factor < 0)
        text.fail(value.data(), name, printable(std::string(value)), expected);
    return amount * factor;
}

double load_unit(const LibertyText& text, const LibertyGroup& library) {
    constexpr const char* kName = "capacitive_load_unit";
    constexpr const char* kExpected = "(NUMBER, ff) or (NUMBER, pf)";
    const LibertyComplex* found = library.complex(kName);
    if (found == nullptr) text.fail(library.type.data(), kName, "nothing", kExpected);
    if (found->values.size() != 2)
        text.fail(found->name.data(), kName, std::to_string(found->values.size()) + " values", kExpected);
    const double amount = liberty_number(text, found->values[0], kName);
    const double factor = unit_factor(found->values[1], 'f');
    if (!(amount > 0) || factor < 0) text.fail(found->name.data(), kName, "another unit", kExpected);
    return amount * factor;
}

}  // namespace

LibertyUnits read_units(const LibertyText& text, const LibertyGroup& library) {
    LibertyUnits units;
    units.ps = scaled_unit(text, library, "time_unit", 's', "a time such as 1ps or 1ns") * 1e12;
    units.ff = load_unit(text, library) * 1e15;
    units.volts = scaled_unit(text, library, "voltage_unit", 'v', "a voltage such as 1V or 1mV");
    units.nanowatts =
        scaled_unit(text, library, "leakage_power_unit", 'w', "a power such as 1pW or 1nW") * 1e9;
    return units;
}

double liberty_number(const LibertyText& text, std::string_view value, const std::string& where) {
    std::vector<double> numbers;
    append_numbers(text, value, where, numbers);
    if (numbers.size() != 1)
        text.fail(value.data(), where, "\"" + printable(std::string(value)) + "\"", "one number");
    return numbers.front();
}

void append_numbers(const LibertyText& text, std::string_view values, const std::string& where,
                    std::vector<double>& into) {
    const char* at = values.data();
    const char* const end = at + values.size();
    for (;;) {
        while (at != end && is_separator(*at)) ++at;
        if (at == end) return;
        if (*at == '+') ++at;
        double number = 0;
        const auto [rest, error] = std::from_chars(at, end, number);
        if (error != std::errc() || !std::isfinite(number) || (rest != end && !is_separator(*rest))) {
            const char* last = at;
            while (last != end && !is_separator(*last)) ++last;
            text.fail(at, where, "\"" + printable(std::string(at, last)) + "\"", "a finite number");
        }
        into.push_back(number);
        at = rest;
    }
}

}  // namespace approxtlm::power
