#pragma once

#include <cstdint>

#include "models/common/accelerator_config.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// Cycles that an access of `bytes` holds the memory's data port; it is answered latency_cycles later.
inline std::uint64_t memory_port_cycles(const MemoryConfig& memory, std::uint32_t bytes) {
    return ceil_div(bytes, memory.bytes_per_cycle);
}

}  // namespace approxtlm
