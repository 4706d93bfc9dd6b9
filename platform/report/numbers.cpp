#include "platform/report/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace approxtlm::platform {

std::string grouped(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string fixed(std::optional<double> value, int decimals) {
    if (!value) return "-";
    std::string text = fmt::format("{:.{}f}", *value, decimals);
    if (text[0] == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
    return text;
}

std::string significant(double value) {
    if (value == 0 || !std::isfinite(value)) return fmt::format("{}", value);
    const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
    return fmt::format("{:.{}f}", value, std::clamp(3 - magnitude, 0, 9));
}

std::string less_or_more(double saving_percent) {
    return fixed(std::abs(saving_percent), 1) + (saving_percent < 0 ? " % more" : " % less");
}

}  // namespace approxtlm::platform
