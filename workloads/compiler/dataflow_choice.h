#pragma once

#include <string>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"

namespace approxtlm::workloads {

/// The dataflow of a matrix layer: the configured one, or for `auto` the one with the fewest
/// estimated_layer_cycles (models/common/array_timing.h) among those that the buffers have room for; of
/// equals the first in kDataflows. Throws InputError, naming the layer where the layer is the reason.
Dataflow choose_dataflow(const LayerDescriptor& d, const AcceleratorConfig& config, const std::string& where);

}  // namespace approxtlm::workloads
