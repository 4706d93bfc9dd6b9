#pragma once

#include <vector>

#include "power/macro_model/streams.h"

namespace approxtlm::platform {

/// Weights and activations as the array sees them while the embedded network classifies one synthetic image:
/// a fold of every matrix layer with enough output pixels for a stream, in the network's order.
std::vector<power::RecordedFold> recorded_folds();

}  // namespace approxtlm::platform
