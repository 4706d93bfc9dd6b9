#pragma once

#include <cstdint>

#include "models/common/accelerator_config.h"

namespace approxtlm {

/// Issue cycles for `pixels` accumulator entries of `columns` sums: an entry never shares a cycle with the
/// next.
inline std::uint64_t finish_cycles(const VectorUnitConfig& config, std::uint64_t pixels,
                                   std::uint64_t columns) {
    return pixels * ((columns + config.lanes - 1) / config.lanes);
}

/// Issue cycles for `elements` output elements that each read `window` input elements.
inline std::uint64_t element_cycles(const VectorUnitConfig& config, std::uint64_t elements,
                                    std::uint64_t window) {
    return (elements * window + config.lanes - 1) / config.lanes;
}

}  // namespace approxtlm
