#include "workloads/network/check.h"

#include <cmath>
#include <string>
#include <vector>

#include "models/common/error.h"

namespace approxtlm::workloads {
namespace {

bool positive(float scale) { return std::isfinite(scale) && scale > 0.0f; }

std::string shape(int channels, int height, int width) {
    return std::to_string(channels) + "x" + std::to_string(height) + "x" + std::to_string(width);
}

void check_range(const std::string& where, const char* what, int value, int low, int high) {
    if (value < low || value > high)
        throw InputError(where, std::string(what) + " " + std::to_string(value),
                         "an integer in [" + std::to_string(low) + ", " + std::to_string(high) + "]");
}

void check_tensor(const std::string& where, const Tensor& t) {
    check_range(where, "channels", t.channels, 1, kLargestDimension);
    check_range(where, "height", t.height, 1, kLargestDimension);
    check_range(where, "width", t.width, 1, kLargestDimension);
    if (t.size() > kLargestTensor)
        throw InputError(where, std::to_string(t.size()) + " elements",
                         "at most " + std::to_string(kLargestTensor));
    if (!positive(t.quantization.scale))
        throw InputError(where, "scale " + std::to_string(t.quantization.scale), "a finite scale above 0");
    check_range(where, "zero point", t.quantization.zero_point, 0, 255);
}

int pooled(int size, int before, int after, int kernel, int stride) {
    return (size + before + after - kernel) / stride + 1;
}

class LayerCheck {
public:
    LayerCheck(const Network& network, const Layer& layer)
        : network_(network),
          layer_(layer),
          where_(network.name + ": layer " + layer.name + " (" + to_string(layer.kind) + ")") {}

    void run(std::vector<bool>& produced) const {
        const Tensor& in = operand(layer_.input, produced);
        check_range(where_, "output tensor", layer_.output, 0, static_cast<int>(network_.tensors.size()) - 1);
        const auto out_index = static_cast<std::size_t>(layer_.output);
        if (produced[out_index]) throw InputError(where_, "a tensor that is written twice", "one writer");
        produced[out_index] = true;
        check_range(where_, "clamp_min", layer_.clamp_min, 0, 255);
        check_range(where_, "clamp_max", layer_.clamp_max, layer_.clamp_min, 255);
        const Tensor& out = network_.tensors[out_index];
        switch (layer_.kind) {
            case LayerKind::add:
                expect_shape(operand(layer_.input2, produced), in.channels, in.height, in.width);
                [[fallthrough]];
            case LayerKind::requantize:
                expect_shape(out, in.channels, in.height, in.width);
                break;
            case LayerKind::max_pool:
                if (out.quantization.scale != in.quantization.scale ||
                    out.quantization.zero_point != in.quantization.zero_point)
                    throw InputError(where_, "another quantisation at the output", "that of the input");
                check_window(in, out, in.channels);
                break;
            case LayerKind::average_pool:
                check_window(in, out, in.channels);
                break;
            case LayerKind::convolution:
                check_window(in, out, out.channels);
                check_weights(in, out);
                break;
        }
    }

private:
    const Tensor& operand(int index, const std::vector<bool>& produced) const {
        check_range(where_, "input tensor", index, 0, static_cast<int>(network_.tensors.size()) - 1);
        if (!produced[static_cast<std::size_t>(index)])
            throw InputError(where_, "an input that no earlier layer writes", "layers in topological order");
        return network_.tensors[static_cast<std::size_t>(index)];
    }

    void expect_shape(const Tensor& t, int channels, int height, int width) const {
        if (t.channels != channels || t.height != height || t.width != width)
            throw InputError(where_, "shape " + shape(t.channels, t.height, t.width) + " of " + t.name,
                             shape(channels, height, width));
    }

    void check_window(const Tensor& in, const Tensor& out, int channels) const {
        const Layer& l = layer_;
        check_range(where_, "kernel_height", l.kernel_height, 1, kLargestDimension);
        check_range(where_, "kernel_width", l.kernel_width, 1, kLargestDimension);
        check_range(where_, "stride_y", l.stride_y, 1, kLargestDimension);
        check_range(where_, "stride_x", l.stride_x, 1, kLargestDimension);
        // Padding below the kernel size: every window sees at least one element.
        for (int pad : {l.pad_top, l.pad_bottom}) check_range(where_, "padding", pad, 0, l.kernel_height - 1);
        for (int pad : {l.pad_left, l.pad_right}) check_range(where_, "padding", pad, 0, l.kernel_width - 1);
        check_range(where_, "kernel_height", l.kernel_height, 1, in.height + l.pad_top + l.pad_bottom);
        check_range(where_, "kernel_width", l.kernel_width, 1, in.width + l.pad_left + l.pad_right);
        expect_shape(out, channels, pooled(in.height, l.pad_top, l.pad_bottom, l.kernel_height, l.stride_y),
                     pooled(in.width, l.pad_left, l.pad_right, l.kernel_width, l.stride_x));
    }

    void check_weights(const Tensor& in, const Tensor& out) const {
        const Weights& w = layer_.weights;
        check_range(where_, "groups", layer_.groups, 1, kLargestDimension);
        if (in.channels % layer_.groups != 0 || out.channels % layer_.groups != 0)
            throw InputError(where_, std::to_string(layer_.groups) + " groups",
                             "a divisor of input and output channels");
        const auto filters = static_cast<std::size_t>(out.channels);
        const std::size_t taps = static_cast<std::size_t>(in.channels / layer_.groups) *
                                 static_cast<std::size_t>(layer_.kernel_height) *
                                 static_cast<std::size_t>(layer_.kernel_width);
        if (w.codes.size() != filters * taps)
            throw InputError(where_, std::to_string(w.codes.size()) + " weights",
                             std::to_string(filters * taps));
        if (w.scale.size() != filters || w.zero_point.size() != filters || w.bias.size() != filters)
            throw InputError(where_, "another number of scales, zero points or biases",
                             std::to_string(filters));
        const int low = w.signed_codes ? -128 : 0;
        for (int code : w.codes) check_range(where_, "weight", code, low, low + 255);
        for (std::size_t f = 0; f < filters; ++f) {
            check_range(where_, "weight zero point", w.zero_point[f], low, low + 255);
            if (!positive(w.scale[f]))
                throw InputError(where_, "weight scale " + std::to_string(w.scale[f]),
                                 "a finite scale above 0");
        }
    }

    const Network& network_;
    const Layer& layer_;
    const std::string where_;
};

}  // namespace

void check(const Network& network) {
    const int tensors = static_cast<int>(network.tensors.size());
    for (const Tensor& t : network.tensors) check_tensor(network.name + ": tensor " + t.name, t);
    check_range(network.name, "input tensor", network.input, 0, tensors - 1);
    check_range(network.name, "output tensor", network.output, 0, tensors - 1);
    std::vector<bool> produced(network.tensors.size());
    produced[static_cast<std::size_t>(network.input)] = true;
    for (const Layer& layer : network.layers) LayerCheck(network, layer).run(produced);
    if (!produced[static_cast<std::size_t>(network.output)])
        throw InputError(network.name, "an output that no layer writes", "logits from the last layer");
}

}  // namespace approxtlm::workloads
