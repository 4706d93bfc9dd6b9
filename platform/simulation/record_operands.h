#pragma once

#include <vector>

#include "power/macro_model/streams.h"

namespace approxtlm::platform {

/// Operands as they stand in a 64 x 64 array while the embedded network classifies images of the synthetic
/// test set: of every layer with weights and enough of a reduction its first fold and, where it has several,
/// its last, by the exact design. The same every time.
std::vector<power::RecordedFold> record_operands();

}  // namespace approxtlm::platform
