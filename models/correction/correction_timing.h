#pragma once

#include <cstdint>

#include "models/common/accelerator_config.h"

namespace approxtlm {

/// MAC+ is one pipeline stage behind the array's columns.
inline std::uint64_t mac_plus_latency_cycles(bool corrected) { return corrected ? 1 : 0; }

/// Cycles between two vectors that MAC+ accepts: 1, or 2 when its multiplier and adder share one unpipelined
/// stage.
inline std::uint64_t mac_plus_interval_cycles(const CorrectionConfig& config, bool corrected) {
    return corrected && !config.pipelined ? 2 : 1;
}

}  // namespace approxtlm
