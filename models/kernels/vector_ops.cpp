#include "models/kernels/vector_ops.h"

#include <algorithm>
#include <vector>

#include "models/arithmetic/requantize.h"
#include "models/kernels/array_kernels.h"

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
    const std::uint32_t fraction = d.coefficient_fraction_bits;
    std::vector<std::int64_t> by_column(std::size_t{6} * columns);
    std::int64_t* const constant = by_column.data();
    std::int64_t* const zero_point = constant + columns;
    std::int64_t* const coefficient = zero_point + columns;
    std::int64_t* const multiplier = coefficient + columns;
    std::int64_t* const shift = multiplier + columns;
    std::int64_t* const below_half = shift + columns;
    for (std::uint32_t c = 0; c < columns; ++c) {
        const FilterParameters& f = parameters[c];
        // A shift of 0 becomes 1 with twice the multiplier: the kernel halves once more than needed, exactly.
        const bool whole = f.shift == 0;
        constant[c] = f.constant;
        zero_point[c] = f.weight_zero_point;
        coefficient[c] = corrected ? f.coefficient : 0;
        multiplier[c] = std::int64_t{f.multiplier} << (whole ? 1 : 0);
        shift[c] = whole ? 1 : f.shift;
        below_half[c] = (std::int64_t{1} << (shift[c] - 1)) - 1;
    }
    FinishJob job;
    job.constant = constant;
    job.zero_point = zero_point;
    job.coefficient = coefficient;
    job.multiplier = multiplier;
    job.shift = shift;
    job.below_half = below_half;
    job.coefficient_half = fraction == 0 ? 0 : std::int64_t{1} << (fraction - 1);
    job.coefficient_shift = fraction;
    job.output_zero_point = d.output_zero_point;
    job.low = d.clamp_min;
    job.high = d.clamp_max;
    job.columns = columns;
    const ArrayKernels& kernels = array_kernels();
    for (std::uint32_t p = 0; p < pixels; ++p, psum += columns, out += out_stride) {
        kernels.finish_row(job, psum, sum_a[p], corrected ? sum_x[p] : 0, out);
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
