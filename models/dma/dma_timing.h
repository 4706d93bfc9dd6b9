#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "models/common/accelerator_config.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// Bytes of the burst that begins at `address` when `left` are still to go: it ends at the next multiple of
/// burst_beats * bus_bytes.
inline std::uint32_t burst_length(const DmaConfig& dma, std::uint64_t address, std::uint32_t left) {
    const std::uint32_t longest = dma.bus_bytes * dma.burst_beats;
    return std::min(left, static_cast<std::uint32_t>(longest - address % longest));
}

/// Cycles that a burst holds the bus: one a beat, beats aligned to the bus.
inline std::uint64_t burst_bus_cycles(const DmaConfig& dma, std::uint64_t address, std::uint32_t length) {
    return ceil_div(static_cast<std::uint32_t>(address % dma.bus_bytes) + length, dma.bus_bytes);
}

/// Cycles from a request to the earliest grant.
inline constexpr std::uint64_t kArbitrationCycles = 1;

/// The channel that the arbiter serves next: the first behind `last` for which `pending(channel)`;
/// `channels` when none is.
template <class Pending>
std::size_t next_channel(std::size_t last, std::size_t channels, const Pending& pending) {
    for (std::size_t i = 1; i <= channels; ++i)
        if (pending((last + i) % channels)) return (last + i) % channels;
    return channels;
}

}  // namespace approxtlm
