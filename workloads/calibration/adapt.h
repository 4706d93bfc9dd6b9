#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "workloads/calibration/calibrate.h"

namespace approxtlm::workloads {

/// How long and on what adapt() works.
struct AdaptOptions {
    std::size_t samples = 24576;  ///< output pixels a layer, over all images
    std::uint64_t seed = 1;       ///< which pixels
    unsigned passes = 6;          ///< sweeps over all taps of a layer
    unsigned threads = 1;
    bool mirror = true;  ///< every image also mirrored left to right
};

/// Called after every layer with everything found so far.
using LayerDone = std::function<void(const Calibration& found)>;

/// Weight codes for the multiplier and their scale, C, C0 and zero points of a calibrated `design`: layer by
/// layer, fed by the network as adapted so far and aiming at the exact network's sums. Codes change only
/// where that lowers the error on the samples. `start`: layers found earlier, taken as they are. The result
/// depends on all arguments but `threads`.
Calibration adapt(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                  const std::vector<std::uint8_t>& images, const AdaptOptions& options,
                  const Calibration& start = {}, const LayerDone& done = {});

}  // namespace approxtlm::workloads
