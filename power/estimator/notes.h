#pragma once

#include <string>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"
#include "power/estimator/operating_point.h"

namespace approxtlm::power {

/// What an estimate for layers of these dataflows prices by a stand-in or leaves out, in sentences;
/// technology files are measured on weight-stationary PEs without multiplier pipeline, at one voltage.
std::vector<std::string> estimate_notes(const AcceleratorConfig& config, const std::vector<Dataflow>& used,
                                        const Technology& technology, const OperatingPoint& point);

}  // namespace approxtlm::power
