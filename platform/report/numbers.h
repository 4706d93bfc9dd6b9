#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace approxtlm::platform {

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t value);

/// Fixed decimals; "-" where there is no value. A rounded zero carries no sign.
std::string fixed(std::optional<double> value, int decimals);

/// About four significant digits, no exponent: 0.01234, 1.234, 123.4, 12345.
std::string significant(double value);

/// A saving in words: "46.2 % less" or "3.1 % more".
std::string less_or_more(double saving_percent);

}  // namespace approxtlm::platform
