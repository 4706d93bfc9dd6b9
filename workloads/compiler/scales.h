#pragma once

#include <string>
#include <vector>

#include "models/common/layer_descriptor.h"
#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// All scales are binary32, formed operation by operation as ONNX Runtime forms them, so that the vector unit
/// rounds where it does. Throw InputError with `where` when a scale leaves (2^-31, 2^30).

/// scale_in * scale_w / scale_out of a filter.
float filter_scale(float input, float weight, float output, const std::string& where);

/// A filter's scale times its calibration's gain.
float gained_scale(float scale, float gain, const std::string& where);

/// scale_in / scale_out.
float layer_scale(float input, float output, const std::string& where);

/// Both inputs' scales of an add and its offset.
void set_add_scales(LayerDescriptor& d, const Quantization& a, const Quantization& b,
                    const Quantization& output, const std::string& where);

/// scale_in / (scale_out * n) for every number n = 1..window of averaged elements.
std::vector<float> average_scales(float input, float output, std::uint32_t window, const std::string& where);

}  // namespace approxtlm::workloads
