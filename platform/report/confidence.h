#pragma once

#include <array>
#include <cstdint>

namespace approxtlm::platform {

/// Wilson's score interval of a proportion, 95 % two-sided, as fractions in [0, 1]. Throws
/// std::invalid_argument when n is 0 or successes exceed n.
std::array<double, 2> wilson95(std::uint64_t successes, std::uint64_t n);

}  // namespace approxtlm::platform
