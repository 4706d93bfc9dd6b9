#pragma once

#include "models/common/accelerator_config.h"
#include "power/estimator/estimator.h"

namespace approxtlm::power {

/// PEs, and of the correction what the design builds (MAC+ per column, shared sum-x and sum-A columns).
double array_area_um2(const Technology& technology, const AcceleratorConfig& config,
                      const PricedDesign& design);

}  // namespace approxtlm::power
