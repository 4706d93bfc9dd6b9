#include "workloads/onnx/window.h"

#include <algorithm>

#include "workloads/network/check.h"

namespace approxtlm::workloads {
namespace {

/// The attribute's values, each in [low, kLargestDimension]; `otherwise` for each where it is absent.
std::vector<int> sizes(const Node& node, const std::string& attribute, std::size_t count, int low,
                       int otherwise) {
    if (!node.has(attribute)) return std::vector<int>(count, otherwise);
    const std::vector<std::int64_t> values = node.integers(attribute);
    if (values.size() != count)
        node.fail(std::to_string(values.size()) + " values in " + attribute, std::to_string(count));
    for (std::int64_t v : values)
        if (v < low || v > kLargestDimension)
            node.fail(attribute + " " + std::to_string(v), "an integer in [" + std::to_string(low) + ", " +
                                                               std::to_string(kLargestDimension) + "]");
    return {values.begin(), values.end()};
}

/// SAME: as many outputs as strides fit into the input; an odd element of padding goes to the end (UPPER) or
/// start.
void same_padding(int size, int kernel, int stride, bool upper, int& before, int& after) {
    const int outputs = (size + stride - 1) / stride;
    const int total = std::max(0, (outputs - 1) * stride + kernel - size);
    before = upper ? total / 2 : total - total / 2;
    after = total - before;
}

void read_padding(const Node& node, const Tensor& input, Layer& layer) {
    const std::string mode = node.text("auto_pad", "NOTSET");
    if (mode == "SAME_UPPER" || mode == "SAME_LOWER") {
        const bool upper = mode == "SAME_UPPER";
        same_padding(input.height, layer.kernel_height, layer.stride_y, upper, layer.pad_top,
                     layer.pad_bottom);
        same_padding(input.width, layer.kernel_width, layer.stride_x, upper, layer.pad_left, layer.pad_right);
    } else if (mode == "NOTSET") {
        const std::vector<int> pads = sizes(node, "pads", 4, 0, 0);
        layer.pad_top = pads[0];
        layer.pad_left = pads[1];
        layer.pad_bottom = pads[2];
        layer.pad_right = pads[3];
    } else if (mode != "VALID") {
        node.fail("auto_pad " + printable(mode), "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    }
}

int outputs(const Node& node, const char* side, int size, int before, int after, int kernel, int stride) {
    if (before >= kernel || after >= kernel)
        node.fail("padding " + std::to_string(std::max(before, after)) + " for a kernel of " +
                      std::to_string(kernel),
                  "padding below the kernel");
    if (kernel > size + before + after)
        node.fail(std::string("kernel ") + side + " " + std::to_string(kernel),
                  "at most the padded input's " + std::to_string(size + before + after));
    return (size + before + after - kernel) / stride + 1;
}

}  // namespace

Tensor read_window(const Node& node, const Tensor& input, int channels, int kernel_height, int kernel_width,
                   Layer& layer) {
    if (kernel_height == 0 && !node.has("kernel_shape")) node.fail("no kernel_shape", "two sizes");
    const std::vector<int> kernel = sizes(node, "kernel_shape", 2, 1, 0);
    layer.kernel_height = kernel[0] != 0 ? kernel[0] : kernel_height;
    layer.kernel_width = kernel[1] != 0 ? kernel[1] : kernel_width;
    if (kernel_height != 0 && (layer.kernel_height != kernel_height || layer.kernel_width != kernel_width))
        node.fail(
            "kernel_shape " + std::to_string(layer.kernel_height) + "x" + std::to_string(layer.kernel_width),
            std::to_string(kernel_height) + "x" + std::to_string(kernel_width) + " as the weights");
    const std::vector<int> strides = sizes(node, "strides", 2, 1, 1);
    layer.stride_y = strides[0];
    layer.stride_x = strides[1];
    for (int d : sizes(node, "dilations", 2, 1, 1))
        if (d != 1) node.fail("dilation " + std::to_string(d), "1");
    node.expect_integer("ceil_mode", 0);
    read_padding(node, input, layer);
    Tensor output;
    output.channels = channels;
    output.height = outputs(node, "height", input.height, layer.pad_top, layer.pad_bottom,
                            layer.kernel_height, layer.stride_y);
    output.width = outputs(node, "width", input.width, layer.pad_left, layer.pad_right, layer.kernel_width,
                           layer.stride_x);
    return output;
}

}  // namespace approxtlm::workloads
