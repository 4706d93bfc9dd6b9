#include <utility>

#include "workloads/onnx/operators.h"
#include "workloads/onnx/window.h"

namespace approxtlm::workloads {
namespace {

Value add(Builder& builder, const Node& node, int a, int b, bool flat) {
    const Tensor& left = builder.tensor(a);
    const Tensor& right = builder.tensor(b);
    if (left.channels != right.channels || left.height != right.height || left.width != right.width) {
        const auto shape = [](const Tensor& t) {
            return std::to_string(t.channels) + "x" + std::to_string(t.height) + "x" +
                   std::to_string(t.width);
        };
        node.fail("shapes " + shape(left) + " and " + shape(right), "equal shapes");
    }
    Layer layer;
    layer.kind = LayerKind::add;
    layer.input = a;
    layer.input2 = b;
    Value result = builder.add_layer(node, layer, left);
    result.flat = flat;
    return result;
}

void expect_image(Builder& builder, const Node& node) {
    if (builder.value(node, 0).flat) node.fail("a flattened input", "[N,C,H,W]");
}

Value average(Builder& builder, const Node& node, int input, bool global) {
    expect_image(builder, node);
    const Tensor& in = builder.tensor(input);
    Layer layer;
    layer.kind = LayerKind::average_pool;
    layer.input = input;
    if (global) {
        layer.kernel_height = in.height;
        layer.kernel_width = in.width;
        Tensor output;
        output.channels = in.channels;
        return builder.add_layer(node, layer, output);
    }
    const Tensor output = read_window(node, in, in.channels, 0, 0, layer);
    layer.count_padding = node.integer("count_include_pad", 0) != 0;
    return builder.add_layer(node, layer, output);
}

}  // namespace

void import_add(Builder& builder, const Node& node) {
    const int a = builder.real_input(node, 0), b = builder.real_input(node, 1);
    builder.define(node, add(builder, node, a, b, builder.value(node, 0).flat));
}

void import_qlinear_add(Builder& builder, const Node& node) {
    const int a = builder.code_input(node, 0, 1), b = builder.code_input(node, 3, 4);
    const CodeFormat format = builder.format(node, 6);
    builder.define(node,
                   builder.quantize(node, add(builder, node, a, b, builder.value(node, 0).flat), format));
}

/// The largest code is the code of the largest value: the output keeps the input's quantisation, on either
/// side of DequantizeLinear, and a different one behind it becomes a layer of its own.
void import_max_pool(Builder& builder, const Node& node) {
    expect_image(builder, node);
    if (node.has_second_output()) node.fail("output Indices", "one output");
    const Value::Kind kind = builder.value(node, 0).kind;
    const int input =
        kind == Value::Kind::codes ? builder.value(node, 0).tensor : builder.real_input(node, 0);
    const Tensor& in = builder.tensor(input);
    Layer layer;
    layer.kind = LayerKind::max_pool;
    layer.input = input;
    const Tensor output = read_window(node, in, in.channels, 0, 0, layer);
    Value result = builder.quantize(node, builder.add_layer(node, layer, output), builder.format_of(input));
    result.kind = kind;
    builder.define(node, result);
}

void import_average_pool(Builder& builder, const Node& node) {
    const int input = builder.real_input(node, 0);
    builder.define(node, average(builder, node, input, node.op() == "GlobalAveragePool"));
}

void import_qlinear_average_pool(Builder& builder, const Node& node) {
    node.expect_integer("channels_last", 0);
    const int input = builder.code_input(node, 0, 1);
    const CodeFormat format = builder.format(node, 3);
    builder.define(
        node, builder.quantize(node, average(builder, node, input, node.op() == "QLinearGlobalAveragePool"),
                               format));
}

}  // namespace approxtlm::workloads
