#pragma once

#include <string>
#include <vector>

#include "models/arithmetic/requantize.h"
#include "models/common/layer_descriptor.h"

namespace approxtlm::workloads {

/// to_fixed_scale with the layer's name in the error.
FixedScale layer_scale(double scale, const std::string& where);

/// Both inputs' scales of an add on one shift: the larger has 31 bits.
void set_add_scales(LayerDescriptor& d, double scale, double scale2, const std::string& where);

/// The scale s / n for every number n = 1..window of averaged elements.
std::vector<ScaleParameters> average_scales(double scale, std::uint32_t window, const std::string& where);

}  // namespace approxtlm::workloads
