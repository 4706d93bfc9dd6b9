#include "workloads/onnx/builder.h"

#include <set>
#include <utility>

#include "models/common/error.h"
#include "workloads/network/check.h"

namespace approxtlm::workloads {

void Builder::fail(const std::string& what, const std::string& got, const std::string& expected) const {
    throw InputError(file_ + ": " + what, got, expected);
}

void Builder::bind(const std::string& name, const Value& value) {
    if (!values_.emplace(name, value).second) fail("value " + printable(name), "a second definition", "one");
}

void Builder::add_initializers(const onnx::GraphProto& graph) {
    for (const onnx::TensorProto& proto : graph.initializer()) {
        Value value;
        value.kind = Value::Kind::constant;
        value.constant = &proto;
        bind(proto.name(), value);
    }
}

void Builder::add_graph_input(const onnx::GraphProto& graph) {
    const onnx::ValueInfoProto* input = nullptr;
    for (const onnx::ValueInfoProto& info : graph.input()) {
        if (values_.count(info.name()) != 0) continue;  // old files list initializers as inputs too
        if (input != nullptr) fail("graph", "several inputs", "one image");
        input = &info;
    }
    if (input == nullptr) fail("graph", "no input", "one image");
    const std::string what = "input " + printable(input->name());
    const onnx::TypeProto::Tensor& type = input->type().tensor_type();
    if (type.elem_type() != onnx::TensorProto::FLOAT)
        fail(what, "ONNX type " + std::to_string(type.elem_type()), "float");
    const int rank = type.shape().dim_size();
    if (rank != 4 && rank != 2) fail(what, std::to_string(rank) + " dimensions", "[N,C,H,W] or [N,C]");
    if (type.shape().dim(0).dim_value() > 1)
        fail(what, "a batch of " + std::to_string(type.shape().dim(0).dim_value()), "1 or a symbol");
    int sizes[3] = {1, 1, 1};
    for (int i = 1; i < rank; ++i) {
        const std::int64_t size = type.shape().dim(i).dim_value();
        if (size < 1 || size > kLargestDimension)
            fail(what, "dimension " + std::to_string(size),
                 "an integer in [1, " + std::to_string(kLargestDimension) + "]");
        sizes[i - 1] = static_cast<int>(size);
    }
    input_shape_.channels = sizes[0];
    input_shape_.height = sizes[1];
    input_shape_.width = sizes[2];
    Value value;
    value.kind = Value::Kind::graph_input;
    value.flat = rank == 2;
    bind(input->name(), value);
}

const Value& Builder::value(const Node& node, int i) const {
    const auto found = values_.find(node.input(i));
    if (found == values_.end())
        node.fail("input " + printable(node.input(i)) + " that nothing before it produces",
                  "nodes in topological order");
    static const std::set<std::string> kAfterDecision{"ArgMax", "Softmax", "Identity", "QuantizeLinear",
                                                      "DequantizeLinear"};
    if (found->second.decided && kAfterDecision.count(node.op()) == 0)
        node.fail("the output of Softmax or ArgMax", "these at the very end only");
    return found->second;
}

void Builder::define(const Node& node, const Value& value) { bind(node.output(), value); }

Constant Builder::constant(const Node& node, int i) const {
    const Value& v = value(node, i);
    if (v.kind != Value::Kind::constant)
        node.fail("computed input " + printable(node.input(i)), "a constant");
    return decode(node, *v.constant);
}

CodeFormat Builder::format(const Node& node, int scale) const {
    const Constant s = constant(node, scale);
    if (!node.has_input(scale + 1)) return code_format(node, s, nullptr);
    const Constant z = constant(node, scale + 1);
    return code_format(node, s, &z);
}

int Builder::real_input(const Node& node, int i) {
    const Value v = value(node, i);
    if (v.kind == Value::Kind::codes)
        node.fail("quantised codes without DequantizeLinear",
                  "a quantised graph (QuantizeLinear and DequantizeLinear around each operator)");
    if (v.kind != Value::Kind::real) node.fail("float input without DequantizeLinear", "a quantised graph");
    return requantize(node, v, format_of(v.tensor)).tensor;
}

int Builder::code_input(const Node& node, int i, int scale) const {
    const Value& v = value(node, i);
    if (v.kind != Value::Kind::codes) node.fail("float input without QuantizeLinear", "a quantised graph");
    if (format(node, scale) != format_of(v.tensor))
        node.fail("another scale or zero point than its input " + printable(node.input(i)) + " has",
                  "the same");
    return v.tensor;
}

CodeFormat Builder::format_of(int index) const {
    const Tensor& t = tensor(index);
    return {t.quantization.scale, t.quantization.zero_point, t.signed_codes};
}

void Builder::set_format(int index, const CodeFormat& format) {
    Tensor& t = network_.tensors[static_cast<std::size_t>(index)];
    t.quantization = {format.scale, format.zero_point};
    t.signed_codes = format.signed_codes;
    quantized_[static_cast<std::size_t>(index)] = true;
}

Value Builder::add_layer(const Node& node, Layer layer, Tensor output) {
    if (output.size() > kLargestTensor)
        node.fail("an output of " + std::to_string(output.size()) + " elements",
                  "at most " + std::to_string(kLargestTensor));
    Value value;
    value.kind = Value::Kind::pending;
    value.layer = static_cast<int>(network_.layers.size());
    value.tensor = static_cast<int>(network_.tensors.size());
    layer.name = node.name();
    layer.output = value.tensor;
    output.name = printable(node.output());
    network_.layers.push_back(std::move(layer));
    network_.tensors.push_back(std::move(output));
    quantized_.push_back(false);
    return value;
}

Value Builder::quantize(const Node& node, const Value& value, const CodeFormat& format) {
    switch (value.kind) {
        case Value::Kind::graph_input:
            return quantize_input(node, value, format);
        case Value::Kind::real:
            return requantize(node, value, format);
        case Value::Kind::pending:
            break;
        case Value::Kind::codes:
            node.fail("codes that are quantised already", "a float input");
        case Value::Kind::constant:
        case Value::Kind::dequantized:
            node.fail("a float constant", "constants stored as codes");
    }
    Layer& layer = network_.layers[static_cast<std::size_t>(value.layer)];
    const int low = format.code(value.low), high = format.code(value.high);
    if (quantized_[static_cast<std::size_t>(value.tensor)]) {
        if (format != format_of(value.tensor) || layer.clamp_min != low || layer.clamp_max != high)
            node.fail("a second, different quantisation of " + layer.name, "one");
    } else {
        set_format(value.tensor, format);
        layer.clamp_min = low;
        layer.clamp_max = high;
    }
    Value codes;
    codes.kind = Value::Kind::codes;
    codes.tensor = value.tensor;
    codes.flat = value.flat;
    return codes;
}

Value Builder::quantize_input(const Node& node, const Value& value, const CodeFormat& format) {
    if (network_.input < 0) {
        network_.input = static_cast<int>(network_.tensors.size());
        network_.tensors.push_back(input_shape_);
        network_.tensors.back().name = printable(node.input(0));
        quantized_.push_back(false);
        set_format(network_.input, format);
    } else if (format != format_of(network_.input)) {
        node.fail("a second, different quantisation of the image", "one");
    }
    Value codes;
    codes.kind = Value::Kind::codes;
    codes.tensor = network_.input;
    codes.flat = value.flat;
    return codes;
}

/// From one code to another; the same codes where nothing changes.
Value Builder::requantize(const Node& node, const Value& value, const CodeFormat& format) {
    const int low = format.code(value.low), high = format.code(value.high);
    Value codes;
    codes.kind = Value::Kind::codes;
    codes.tensor = value.tensor;
    codes.flat = value.flat;
    if (format == format_of(value.tensor) && low == 0 && high == 255) return codes;
    Layer layer;
    layer.kind = LayerKind::requantize;
    layer.input = value.tensor;
    layer.clamp_min = low;
    layer.clamp_max = high;
    const Value added = add_layer(node, layer, tensor(value.tensor));
    set_format(added.tensor, format);
    codes.tensor = added.tensor;
    return codes;
}

Network Builder::finish(const onnx::GraphProto& graph) {
    if (graph.output_size() != 1)
        fail("graph", std::to_string(graph.output_size()) + " outputs", "one (the logits)");
    const std::string& name = graph.output(0).name();
    const auto found = values_.find(name);
    if (found == values_.end()) fail("output " + printable(name), "no node that produces it", "one");
    const Value& value = found->second;
    const bool clamped = value.low > -std::numeric_limits<float>::infinity() ||
                         value.high < std::numeric_limits<float>::infinity();
    if ((value.kind != Value::Kind::codes && value.kind != Value::Kind::real) || clamped)
        fail("output " + printable(name), "a float result without QuantizeLinear", "a quantised graph");
    network_.output = value.tensor;
    for (const Layer& layer : network_.layers)
        if (!quantized_[static_cast<std::size_t>(layer.output)])
            fail("node " + layer.name, "a float output without QuantizeLinear", "a quantised graph");
    check(network_);
    return std::move(network_);
}

}  // namespace approxtlm::workloads
