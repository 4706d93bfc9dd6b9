#include <cmath>
#include <limits>

#include "workloads/onnx/operators.h"
#include "workloads/onnx/window.h"

namespace approxtlm::workloads {
namespace {

constexpr double kBiasScaleTolerance = 1e-4;  // relative; exporters write float32 products

QuantizedConstant weight_operand(Builder& builder, const Node& node, int i) {
    const Value& v = builder.value(node, i);
    if (v.kind != Value::Kind::dequantized)
        node.fail("weights " + printable(node.input(i)) + " that are not dequantised constants",
                  "a quantised graph");
    return *v.dequantized;
}

/// Weights of a QLinear operator: codes, scale and zero point in inputs `i`, `i + 1`, `i + 2`; per channel on
/// `axis`.
QuantizedConstant qlinear_weight_operand(Builder& builder, const Node& node, int i, std::int64_t axis) {
    const Constant codes = builder.constant(node, i), scale = builder.constant(node, i + 1),
                   zero_point = builder.constant(node, i + 2);
    return quantized_constant(node, codes, scale, &zero_point, axis);
}

/// Scale and zero point per filter; `axis` is the dimension of the filters.
void read_quantization(const Node& node, const QuantizedConstant& source, std::size_t filters,
                       std::int64_t axis, Weights& weights) {
    if (!source.codes.is_code())
        node.fail("weights of ONNX type " + std::to_string(source.codes.type), "uint8 or int8");
    weights.signed_codes = source.codes.is_signed_code();
    if (source.scale.size() == 1) {
        weights.scale.assign(filters, source.scale[0]);
        weights.zero_point.assign(filters, source.zero_point[0]);
        return;
    }
    if (source.axis != axis)
        node.fail("weights quantised along axis " + std::to_string(source.axis),
                  "axis " + std::to_string(axis));
    if (source.scale.size() != filters)
        node.fail(std::to_string(source.scale.size()) + " weight scales", "1 or " + std::to_string(filters));
    weights.scale = source.scale;
    weights.zero_point = source.zero_point;
}

std::int32_t bias_code(const Node& node, float value, double unit) {
    if (!std::isfinite(value)) node.fail("bias " + std::to_string(value), "a finite number");
    const double code = std::nearbyint(static_cast<double>(value) / unit);
    constexpr double kLow = std::numeric_limits<std::int32_t>::min(),
                     kHigh = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(code < kLow ? kLow : code > kHigh ? kHigh : code);
}

void expect_filters(const Node& node, const Constant& bias, std::size_t filters) {
    if (bias.size() != filters)
        node.fail(std::to_string(bias.size()) + " biases in " + bias.name, std::to_string(filters));
}

/// int32 codes as they stand.
std::vector<std::int32_t> integer_bias(const Node& node, const Constant& bias, std::size_t filters) {
    if (bias.type != onnx::TensorProto::INT32)
        node.fail("bias " + bias.name + " of ONNX type " + std::to_string(bias.type), "int32");
    expect_filters(node, bias, filters);
    std::vector<std::int32_t> codes;
    for (std::int64_t c : bias.integers) codes.push_back(static_cast<std::int32_t>(c));
    return codes;
}

/// A bias of a float operator: int32 behind DequantizeLinear at input scale x weight scale, or float.
std::vector<std::int32_t> real_bias(Builder& builder, const Node& node, int i, float input_scale,
                                    const Weights& weights) {
    const std::size_t filters = weights.scale.size();
    const auto unit = [&](std::size_t f) { return static_cast<double>(input_scale) * weights.scale[f]; };
    const Value& v = builder.value(node, i);
    if (v.kind != Value::Kind::dequantized) {
        const Constant bias = builder.constant(node, i);
        if (bias.type != onnx::TensorProto::FLOAT)
            node.fail("bias " + bias.name + " of ONNX type " + std::to_string(bias.type), "float");
        expect_filters(node, bias, filters);
        std::vector<std::int32_t> codes;
        for (std::size_t f = 0; f < filters; ++f) codes.push_back(bias_code(node, bias.reals[f], unit(f)));
        return codes;
    }
    const QuantizedConstant& q = *v.dequantized;
    const std::vector<std::int32_t> codes = integer_bias(node, q.codes, filters);
    if (q.scale.size() != 1 && q.scale.size() != filters)
        node.fail(std::to_string(q.scale.size()) + " bias scales", "1 or " + std::to_string(filters));
    for (std::size_t f = 0; f < filters; ++f) {
        const std::size_t at = q.scale.size() == 1 ? 0 : f;
        if (q.zero_point[at] != 0) node.fail("bias zero point " + std::to_string(q.zero_point[at]), "0");
        if (std::abs(q.scale[at] - unit(f)) > kBiasScaleTolerance * unit(f))
            node.fail("bias scale " + std::to_string(q.scale[at] / unit(f)) + " x input scale x weight scale",
                      "1 x");
    }
    return codes;
}

struct Convolution {
    Layer layer;
    Tensor output;
};

/// All of a convolution but its bias.
Convolution convolution(Builder& builder, const Node& node, int input, const QuantizedConstant& source) {
    const Tensor& in = builder.tensor(input);
    const std::vector<std::int64_t>& dims = source.codes.dims;
    if (dims.size() != 4) node.fail(std::to_string(dims.size()) + " weight dimensions", "4");
    for (std::int64_t d : dims)
        if (d < 1 || d > 65535)
            node.fail("weight dimension " + std::to_string(d), "an integer in [1, 65535]");
    const std::int64_t groups = node.integer("group", 1);
    if (groups < 1 || groups > in.channels || dims[0] % groups != 0 || dims[1] * groups != in.channels)
        node.fail(
            "weights for " + std::to_string(dims[1]) + " channels in " + std::to_string(groups) + " groups",
            std::to_string(in.channels) + " channels");
    Convolution c;
    c.layer.kind = LayerKind::convolution;
    c.layer.input = input;
    c.layer.groups = static_cast<int>(groups);
    c.output = read_window(node, in, static_cast<int>(dims[0]), static_cast<int>(dims[2]),
                           static_cast<int>(dims[3]), c.layer);
    c.layer.weights.codes.assign(source.codes.integers.begin(), source.codes.integers.end());
    read_quantization(node, source, static_cast<std::size_t>(dims[0]), 0, c.layer.weights);
    return c;
}

/// A matrix product as a convolution over the whole input. Columns of the flattened input run over channel,
/// row, column: the order of a filter's weights. `by_filter`: the matrix is [filter][column], else
/// [column][filter].
Convolution fully_connected(Builder& builder, const Node& node, int input, const QuantizedConstant& source,
                            bool by_filter) {
    const Tensor& in = builder.tensor(input);
    if (!builder.value(node, 0).flat)
        node.fail("a 4-dimensional input", "Flatten or Reshape to [N,-1] before it");
    const std::vector<std::int64_t>& dims = source.codes.dims;
    if (dims.size() != 2) node.fail(std::to_string(dims.size()) + " weight dimensions", "2");
    const std::size_t filter_axis = by_filter ? 0 : 1;
    const auto filters = static_cast<std::size_t>(dims[filter_axis]);
    const auto columns = static_cast<std::size_t>(dims[1 - filter_axis]);
    if (filters < 1 || filters > 65535)
        node.fail(std::to_string(filters) + " filters", "an integer in [1, 65535]");
    if (columns != in.size())
        node.fail("weights for " + std::to_string(columns) + " inputs", std::to_string(in.size()));
    Convolution c;
    c.layer.kind = LayerKind::convolution;
    c.layer.input = input;
    c.layer.kernel_height = in.height;
    c.layer.kernel_width = in.width;
    c.output.channels = static_cast<int>(filters);
    Weights& w = c.layer.weights;
    w.codes.resize(filters * columns);
    for (std::size_t f = 0; f < filters; ++f)
        for (std::size_t k = 0; k < columns; ++k)
            w.codes[f * columns + k] = static_cast<std::int16_t>(
                source.codes.integers[by_filter ? f * columns + k : k * filters + f]);
    read_quantization(node, source, filters, static_cast<std::int64_t>(filter_axis), w);
    return c;
}

Value add(Builder& builder, const Node& node, Convolution&& c, bool flat) {
    if (c.layer.weights.bias.empty()) c.layer.weights.bias.assign(c.layer.weights.scale.size(), 0);
    Value result = builder.add_layer(node, std::move(c.layer), std::move(c.output));
    result.flat = flat;
    return result;
}

void expect_plain_gemm(const Node& node) {
    node.expect_integer("transA", 0);
    for (const char* factor : {"alpha", "beta"})
        if (node.real(factor, 1.0f) != 1.0f)
            node.fail(std::string(factor) + " " + std::to_string(node.real(factor, 1.0f)), "1");
}

}  // namespace

void import_conv(Builder& builder, const Node& node) {
    const int input = builder.real_input(node, 0);
    Convolution c = convolution(builder, node, input, weight_operand(builder, node, 1));
    if (node.has_input(2))
        c.layer.weights.bias = real_bias(builder, node, 2, builder.format_of(input).scale, c.layer.weights);
    builder.define(node, add(builder, node, std::move(c), false));
}

void import_qlinear_conv(Builder& builder, const Node& node) {
    Convolution c = convolution(builder, node, builder.code_input(node, 0, 1),
                                qlinear_weight_operand(builder, node, 3, 0));
    if (node.has_input(8))
        c.layer.weights.bias = integer_bias(node, builder.constant(node, 8), c.layer.weights.scale.size());
    const CodeFormat format = builder.format(node, 6);
    builder.define(node, builder.quantize(node, add(builder, node, std::move(c), false), format));
}

void import_gemm(Builder& builder, const Node& node) {
    expect_plain_gemm(node);
    const int input = builder.real_input(node, 0);
    Convolution c = fully_connected(builder, node, input, weight_operand(builder, node, 1),
                                    node.integer("transB", 0) != 0);
    if (node.has_input(2))
        c.layer.weights.bias = real_bias(builder, node, 2, builder.format_of(input).scale, c.layer.weights);
    builder.define(node, add(builder, node, std::move(c), true));
}

void import_qgemm(Builder& builder, const Node& node) {
    expect_plain_gemm(node);
    const bool by_filter = node.integer("transB", 0) != 0;
    Convolution c = fully_connected(builder, node, builder.code_input(node, 0, 1),
                                    qlinear_weight_operand(builder, node, 3, by_filter ? 0 : 1), by_filter);
    if (node.has_input(6))
        c.layer.weights.bias = integer_bias(node, builder.constant(node, 6), c.layer.weights.scale.size());
    const CodeFormat format = builder.format(node, 7);
    builder.define(node, builder.quantize(node, add(builder, node, std::move(c), true), format));
}

void import_matmul(Builder& builder, const Node& node) {
    const int input = builder.real_input(node, 0);
    builder.define(node,
                   add(builder, node,
                       fully_connected(builder, node, input, weight_operand(builder, node, 1), false), true));
}

void import_qlinear_matmul(Builder& builder, const Node& node) {
    Convolution c = fully_connected(builder, node, builder.code_input(node, 0, 1),
                                    qlinear_weight_operand(builder, node, 3, 1), false);
    const CodeFormat format = builder.format(node, 6);
    builder.define(node, builder.quantize(node, add(builder, node, std::move(c), true), format));
}

}  // namespace approxtlm::workloads
