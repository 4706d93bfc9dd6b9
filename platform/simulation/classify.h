#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/common/accelerator_config.h"
#include "platform/report/sampled_activity.h"
#include "workloads/compiler/program.h"

namespace approxtlm::platform {

/// What the functional model found for a set of images.
struct Classification {
    std::vector<std::uint8_t> logits;  ///< codes, [image][output]
    SampledActivity toggles;
    std::vector<ActivityCounts> samples;  ///< of every counted image
    std::size_t activity_images = 0;
};

/// Runs every image of `codes` (images one after the other, HWC) and counts the activity of images 0, n, 2n,
/// ... with n = `activity_every` (0: of none). `progress` is called from several threads with 1 per finished
/// image.
Classification classify(const workloads::Program& program, const AcceleratorConfig& config,
                        const std::vector<std::uint8_t>& codes, std::size_t activity_every, unsigned threads,
                        const std::function<void(std::size_t)>& progress);

/// Index of the first largest code.
std::size_t first_maximum(const std::uint8_t* codes, std::size_t count);

}  // namespace approxtlm::platform
