#include "platform/cli/option_values.h"

#include <charconv>
#include <optional>

#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm::platform {
namespace {

template <class Number>
std::optional<Number> parse_number(const std::string& text) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || last != end) return std::nullopt;
    return number;
}

}  // namespace

std::string shown(const std::string& text) { return text.empty() ? "nothing" : printable(text); }

std::uint64_t parse_count(const std::string& option, const std::string& text, std::uint64_t low,
                          std::uint64_t high) {
    const auto number = parse_number<std::uint64_t>(text);
    if (!number || *number < low || *number > high)
        throw InputError(option, shown(text),
                         "an integer in [" + std::to_string(low) + ", " + std::to_string(high) + "]");
    return *number;
}

double parse_clock_mhz(const std::string& option, const std::string& text) {
    const auto number = parse_number<double>(text);
    if (!number || !(*number >= 0.001 && *number <= 100000))
        throw InputError(option, shown(text), "a frequency in [0.001, 100000] MHz");
    return *number;
}

double parse_voltage_v(const std::string& option, const std::string& text) {
    const auto number = parse_number<double>(text);
    if (!number || !(*number > 0 && *number <= 10))
        throw InputError(option, shown(text), "a voltage in (0, 10] V");
    return *number;
}

double parse_quantum_us(const std::string& option, const std::string& text) {
    const auto number = parse_number<double>(text);
    if (!number || !(*number >= 0 && *number <= 1e6))
        throw InputError(option, shown(text), "a time in [0, 1000000] microseconds");
    return *number;
}

std::size_t parse_activity(const std::string& option, const std::string& text) {
    const std::string sampled = "sampled:";
    if (text == "exact") return 1;
    if (text == "off") return 0;
    const auto every =
        text.rfind(sampled, 0) == 0 ? parse_number<std::uint32_t>(text.substr(sampled.size())) : std::nullopt;
    if (!every || *every == 0)
        throw InputError(option, shown(text), "exact, off, or sampled:K with K of at least 1");
    return *every;
}

}  // namespace approxtlm::platform
