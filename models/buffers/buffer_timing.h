#pragma once

#include <cstdint>

#include "models/common/accelerator_config.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// Bytes that all banks together deliver in a cycle.
inline std::uint32_t buffer_width(const BufferConfig& buffer) { return buffer.banks * buffer.port_bytes; }

/// One access of `bytes`.
inline std::uint64_t access_cycles(const BufferConfig& buffer, std::uint32_t bytes) {
    return ceil_div(bytes, buffer_width(buffer));
}

/// `vectors` reads of `bytes` each, one behind the other: no two share a cycle.
inline std::uint64_t vector_read_cycles(const BufferConfig& buffer, std::uint64_t vectors,
                                        std::uint32_t bytes) {
    return vectors * access_cycles(buffer, bytes);
}

}  // namespace approxtlm
