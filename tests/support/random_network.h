#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "workloads/network/network.h"

namespace approxtlm::test {

/// Builds small networks with random weights, layer by layer; shapes are computed, scales are plausible.
class NetworkBuilder {
public:
    NetworkBuilder(int channels, int height, int width, unsigned seed) : random_(seed) {
        network_.name = "random" + std::to_string(seed);
        network_.input = tensor("input", channels, height, width);
    }

    int input() const { return network_.input; }

    int convolution(int in, int filters, int kernel, int stride, int pad, int groups = 1,
                    bool signed_codes = false) {
        workloads::Layer layer = window("conv", workloads::LayerKind::convolution, in, kernel, stride, pad);
        layer.groups = groups;
        layer.output = tensor("conv", filters, out_size(height(in), kernel, stride, pad),
                              out_size(width(in), kernel, stride, pad));
        const int taps = channels(in) / groups * kernel * kernel;
        layer.weights.signed_codes = signed_codes;
        for (int i = 0; i < filters * taps; ++i)
            layer.weights.codes.push_back(
                static_cast<std::int16_t>(uniform(0, 255) - (signed_codes ? 128 : 0)));
        for (int f = 0; f < filters; ++f) {
            // Keeps typical outputs inside 0..255: |sum| grows with sqrt(taps) * 73 * 73.
            layer.weights.scale.push_back(static_cast<float>(0.01 / std::sqrt(taps)));
            layer.weights.zero_point.push_back(signed_codes ? 0 : uniform(100, 150));
            layer.weights.bias.push_back(uniform(-2000, 2000));
        }
        return push(layer);
    }
    int fully_connected(int in, int outputs) {
        const int kernel = height(in);
        return convolution(in, outputs, kernel, 1, 0);
    }
    int add(int a, int b) {
        workloads::Layer layer;
        layer.kind = workloads::LayerKind::add;
        layer.input = a;
        layer.input2 = b;
        layer.output = tensor("add", channels(a), height(a), width(a));
        return push(layer);
    }
    int pool(workloads::LayerKind kind, int in, int kernel, int stride, int pad = 0) {
        workloads::Layer layer = window("pool", kind, in, kernel, stride, pad);
        layer.output = tensor("pool", channels(in), out_size(height(in), kernel, stride, pad),
                              out_size(width(in), kernel, stride, pad));
        return push(layer);
    }
    workloads::Network finish(int output) {
        network_.output = output;
        return network_;
    }

    std::vector<std::uint8_t> image() {
        std::vector<std::uint8_t> codes(network_.tensors[static_cast<std::size_t>(network_.input)].size());
        for (auto& c : codes) c = static_cast<std::uint8_t>(uniform(0, 3) == 0 ? 0 : uniform(0, 255));
        return codes;
    }
    int uniform(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

private:
    int channels(int t) const { return network_.tensors[static_cast<std::size_t>(t)].channels; }
    int height(int t) const { return network_.tensors[static_cast<std::size_t>(t)].height; }
    int width(int t) const { return network_.tensors[static_cast<std::size_t>(t)].width; }
    static int out_size(int in, int kernel, int stride, int pad) {
        return (in + 2 * pad - kernel) / stride + 1;
    }

    workloads::Layer window(const char* name, workloads::LayerKind kind, int in, int kernel, int stride,
                            int pad) {
        workloads::Layer layer;
        layer.name = name;
        layer.kind = kind;
        layer.input = in;
        layer.kernel_height = layer.kernel_width = kernel;
        layer.stride_y = layer.stride_x = stride;
        layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = pad;
        return layer;
    }
    int tensor(const std::string& name, int c, int h, int w) {
        workloads::Tensor t;
        t.name = name + std::to_string(network_.tensors.size());
        t.channels = c;
        t.height = h;
        t.width = w;
        t.quantization.scale = 0.02f + 0.001f * static_cast<float>(uniform(0, 20));
        t.quantization.zero_point = uniform(0, 140);
        network_.tensors.push_back(t);
        return static_cast<int>(network_.tensors.size()) - 1;
    }
    int push(workloads::Layer layer) {
        layer.name += std::to_string(network_.layers.size());
        network_.layers.push_back(layer);
        return layer.output;
    }

    std::mt19937 random_;
    workloads::Network network_;
};

}  // namespace approxtlm::test
