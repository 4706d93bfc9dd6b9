#pragma once

#include <random>
#include <string>

#include "workloads/network/network.h"

namespace approxtlm::testing {

/// Builds small random networks layer by layer.
class RandomNetwork {
public:
    explicit RandomNetwork(std::uint32_t seed) : random_(seed) {
        network_.name = "seed" + std::to_string(seed);
    }

    int integer(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
    float scale(float low, float high) { return std::uniform_real_distribution<float>(low, high)(random_); }

    /// Index of a new tensor.
    int tensor(int channels, int height, int width) {
        workloads::Tensor t;
        t.name = "t" + std::to_string(network_.tensors.size());
        t.channels = channels;
        t.height = height;
        t.width = width;
        t.quantization = {scale(0.01f, 0.05f), integer(0, 255)};
        network_.tensors.push_back(t);
        return static_cast<int>(network_.tensors.size()) - 1;
    }

    /// A layer over `input` with its output tensor; kernel, stride and padding as given in `shape`.
    workloads::Layer& layer(workloads::LayerKind kind, int input, int channels, workloads::Layer shape = {}) {
        const workloads::Tensor in = network_.tensors[static_cast<std::size_t>(input)];
        shape.name = "layer" + std::to_string(network_.layers.size());
        shape.kind = kind;
        shape.input = input;
        shape.output =
            tensor(channels,
                   (in.height + shape.pad_top + shape.pad_bottom - shape.kernel_height) / shape.stride_y + 1,
                   (in.width + shape.pad_left + shape.pad_right - shape.kernel_width) / shape.stride_x + 1);
        shape.clamp_min = integer(0, 40);
        shape.clamp_max = integer(200, 255);
        network_.layers.push_back(shape);
        network_.output = shape.output;
        return network_.layers.back();
    }

    workloads::Layer& convolution(int input, int filters, workloads::Layer shape, bool zero_points) {
        workloads::Layer& l = layer(workloads::LayerKind::convolution, input, filters, shape);
        const int channels = network_.tensors[static_cast<std::size_t>(input)].channels / l.groups;
        workloads::Weights& w = l.weights;
        w.signed_codes = integer(0, 1) == 1;
        const int offset = w.signed_codes ? -128 : 0;
        for (int i = filters * channels * l.kernel_height * l.kernel_width; i > 0; --i) {
            w.codes.push_back(static_cast<std::int16_t>(integer(0, 255) + offset));
        }
        for (int f = 0; f < filters; ++f) {
            w.scale.push_back(scale(0.001f, 0.004f));
            w.zero_point.push_back(zero_points ? integer(0, 255) + offset : 0);
            w.bias.push_back(integer(-20000, 20000));
        }
        return l;
    }

    workloads::Network& network() { return network_; }

private:
    std::mt19937 random_;
    workloads::Network network_;
};

/// Convolutions with padding, stride and groups, an add, both pools, a requantise and a fully connected end.
inline workloads::Network random_network(std::uint32_t seed) {
    RandomNetwork r(seed);
    using workloads::LayerKind;
    const int size = r.integer(7, 12);
    const int channels = 2 * r.integer(1, 4);
    const int input = r.tensor(channels, size, size + r.integer(0, 3));
    r.network().input = input;
    workloads::Layer same;
    same.kernel_height = same.kernel_width = 3;
    same.pad_top = same.pad_left = same.pad_bottom = same.pad_right = 1;
    const int filters = 2 * r.integer(1, 20);
    const int a = r.convolution(input, filters, same, true).output;
    same.groups = 2;
    const int b = r.convolution(a, filters, same, r.integer(0, 1) == 1).output;
    workloads::Layer& add = r.layer(LayerKind::add, a, filters);
    add.input2 = b;
    workloads::Layer strided;
    strided.kernel_height = 3;
    strided.kernel_width = 2;
    strided.stride_y = 2;
    strided.pad_top = strided.pad_bottom = strided.pad_left = 1;
    const int c = r.layer(LayerKind::max_pool, add.output, filters, strided).output;
    workloads::Layer average = strided;
    average.stride_y = 1;
    average.count_padding = r.integer(0, 1) == 1;
    const int d = r.layer(LayerKind::average_pool, c, filters, average).output;
    const int e = r.layer(LayerKind::requantize, d, filters).output;
    workloads::Layer whole;
    whole.kernel_height = r.network().tensors[static_cast<std::size_t>(e)].height;
    whole.kernel_width = r.network().tensors[static_cast<std::size_t>(e)].width;
    r.convolution(e, r.integer(1, 12), whole, true);
    return r.network();
}

}  // namespace approxtlm::testing
