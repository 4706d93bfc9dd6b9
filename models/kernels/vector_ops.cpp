#include "models/kernels/vector_ops.h"

#include <algorithm>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/requantize.h"

namespace approxtlm {
namespace {

std::uint8_t to_output(const LayerDescriptor& d, std::int64_t value, FixedScale scale) {
    return requantize(value, scale, static_cast<int>(d.output_zero_point), static_cast<int>(d.clamp_min),
                      static_cast<int>(d.clamp_max));
}

std::int64_t centred(std::uint8_t code, std::uint32_t zero_point) {
    return std::int64_t{code} - std::int64_t{zero_point};
}

}  // namespace

void finish_matrix(const LayerDescriptor& d, const FilterParameters* parameters, std::uint32_t columns,
                   const std::int32_t* psum, const std::int32_t* sum_a, const std::int32_t* sum_x,
                   std::uint32_t pixels, std::uint8_t* out, std::uint32_t out_stride) {
    const bool corrected = (d.flags & kFlagCorrection) != 0;
    const int fraction_bits = static_cast<int>(d.coefficient_fraction_bits);
    for (std::uint32_t p = 0; p < pixels; ++p, psum += columns, out += out_stride) {
        for (std::uint32_t c = 0; c < columns; ++c) {
            const FilterParameters& f = parameters[c];
            std::int64_t total = std::int64_t{psum[c]} + f.constant;
            if (f.weight_zero_point != 0) total -= std::int64_t{f.weight_zero_point} * sum_a[p];
            if (corrected) total += correction_term(f.coefficient, sum_x[p], fraction_bits);
            out[c] = to_output(d, total, {f.multiplier, f.shift});
        }
    }
}

void add_elements(const LayerDescriptor& d, const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                  std::uint8_t* out) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t sum = centred(a[i], d.input_zero_point) * d.input_multiplier +
                                 centred(b[i], d.input2_zero_point) * d.input2_multiplier;
        out[i] = to_output(d, sum, {1, d.input_shift});
    }
}

void requantize_elements(const LayerDescriptor& d, const std::uint8_t* a, std::size_t count,
                         std::uint8_t* out) {
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = to_output(d, centred(a[i], d.input_zero_point), {d.input_multiplier, d.input_shift});
    }
}

void pool_rows(const LayerDescriptor& d, const TensorRows& input, const ScaleParameters* scales,
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
            FixedScale scale{d.input_multiplier, d.input_shift};
            std::int64_t zero = d.input_zero_point;
            if (average) {
                const std::int64_t n =
                    (d.flags & kFlagCountPadding) != 0 ? window : std::max<std::int64_t>(valid, 1);
                scale = {scales[n - 1].multiplier, scales[n - 1].shift};
                zero *= valid;
            }
            for (std::uint32_t c = 0; c < channels; ++c) out[c] = to_output(d, gathered[c] - zero, scale);
        }
    }
}

}  // namespace approxtlm
