#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/common/activity_counts.h"

namespace approxtlm {

/// Why the PE array (or, in a layer without it, the vector unit) did not work in a cycle.
enum class Stall : std::size_t {
    descriptor,       ///< the sequencer was fetching or decoding the layer descriptor
    activation_load,  ///< the input tile was not in the activation buffer yet
    weight_load,      ///< the fold's weights were not in the weight buffer yet
    weight_shift,     ///< weights (input-stationary: activations) were moving into the array
    activation_port,  ///< a vector is wider than the activation buffer
    bank_conflict,    ///< words of a vector lay in the same bank of the activation buffer
    accumulator,      ///< all parts of the accumulator buffer were still in the vector unit's hands
    mac_plus,         ///< an unpipelined MAC+ held the array back
    drain,            ///< after the last vector: array skew, correction, vector unit; sums on their way out
    store,            ///< waiting for results to reach memory
    weight_port,      ///< the weight buffer delivered what streams in more than one cycle
    count
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Stall::count)> kStallNames{
    "descriptor",  "activation_load", "weight_load", "weight_shift", "activation_port", "bank_conflict",
    "accumulator", "mac_plus",        "drain",       "store",        "weight_port"};

/// One layer's timing: cycles == busy_cycles + sum of stall_cycles, and the layers' cycles add up to the
/// job's.
struct LayerStats {
    std::uint64_t cycles = 0;
    std::uint64_t busy_cycles =
        0;  ///< array streaming a vector a cycle (vector unit working, where no array is used)
    std::array<std::uint64_t, static_cast<std::size_t>(Stall::count)> stall_cycles{};
    std::uint64_t macs = 0;
    ActivityCounts activity;

    std::uint64_t stalls(Stall s) const { return stall_cycles[static_cast<std::size_t>(s)]; }
};

}  // namespace approxtlm
