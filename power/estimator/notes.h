#pragma once

#include <string>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"

namespace approxtlm::power {

/// What an estimate for layers of these dataflows prices by a stand-in or leaves out, in sentences;
/// technology files are measured on weight-stationary PEs without multiplier pipeline.
std::vector<std::string> estimate_notes(const PeArrayConfig& array, const std::vector<Dataflow>& used);

}  // namespace approxtlm::power
