#include <array>
#include <cmath>

#include "models/common/error.h"
#include "workloads/datasets/dataset.h"

namespace approxtlm::workloads {
namespace {

using Table = std::array<std::uint8_t, 256>;

/// Every operation rounds to float32, in the order of numpy and of ONNX Runtime's QuantizeLinear, which
/// divides.
Table code_table(std::size_t channel, const Quantization& q) {
    Table table{};
    for (std::size_t pixel = 0; pixel < table.size(); ++pixel) {
        const float unit = static_cast<float>(pixel) / 255.0f;
        const float centred = unit - kMean[channel];
        const float normal = centred / kStandardDeviation[channel];
        const float code = std::nearbyint(normal / q.scale) + static_cast<float>(q.zero_point);
        table[pixel] = code <= 0.0f ? 0 : code >= 255.0f ? 255 : static_cast<std::uint8_t>(code);
    }
    return table;
}

}  // namespace

std::vector<std::uint8_t> quantize_image(const Dataset& dataset, std::size_t index, const Tensor& input) {
    if (index >= dataset.size())
        throw InputError("dataset " + dataset.name, "image " + std::to_string(index),
                         "an image below " + std::to_string(dataset.size()));
    const auto shape = [](int c, int h, int w) {
        return std::to_string(c) + "x" + std::to_string(h) + "x" + std::to_string(w);
    };
    if (dataset.channels != input.channels || dataset.height != input.height ||
        dataset.width != input.width || dataset.channels != static_cast<int>(kMean.size()))
        throw InputError(
            "dataset " + dataset.name, "images of " + shape(dataset.channels, dataset.height, dataset.width),
            shape(input.channels, input.height, input.width) + " as the network's input " + input.name);
    const std::size_t area = static_cast<std::size_t>(input.height) * static_cast<std::size_t>(input.width);
    std::vector<std::uint8_t> codes(input.size());
    const std::uint8_t* pixels = dataset.image(index);
    for (std::size_t c = 0; c < kMean.size(); ++c) {
        const Table table = code_table(c, input.quantization);
        for (std::size_t p = 0; p < area; ++p) codes[p * kMean.size() + c] = table[pixels[c * area + p]];
    }
    return codes;
}

}  // namespace approxtlm::workloads
