#pragma once

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"
#include "models/registers/register_map.h"

namespace approxtlm {

/// Whether the hardware can run a descriptor as it was read from memory: JobError::none, bad_descriptor
/// (unknown opcode, a zero or inconsistent dimension) or does_not_fit (a tile larger than a buffer).
JobError check_descriptor(const LayerDescriptor& descriptor, const AcceleratorConfig& config);

}  // namespace approxtlm
