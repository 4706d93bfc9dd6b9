#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace approxtlm {

/// A whole text as a decimal integer in [low, high]; nothing else (no sign, no space, no rest).
inline std::optional<int> parse_small_integer(std::string_view text, int low, int high) {
    int value = 0;
    if (text.empty() || text[0] == '-') return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
        return std::nullopt;
    }
    return value;
}

}  // namespace approxtlm
