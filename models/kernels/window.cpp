#include "models/kernels/window.h"

#include <algorithm>
#include <cstring>

namespace approxtlm {

void gather_window(const LayerDescriptor& d, const TensorRows& input, std::uint32_t group,
                   std::uint32_t first_k, std::uint32_t count, std::uint32_t first_pixel,
                   std::uint32_t pixels, std::uint8_t* out) {
    const std::uint32_t depth = d.input_channels / d.groups;  // channels of one tap
    const std::size_t group_offset = std::size_t{group} * depth;
    for (std::uint32_t pixel = first_pixel; pixel < first_pixel + pixels; ++pixel) {
        const auto top = static_cast<std::int64_t>(pixel / d.output_width) * d.stride_y - d.pad_top;
        const auto left = static_cast<std::int64_t>(pixel % d.output_width) * d.stride_x - d.pad_left;
        std::uint32_t tap = first_k / depth;
        std::uint32_t channel = first_k % depth;
        for (std::uint32_t left_over = count; left_over != 0;) {
            const std::uint32_t run = std::min(depth - channel, left_over);
            const std::int64_t y = top + tap / d.kernel_width;
            const std::int64_t x = left + tap % d.kernel_width;
            if (y < 0 || y >= d.input_height || x < 0 || x >= d.input_width) {
                std::memset(out, static_cast<int>(d.input_zero_point), run);
            } else {
                const auto row = static_cast<std::size_t>(y) - input.first_row;
                const std::size_t position = row * d.input_width + static_cast<std::size_t>(x);
                std::memcpy(out, input.data + position * d.input_channels + group_offset + channel, run);
            }
            out += run;
            left_over -= run;
            channel = 0;
            ++tap;
        }
    }
}

}  // namespace approxtlm
