#pragma once

#include <cstdint>

#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// A rectangle of an HWC tensor that lies in a buffer: rows [first_row, first_row + rows) of the tensor.
struct TensorRows {
    const std::uint8_t* data = nullptr;  ///< [rows][width][channels]
    std::uint32_t first_row = 0, rows = 0;
};

/// The im2col address pattern: for output pixels [first_pixel, first_pixel + pixels) (row-major over the
/// output), gathers reduction elements [first_k, first_k + count) of `group` into `out` [pixels][count];
/// padding reads the input zero point. `input` must hold every row that is not padding.
void gather_window(const LayerDescriptor& d, const TensorRows& input, std::uint32_t group,
                   std::uint32_t first_k, std::uint32_t count, std::uint32_t first_pixel,
                   std::uint32_t pixels, std::uint8_t* out);

}  // namespace approxtlm
