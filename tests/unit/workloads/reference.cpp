#include "tests/unit/workloads/reference.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace approxtlm::workloads::test {
namespace {

using Codes = std::vector<std::uint8_t>;

std::uint8_t to_code(const Layer& l, const Tensor& out, double value_in_steps) {
    const double code = std::nearbyint(value_in_steps) + out.quantization.zero_point;
    return static_cast<std::uint8_t>(std::clamp(code, double(l.clamp_min), double(l.clamp_max)));
}

struct Position {
    int y, x, c;
};

std::size_t at(const Tensor& t, Position p) {
    return static_cast<std::size_t>((p.y * t.width + p.x) * t.channels + p.c);
}

/// Calls visit(y, x, ky, kx) for the elements under the window of output (oy, ox) that are not padding.
template <class Visit>
void window(const Layer& l, const Tensor& in, int oy, int ox, Visit visit) {
    for (int ky = 0; ky < l.kernel_height; ++ky)
        for (int kx = 0; kx < l.kernel_width; ++kx) {
            const int y = oy * l.stride_y - l.pad_top + ky, x = ox * l.stride_x - l.pad_left + kx;
            if (y >= 0 && y < in.height && x >= 0 && x < in.width) visit(y, x, ky, kx);
        }
}

std::uint8_t convolve(const Layer& l, const Tensor& in, const Codes& data, const Tensor& out, Position o) {
    const int group_in = in.channels / l.groups, group_out = out.channels / l.groups;
    const auto f = static_cast<std::size_t>(o.c);
    std::int64_t sum = l.weights.bias[f];
    window(l, in, o.y, o.x, [&](int y, int x, int ky, int kx) {
        for (int c = 0; c < group_in; ++c) {
            const auto w =
                static_cast<std::size_t>(((o.c * group_in + c) * l.kernel_height + ky) * l.kernel_width + kx);
            const std::int64_t a =
                data[at(in, {y, x, o.c / group_out * group_in + c})] - in.quantization.zero_point;
            sum += a * (l.weights.codes[w] - l.weights.zero_point[f]);
        }
    });
    // ONNX Runtime's roundings: with exact products one code in about three million comes out on the other
    // side of a tie, and the layers behind it spread that to several logits.
    const float scale = in.quantization.scale * l.weights.scale[f] / out.quantization.scale;
    return to_code(l, out, float(sum) * scale);
}

std::uint8_t pool(const Layer& l, const Tensor& in, const Codes& data, const Tensor& out, Position o) {
    int largest = 0, sum = 0, count = 0;
    window(l, in, o.y, o.x, [&](int y, int x, int, int) {
        const int code = data[at(in, {y, x, o.c})];
        largest = std::max(largest, code);
        sum += code - in.quantization.zero_point;
        ++count;
    });
    if (l.kind == LayerKind::max_pool)
        return static_cast<std::uint8_t>(std::clamp(largest, l.clamp_min, l.clamp_max));
    if (l.count_padding) count = l.kernel_height * l.kernel_width;
    return to_code(l, out, double(sum) / count * in.quantization.scale / out.quantization.scale);
}

}  // namespace

std::vector<std::uint8_t> reference_logits(const Network& network, const std::vector<std::uint8_t>& image) {
    std::vector<Codes> data(network.tensors.size());
    const auto tensor = [&](int i) -> const Tensor& { return network.tensors[static_cast<std::size_t>(i)]; };
    const auto codes = [&](int i) -> Codes& { return data[static_cast<std::size_t>(i)]; };
    codes(network.input) = image;
    for (const Layer& l : network.layers) {
        const Tensor &in = tensor(l.input), &out = tensor(l.output);
        const auto real = [&](int t, std::size_t i) {
            return (double(codes(t)[i]) - tensor(t).quantization.zero_point) * tensor(t).quantization.scale;
        };
        codes(l.output).resize(out.size());
        for (int y = 0; y < out.height; ++y)
            for (int x = 0; x < out.width; ++x)
                for (int c = 0; c < out.channels; ++c) {
                    const Position o{y, x, c};
                    const std::size_t i = at(out, o);
                    std::uint8_t& result = codes(l.output)[i];
                    switch (l.kind) {
                        case LayerKind::convolution:
                            result = convolve(l, in, codes(l.input), out, o);
                            break;
                        case LayerKind::max_pool:
                        case LayerKind::average_pool:
                            result = pool(l, in, codes(l.input), out, o);
                            break;
                        case LayerKind::add:
                            result = to_code(l, out,
                                             (real(l.input, i) + real(l.input2, i)) / out.quantization.scale);
                            break;
                        case LayerKind::requantize:
                            result = to_code(l, out, real(l.input, i) / out.quantization.scale);
                            break;
                    }
                }
    }
    return codes(network.output);
}

std::string shared_data() {
    const char* path = std::getenv("APPROXTLM_SHARED_DATA");
    return path != nullptr ? path : APPROXTLM_SHARED_DATA_DEFAULT;
}

}  // namespace approxtlm::workloads::test
