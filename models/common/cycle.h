#pragma once

#include <cstdint>
#include <limits>

namespace approxtlm {

/// Clock cycles since the simulation or the job began.
using Cycle = std::uint64_t;
inline constexpr Cycle kNever = std::numeric_limits<Cycle>::max();

}  // namespace approxtlm
