#pragma once

#include <vector>

#include "platform/simulation/busy_recorder.h"
#include "power/estimator/estimator.h"

namespace approxtlm::platform {

/// What a layer spends while it runs.
struct LayerPower {
    std::uint64_t cycles = 0;
    power::PowerBreakdown mw;  ///< mean over these cycles
};

/// Mean power of `window` cycles from `at` on.
struct PowerSample {
    Cycle at = 0;
    double array_mw = 0, accelerator_mw = 0, system_mw = 0;
};
struct PowerTimeline {
    Cycle window = 1;
    std::vector<PowerSample> samples;
};

/// A layer's energy of a unit is spread evenly over the time in which that unit worked on it (array,
/// correction, edge registers and buffers: the PE array; DMA, bus and DRAM: the DMA; vector unit; sequencer:
/// descriptor fetches), or over the layer where it did not. Leakage flows all the time. The samples' sum is
/// the job's energy.
PowerTimeline power_timeline(const std::vector<LayerPower>& layers, const std::vector<BusySlice>& slices);

}  // namespace approxtlm::platform
