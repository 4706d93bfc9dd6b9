#include "models/kernels/vector_ops.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "models/arithmetic/requantize.h"
#include "models/kernels/array_kernels.h"

namespace approxtlm {
namespace {

std::uint8_t to_output(const LayerDescriptor& d, std::int32_t value, float scale) {
    return requantize(value, scale, static_cast<int>(d.output_zero_point), static_cast<int>(d.clamp_min),
                      static_cast<int>(d.clamp_max));
}

}  // namespace

void finish_matrix(const LayerDescriptor& d, const FilterParameters* parameters, std::uint32_t columns,
                   const std::int32_t* psum, const std::int32_t* sum_a, const std::int32_t* sum_x,
                   std::uint32_t pixels, std::uint8_t* out, std::uint32_t out_stride) {
    const bool corrected = (d.flags & kFlagCorrection) != 0;
    const std::uint32_t fraction = d.coefficient_fraction_bits;
    std::vector<std::int32_t> constant(columns), zero_point(columns), coefficient(columns);
    std::vector<float> scale(columns);
    for (std::uint32_t c = 0; c < columns; ++c) {
        constant[c] = parameters[c].constant;
        zero_point[c] = parameters[c].weight_zero_point;
        coefficient[c] = parameters[c].coefficient;
        scale[c] = parameters[c].scale;
    }
    FinishJob job;
    job.constant = constant.data();
    job.zero_point = zero_point.data();
    job.coefficient = corrected ? coefficient.data() : nullptr;
    job.scale = scale.data();
    job.coefficient_half = fraction == 0 ? 0 : std::int64_t{1} << (fraction - 1);
    job.coefficient_shift = fraction;
    job.output_zero_point = static_cast<std::int32_t>(d.output_zero_point);
    job.low = static_cast<std::int32_t>(d.clamp_min);
    job.high = static_cast<std::int32_t>(d.clamp_max);
    job.columns = columns;
    if (corrected) {
        double largest = 0;
        for (const std::int32_t c : coefficient)
            largest = std::max(largest, std::abs(static_cast<double>(c)));
        std::int32_t most_x = 0;
        for (std::uint32_t p = 0; p < pixels; ++p) most_x = std::max(most_x, std::abs(sum_x[p]));
        job.narrow = correction_is_narrow(largest, most_x, job.coefficient_half);
    }
    const ArrayKernels& kernels = array_kernels();
    for (std::uint32_t p = 0; p < pixels; ++p, psum += columns, out += out_stride) {
        kernels.finish_row(job, psum, sum_a[p], corrected ? sum_x[p] : 0, out);
    }
}

void add_elements(const LayerDescriptor& d, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                  std::uint8_t* out) {
    AddJob job;
    job.a = a;
    job.b = b;
    job.out = out;
    job.count = count;
    job.a_scale = d.input_scale;
    job.b_scale = d.input2_scale;
    job.offset = d.offset;
    job.low = static_cast<float>(d.clamp_min);
    job.high = static_cast<float>(d.clamp_max);
    array_kernels().add_codes(job);
}

void requantize_elements(const LayerDescriptor& d, const std::uint8_t* a, std::size_t count,
                         std::uint8_t* out) {
    const auto zero = static_cast<std::int32_t>(d.input_zero_point);
    for (std::size_t i = 0; i < count; ++i) out[i] = to_output(d, a[i] - zero, d.input_scale);
}

void pool_rows(const LayerDescriptor& d, const TensorRows& input, const float* scales,
               std::uint32_t first_row, std::uint32_t rows, std::uint8_t* out) {
    const bool average = d.opcode == Opcode::average_pool;
    const std::uint32_t channels = d.input_channels;
    const std::uint32_t window = d.kernel_height * d.kernel_width;
    std::vector<std::int32_t> gathered(channels);
    for (std::uint32_t oy = first_row; oy < first_row + rows; ++oy) {
        const std::int64_t top = std::int64_t{oy} * d.stride_y - d.pad_top;
        const std::int64_t y_first = std::max<std::int64_t>(top, 0);
        const std::int64_t y_end = std::min<std::int64_t>(top + d.kernel_height, d.input_height);
        for (std::uint32_t ox = 0; ox < d.output_width; ++ox, out += channels) {
            const std::int64_t left = std::int64_t{ox} * d.stride_x - d.pad_left;
            const std::int64_t x_first = std::max<std::int64_t>(left, 0);
            const std::int64_t x_end = std::min<std::int64_t>(left + d.kernel_width, d.input_width);
            std::fill(gathered.begin(), gathered.end(), 0);
            for (std::int64_t y = y_first; y < y_end; ++y) {
                for (std::int64_t x = x_first; x < x_end; ++x) {
                    const auto row = static_cast<std::size_t>(y) - input.first_row;
                    const std::uint8_t* in =
                        input.data + (row * d.input_width + static_cast<std::size_t>(x)) * channels;
                    for (std::uint32_t c = 0; c < channels; ++c) {
                        gathered[c] =
                            average ? gathered[c] + in[c] : std::max<std::int32_t>(gathered[c], in[c]);
                    }
                }
            }
            const std::int64_t valid =
                std::max<std::int64_t>(y_end - y_first, 0) * std::max<std::int64_t>(x_end - x_first, 0);
            float scale = d.input_scale;
            auto zero = static_cast<std::int32_t>(d.input_zero_point);
            if (average) {
                const std::int64_t n =
                    (d.flags & kFlagCountPadding) != 0 ? window : std::max<std::int64_t>(valid, 1);
                scale = scales[n - 1];
                zero *= static_cast<std::int32_t>(valid);
            }
            for (std::uint32_t c = 0; c < channels; ++c) out[c] = to_output(d, gathered[c] - zero, scale);
        }
    }
}

}  // namespace approxtlm
