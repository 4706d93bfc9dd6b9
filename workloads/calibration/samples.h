#pragma once

#include <cstdint>
#include <vector>

#include "workloads/calibration/twin_run.h"

namespace approxtlm::workloads {

/// Output pixels of one group of a matrix layer, from all calibration images.
struct GroupSamples {
    std::size_t n = 0;  ///< samples
    std::uint32_t reduction = 0, filters = 0;
    std::vector<std::uint8_t> window;  ///< the approximate network's activations, [sample][k]
    std::vector<std::int32_t> x, a;    ///< their sum x and sum A, [sample]
    std::vector<std::int32_t> got;     ///< approximate products - zero point x sum A, [filter][sample]
    std::vector<std::int32_t> wanted;  ///< the same of the exact network, [filter][sample]
};

/// Where a layer's samples come from.
struct SampleSource {
    std::size_t samples = 16384;  ///< about so many, shared evenly by the images
    std::uint64_t seed = 1;
};

/// Samples of matrix layer `layer`, one entry per group; `codes` [filter][k] feed the approximate multiplier.
std::vector<GroupSamples> sample_layer(TwinRun& twins, std::size_t layer,
                                       const std::vector<std::int16_t>& codes, const SampleSource& source);

}  // namespace approxtlm::workloads
