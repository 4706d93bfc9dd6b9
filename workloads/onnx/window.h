#pragma once

#include "workloads/network/network.h"
#include "workloads/onnx/node.h"

namespace approxtlm::workloads {

/// Reads kernel_shape, strides, pads, auto_pad, dilations and ceil_mode into `layer` and returns the output's
/// shape with `channels` channels. `kernel_height`, `kernel_width`: of the weights, 0 where there are none.
Tensor read_window(const Node& node, const Tensor& input, int channels, int kernel_height, int kernel_width,
                   Layer& layer);

}  // namespace approxtlm::workloads
