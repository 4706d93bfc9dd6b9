#pragma once

#include <cstdint>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"
#include "models/common/layer_stats.h"
#include "models/job/unit_observer.h"

namespace approxtlm {

/// The cycles of a whole job without a simulation kernel: every unit of the accelerator as a recurrence on
/// moments, with the cycle mode's timing functions (*_timing.h) and its rules for who waits for whom. Only
/// the bus orders the units in time: they advance as far as moments are known, then the bus grants one burst.
/// Stalls are charged as in cycle mode; activity is counted without `macs` and without what only the array's
/// registers know (FoldEngine). An observer sees each unit's work in order, but the units' one after the
/// other. `layers` must have passed check_descriptor.
std::vector<LayerStats> schedule_job(const std::vector<LayerDescriptor>& layers,
                                     std::uint64_t descriptor_base, const AcceleratorConfig& config,
                                     UnitObserver* observer = nullptr);

}  // namespace approxtlm
