#pragma once

#include <algorithm>
#include <cstdint>

#include "models/common/accelerator_config.h"
#include "models/common/layer_stats.h"

namespace approxtlm::platform {

/// What no layer can exceed: the array's PEs, and the path to memory.
struct Roof {
    double peak_macs_per_cycle = 0;
    double memory_bytes_per_cycle = 0;

    double macs_per_cycle(double macs_per_byte) const {
        return std::min(peak_macs_per_cycle, macs_per_byte * memory_bytes_per_cycle);
    }
};

inline Roof roof_of(const AcceleratorConfig& config) {
    return {static_cast<double>(config.pe_array.rows) * config.pe_array.columns,
            static_cast<double>(std::min(config.dma.bus_bytes, config.memory.bytes_per_cycle))};
}

/// Where a layer with multiply-accumulates stands below the roof.
struct RooflinePoint {
    double macs_per_byte = 0;   ///< operational intensity: of memory traffic, weights loaded again included
    double macs_per_cycle = 0;  ///< attained
    double roof_macs_per_cycle = 0;
    bool memory_bound = false;  ///< the memory's roof is the lower one; weights that come while the layer
                                ///< before runs may lift a layer above it
};

inline RooflinePoint roofline_point(const Roof& roof, const LayerStats& stats) {
    const std::uint64_t bytes =
        stats.activity[Activity::memory_read_bytes] + stats.activity[Activity::memory_write_bytes];
    RooflinePoint point;
    if (bytes == 0 || stats.cycles == 0) return point;
    const auto macs = static_cast<double>(stats.macs);
    point.macs_per_byte = macs / static_cast<double>(bytes);
    point.macs_per_cycle = macs / static_cast<double>(stats.cycles);
    point.roof_macs_per_cycle = roof.macs_per_cycle(point.macs_per_byte);
    point.memory_bound = point.roof_macs_per_cycle < roof.peak_macs_per_cycle;
    return point;
}

/// What bounds the layer: "memory" or "compute".
inline const char* bound_word(const RooflinePoint& point) {
    return point.memory_bound ? "memory" : "compute";
}

}  // namespace approxtlm::platform
