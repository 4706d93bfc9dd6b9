#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "models/common/layer_descriptor.h"

namespace approxtlm::testing {

inline std::vector<std::uint8_t> random_codes(std::mt19937& random, std::size_t n) {
    std::vector<std::uint8_t> codes(n);
    for (std::uint8_t& c : codes) c = static_cast<std::uint8_t>(random());
    return codes;
}

/// Window, strides, padding, channels and groups at random; no addresses, tile_rows 1.
inline LayerDescriptor random_matrix_layer(std::mt19937& random) {
    const auto pick = [&](std::uint32_t low, std::uint32_t high) {
        return std::uniform_int_distribution<std::uint32_t>(low, high)(random);
    };
    LayerDescriptor d;
    d.opcode = Opcode::matrix;
    d.groups = pick(0, 2) == 0 ? pick(1, 4) : 1;
    // Some layers as deep as real ones: the kernels take 16, 32 and 64 channels by paths of their own.
    d.input_channels = d.groups * (pick(0, 5) == 0 ? 16 * pick(1, 5) : pick(1, 6));
    d.output_channels = d.groups * pick(1, pick(0, 3) == 0 ? 90 : 12);
    d.kernel_height = pick(1, 4);
    d.kernel_width = pick(1, 4);
    d.stride_y = pick(1, 3);
    d.stride_x = pick(1, 3);
    d.pad_top = pick(0, d.kernel_height - 1);
    d.pad_left = pick(0, d.kernel_width - 1);
    const std::uint32_t pad_bottom = pick(0, d.kernel_height - 1), pad_right = pick(0, d.kernel_width - 1);
    d.input_height = d.kernel_height + pick(0, 7);
    d.input_width = d.kernel_width + pick(0, 7);
    d.output_height = (d.input_height + d.pad_top + pad_bottom - d.kernel_height) / d.stride_y + 1;
    d.output_width = (d.input_width + d.pad_left + pad_right - d.kernel_width) / d.stride_x + 1;
    d.input_zero_point = pick(0, 1) == 0 ? 0 : pick(0, 255);  // after ReLU it is 0
    d.output_zero_point = pick(0, 255);
    d.clamp_min = pick(0, 60);
    d.clamp_max = pick(190, 255);
    d.tile_rows = 1;
    return d;
}

/// Reduction element k of output pixel p, by the formula in LayerDescriptor.
inline std::uint8_t operand(const LayerDescriptor& d, const std::vector<std::uint8_t>& tensor,
                            std::uint32_t group, std::uint32_t k, std::uint32_t p) {
    const std::uint32_t depth = d.input_channels / d.groups;
    const std::int64_t y =
        std::int64_t{p / d.output_width} * d.stride_y - d.pad_top + k / depth / d.kernel_width;
    const std::int64_t x =
        std::int64_t{p % d.output_width} * d.stride_x - d.pad_left + k / depth % d.kernel_width;
    if (y < 0 || y >= d.input_height || x < 0 || x >= d.input_width) {
        return static_cast<std::uint8_t>(d.input_zero_point);
    }
    return tensor[static_cast<std::size_t>((y * d.input_width + x) * d.input_channels + group * depth +
                                           k % depth)];
}

}  // namespace approxtlm::testing
