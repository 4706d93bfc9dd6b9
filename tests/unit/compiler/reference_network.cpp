#include "tests/unit/compiler/reference_network.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace approxtlm::testing {
namespace {

using workloads::Layer;
using workloads::LayerKind;
using workloads::Network;
using workloads::Tensor;
using Codes = std::vector<std::uint8_t>;

struct Operand {
    const Tensor& tensor;
    const Codes& codes;
    /// Real value in units of the scale; padding is zero.
    std::int64_t at(int y, int x, int c) const {
        if (y < 0 || y >= tensor.height || x < 0 || x >= tensor.width) return 0;
        const auto index = static_cast<std::size_t>((y * tensor.width + x) * tensor.channels + c);
        return codes[index] - tensor.quantization.zero_point;
    }
    bool inside(int y, int x) const { return y >= 0 && y < tensor.height && x >= 0 && x < tensor.width; }
};

std::uint8_t quantized(long double value, const Tensor& output, const Layer& layer) {
    const long double code = std::nearbyintl(value) + output.quantization.zero_point;
    return static_cast<std::uint8_t>(std::clamp<long double>(code, layer.clamp_min, layer.clamp_max));
}

long double convolve(const Layer& l, const Operand& in, int oy, int ox, int f, int filters) {
    const int channels = in.tensor.channels / l.groups;
    const int group = f / (filters / l.groups);
    std::int64_t sum = l.weights.bias[static_cast<std::size_t>(f)];
    for (int c = 0; c < channels; ++c) {
        for (int ky = 0; ky < l.kernel_height; ++ky) {
            for (int kx = 0; kx < l.kernel_width; ++kx) {
                const auto index = static_cast<std::size_t>(
                    ((f * channels + c) * l.kernel_height + ky) * l.kernel_width + kx);
                sum += (l.weights.codes[index] - l.weights.zero_point[static_cast<std::size_t>(f)]) *
                       in.at(oy * l.stride_y - l.pad_top + ky, ox * l.stride_x - l.pad_left + kx,
                             group * channels + c);
            }
        }
    }
    return static_cast<long double>(sum) * static_cast<long double>(in.tensor.quantization.scale) *
           static_cast<long double>(l.weights.scale[static_cast<std::size_t>(f)]);
}

long double pool(const Layer& l, const Operand& in, int oy, int ox, int c) {
    std::int64_t sum = 0, most = -256;
    int count = 0;
    for (int ky = 0; ky < l.kernel_height; ++ky) {
        for (int kx = 0; kx < l.kernel_width; ++kx) {
            const int y = oy * l.stride_y - l.pad_top + ky, x = ox * l.stride_x - l.pad_left + kx;
            if (!in.inside(y, x)) continue;
            ++count;
            sum += in.at(y, x, c);
            most = std::max(most, in.at(y, x, c));
        }
    }
    if (l.count_padding) count = l.kernel_height * l.kernel_width;
    const long double scale = static_cast<long double>(in.tensor.quantization.scale);
    return l.kind == LayerKind::max_pool ? static_cast<long double>(most) * scale
                                         : static_cast<long double>(sum) * scale / count;
}

}  // namespace

std::vector<std::uint8_t> evaluate(const Network& network, const std::vector<std::uint8_t>& input) {
    std::vector<Codes> codes(network.tensors.size());
    codes[static_cast<std::size_t>(network.input)] = input;
    for (const Layer& l : network.layers) {
        const auto index = static_cast<std::size_t>(l.input);
        const Operand in{network.tensors[index], codes[index]};
        const Tensor& out = network.tensors[static_cast<std::size_t>(l.output)];
        Codes result;
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                for (int c = 0; c < out.channels; ++c) {
                    long double value = 0;
                    const long double scale = static_cast<long double>(in.tensor.quantization.scale);
                    switch (l.kind) {
                        case LayerKind::convolution:
                            value = convolve(l, in, y, x, c, out.channels);
                            break;
                        case LayerKind::add: {
                            const auto second = static_cast<std::size_t>(l.input2);
                            const Operand in2{network.tensors[second], codes[second]};
                            value = static_cast<long double>(in.at(y, x, c)) * scale +
                                    static_cast<long double>(in2.at(y, x, c)) *
                                        static_cast<long double>(in2.tensor.quantization.scale);
                            break;
                        }
                        case LayerKind::max_pool:
                        case LayerKind::average_pool:
                            value = pool(l, in, y, x, c);
                            break;
                        case LayerKind::requantize:
                            value = static_cast<long double>(in.at(y, x, c)) * scale;
                            break;
                    }
                    result.push_back(
                        quantized(value / static_cast<long double>(out.quantization.scale), out, l));
                }
            }
        }
        codes[static_cast<std::size_t>(l.output)] = std::move(result);
    }
    return codes[static_cast<std::size_t>(network.output)];
}

}  // namespace approxtlm::testing
