#include "models/sequencer/descriptor_check.h"

#include "models/common/tiling.h"

namespace approxtlm {
namespace {

// Keeps every product of dimensions below 2^63 and every tensor below the 32-bit address space.
constexpr std::uint32_t kMaxDimension = 1u << 16;

bool in_range(std::uint32_t dimension) { return dimension >= 1 && dimension <= kMaxDimension; }

/// Output size of a window operation fits the input with the padding that the kernel can hide.
bool window_fits(std::uint32_t in, std::uint32_t out, std::uint32_t kernel, std::uint32_t stride,
                 std::uint32_t pad) {
    return pad < kernel && std::uint64_t{out - 1} * stride < std::uint64_t{in} + pad;
}

bool shapes_consistent(const LayerDescriptor& d) {
    for (const std::uint32_t n :
         {d.input_channels, d.input_height, d.input_width, d.output_channels, d.output_height, d.output_width,
          d.kernel_height, d.kernel_width, d.stride_y, d.stride_x, d.groups, d.tile_rows})
        if (!in_range(n)) return false;
    const std::uint64_t limit = std::uint64_t{1} << 31;
    if (std::uint64_t{d.input_channels} * d.input_height * d.input_width >= limit ||
        std::uint64_t{d.output_channels} * d.output_height * d.output_width >= limit)
        return false;
    if (!window_fits(d.input_height, d.output_height, d.kernel_height, d.stride_y, d.pad_top) ||
        !window_fits(d.input_width, d.output_width, d.kernel_width, d.stride_x, d.pad_left))
        return false;
    if (d.clamp_min > d.clamp_max || d.clamp_max > 255 || d.input_zero_point > 255 ||
        d.input2_zero_point > 255 || d.output_zero_point > 255)
        return false;
    const bool same_shape = d.input_channels == d.output_channels && d.input_height == d.output_height &&
                            d.input_width == d.output_width;
    switch (d.opcode) {
        case Opcode::matrix:
            return d.input_channels % d.groups == 0 && d.output_channels % d.groups == 0 &&
                   d.coefficient_fraction_bits <= 12 && d.dataflow <= Dataflow::input_stationary;
        case Opcode::add:
        case Opcode::requantize:
            return same_shape && d.kernel_height == 1 && d.kernel_width == 1 && d.stride_y == 1;
        case Opcode::max_pool:
        case Opcode::average_pool:
            return d.input_channels == d.output_channels;
    }
    return false;
}

}  // namespace

JobError check_descriptor(const LayerDescriptor& d, const AcceleratorConfig& config) {
    if (!shapes_consistent(d)) return JobError::bad_descriptor;
    if (activation_footprint(d).total_bytes() > config.activation_buffer.capacity_bytes)
        return JobError::does_not_fit;
    if (d.opcode != Opcode::matrix) return JobError::none;

    const PeArrayConfig& array = config.pe_array;
    const std::uint64_t slots =
        config.weight_buffer.capacity_bytes / weight_slot_bytes(array.rows, array.columns);
    const Tiling t = tiling_of(d, array.rows, array.columns);
    const AccumulatorParts parts = accumulator_parts(d, t, config.accumulator_buffer.capacity_bytes);
    if (parts.needed > parts.bytes) return JobError::does_not_fit;
    const bool resident = (d.flags & kFlagWeightsResident) != 0;
    if (slots == 0 || (resident && t.folds_per_tile() > slots)) return JobError::does_not_fit;
    return JobError::none;
}

}  // namespace approxtlm
