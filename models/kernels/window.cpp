#include "models/kernels/window.h"

#include <algorithm>
#include <cstring>

namespace approxtlm {

namespace {

/// Neighbouring channels of one tap, for every pixel.
struct Run {
    std::uint32_t tap_y, tap_x;
    std::size_t channel;  ///< of the input
    std::uint32_t bytes;
};

/// `n` runs of Bytes bytes (`bytes` where Bytes is 0).
template <std::uint32_t Bytes>
void copy_runs(const std::uint8_t* from, std::size_t from_step, std::uint8_t* to, std::size_t to_step,
               std::uint32_t n, std::uint32_t bytes) {
    for (std::uint32_t i = 0; i < n; ++i, from += from_step, to += to_step)
        std::memcpy(to, from, Bytes != 0 ? Bytes : bytes);
}

void copy_runs(const std::uint8_t* from, std::size_t from_step, std::uint8_t* to, std::size_t to_step,
               std::uint32_t n, std::uint32_t bytes) {
    switch (bytes) {
        case 16:
            return copy_runs<16>(from, from_step, to, to_step, n, bytes);
        case 32:
            return copy_runs<32>(from, from_step, to, to_step, n, bytes);
        case 64:
            return copy_runs<64>(from, from_step, to, to_step, n, bytes);
        default:
            return copy_runs<0>(from, from_step, to, to_step, n, bytes);
    }
}

/// Pixels [x, end) of output row y.
void gather_run(const LayerDescriptor& d, const TensorRows& input, const Run& run, std::uint32_t y,
                std::uint32_t x, std::uint32_t end, std::uint8_t* out, std::size_t out_step) {
    const auto pad = [&](std::uint32_t pixels) {
        for (std::uint32_t i = 0; i < pixels; ++i, out += out_step)
            std::memset(out, static_cast<int>(d.input_zero_point), run.bytes);
    };
    const std::int64_t input_y = std::int64_t{y} * d.stride_y - d.pad_top + run.tap_y;
    if (input_y < 0 || input_y >= d.input_height) return pad(end - x);
    // Output column i reads input column i * stride + shift.
    const std::int64_t shift = std::int64_t{run.tap_x} - d.pad_left, stride = d.stride_x;
    const auto first_from = [&](std::int64_t input_x) {  // first output column that reads it or one behind
        const std::int64_t above = input_x - shift;
        return static_cast<std::uint32_t>(
            std::clamp<std::int64_t>(above <= 0 ? 0 : (above + stride - 1) / stride, x, end));
    };
    const std::uint32_t inside = first_from(0), outside = first_from(d.input_width);
    pad(inside - x);
    if (inside < outside) {
        const std::size_t row = static_cast<std::size_t>(input_y) - input.first_row;
        const std::size_t position = row * d.input_width + static_cast<std::size_t>(inside * stride + shift);
        copy_runs(input.data + position * d.input_channels + run.channel,
                  static_cast<std::size_t>(stride) * d.input_channels, out, out_step, outside - inside,
                  run.bytes);
        out += (outside - inside) * out_step;
    }
    pad(end - outside);
}

}  // namespace

void gather_window(const LayerDescriptor& d, const TensorRows& input, std::uint32_t group,
                   std::uint32_t first_k, std::uint32_t count, std::uint32_t first_pixel,
                   std::uint32_t pixels, std::uint8_t* out) {
    const std::uint32_t depth = d.input_channels / d.groups;  // channels of one tap
    for (std::uint32_t k = 0; k < count;) {
        const std::uint32_t tap = (first_k + k) / depth, channel = (first_k + k) % depth;
        const Run run{tap / d.kernel_width, tap % d.kernel_width, std::size_t{group} * depth + channel,
                      std::min(depth - channel, count - k)};
        std::uint8_t* to = out + k;
        for (std::uint32_t pixel = first_pixel; pixel < first_pixel + pixels;) {
            const std::uint32_t y = pixel / d.output_width, x = pixel % d.output_width;
            const std::uint32_t end = std::min(d.output_width, x + first_pixel + pixels - pixel);
            gather_run(d, input, run, y, x, end, to, count);
            to += std::size_t{end - x} * count;
            pixel += end - x;
        }
        k += run.bytes;
    }
}

}  // namespace approxtlm
