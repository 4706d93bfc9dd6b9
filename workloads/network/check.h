#pragma once

#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// Largest side, channel count, kernel or stride, and largest tensor, that a network may have. Far above any
/// real network for 8-bit accelerators; they keep every product of sizes inside 64 bits.
inline constexpr int kLargestDimension = 65535;
inline constexpr std::size_t kLargestTensor = std::size_t{1} << 26;

/// Everything the rest of the program takes for granted about a network: indices in range and in topological
/// order, shapes that fit together, finite positive scales, zero points and clamps that are codes, weights of
/// the right count. Throws InputError `NETWORK: layer NAME (KIND): got X, expected Y`.
void check(const Network& network);

}  // namespace approxtlm::workloads
