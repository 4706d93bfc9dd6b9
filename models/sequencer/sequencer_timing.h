#pragma once

#include <cstdint>

namespace approxtlm {

/// Cycles to check a descriptor and set up the walkers.
inline constexpr std::uint64_t kDecodeCycles = 8;

}  // namespace approxtlm
