#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace approxtlm::workloads {

/// Real value = scale * (code - zero_point); codes are unsigned bytes (int8 tensors are moved by +128 on
/// import).
struct Quantization {
    float scale = 1.0f;
    int zero_point = 0;
};

/// One activation tensor of one image: channels x height x width (a flat vector has height = width = 1).
struct Tensor {
    std::string name;
    int channels = 0, height = 1, width = 1;
    Quantization quantization;
    bool signed_codes = false;  ///< the file's codes were int8 (code here = code there + 128)

    std::size_t size() const { return static_cast<std::size_t>(channels) * height * width; }
};

enum class LayerKind { convolution, add, max_pool, average_pool, requantize };
const char* to_string(LayerKind kind);

/// Weights of a convolution as the file holds them.
struct Weights {
    std::vector<std::int16_t> codes;  ///< [filter][channel within group][ky][kx]
    bool signed_codes = false;        ///< int8 file codes (-128..127), else uint8 (0..255)
    std::vector<float> scale;         ///< per filter
    std::vector<int> zero_point;      ///< per filter, in the file's code
    std::vector<std::int32_t> bias;   ///< per filter, in units of input scale x weight scale
};

/// One operation. Fully connected layers are convolutions over the whole input (kernel = its height x width).
struct Layer {
    std::string name;  ///< the ONNX node's name
    LayerKind kind{};
    int input = -1;   ///< index into Network::tensors
    int input2 = -1;  ///< add only
    int output = -1;
    int kernel_height = 1, kernel_width = 1;
    int stride_y = 1, stride_x = 1;
    int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
    int groups = 1;
    bool count_padding = false;          ///< average_pool: padding counts in the divisor
    int clamp_min = 0, clamp_max = 255;  ///< output codes, ReLU / Clip folded in
    Weights weights;                     ///< convolution only
};

/// A quantised network, checked: tensors and layers in topological order, one input, one output, all shapes
/// known.
struct Network {
    std::string name;
    std::vector<Tensor> tensors;
    std::vector<Layer> layers;
    int input = -1;   ///< index of the input tensor
    int output = -1;  ///< index of the logits
    std::uint64_t macs_per_image() const;
};

/// Multiply-accumulates of one layer for one image (0 for layers without weights).
std::uint64_t macs(const Network& network, const Layer& layer);

}  // namespace approxtlm::workloads
