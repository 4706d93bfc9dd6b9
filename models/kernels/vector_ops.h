#pragma once

#include <cstdint>

#include "models/common/layer_descriptor.h"
#include "models/kernels/window.h"

namespace approxtlm {

/// Do coefficient * sum x and the rounding half stay within 32 bits together? For largest magnitudes.
inline bool correction_is_narrow(double coefficient, double sum_x, std::int64_t half) {
    return coefficient * sum_x + static_cast<double>(half) < 2147483648.0;
}

/// Bias, zero point, correction and requantisation of `pixels` x `columns` accumulated sums; see
/// FilterParameters. `psum` [pixels][columns], `sum_a`, `sum_x` [pixels], `out` [pixels][out_stride].
void finish_matrix(const LayerDescriptor& d, const FilterParameters* parameters, std::uint32_t columns,
                   const std::int32_t* psum, const std::int32_t* sum_a, const std::int32_t* sum_x,
                   std::uint32_t pixels, std::uint8_t* out, std::uint32_t out_stride);

/// Element-wise add of `count` codes with the descriptor's two scales:
/// clamp(round_half_even(fma(a, input_scale, fma(b, input2_scale, offset)))) in binary32.
void add_elements(const LayerDescriptor& d, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                  std::uint8_t* out);

/// clamp(z_out + round_half_even((a - z_a) input_scale)) for `count` codes.
void requantize_elements(const LayerDescriptor& d, const std::uint8_t* a, std::size_t count,
                         std::uint8_t* out);

/// Max or average pooling of output rows [first_row, first_row + rows); `out` [rows][output_width][channels].
/// `scales`: average_pool, input scale / (output scale * n) for n = 1.. averaged elements (scales[n - 1]).
void pool_rows(const LayerDescriptor& d, const TensorRows& input, const float* scales,
               std::uint32_t first_row, std::uint32_t rows, std::uint8_t* out);

}  // namespace approxtlm
