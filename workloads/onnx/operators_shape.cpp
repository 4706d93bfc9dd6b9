#include <algorithm>
#include <cmath>

#include "workloads/onnx/operators.h"

namespace approxtlm::workloads {
namespace {

/// An activation, as opposed to a constant.
Value activation(Builder& builder, const Node& node) {
    const Value& v = builder.value(node, 0);
    if (v.kind == Value::Kind::constant || v.kind == Value::Kind::dequantized)
        node.fail("constant input " + printable(node.input(0)), "an activation");
    return v;
}

/// Bounds on what is still float; QuantizeLinear or the next reader turns them into a clamp on codes.
void narrow(Builder& builder, const Node& node, float low, float high) {
    Value v = activation(builder, node);
    if (v.kind != Value::Kind::real && v.kind != Value::Kind::pending)
        node.fail("float input without DequantizeLinear", "a quantised graph");
    v.low = std::min(std::max(v.low, low), high);
    v.high = std::min(std::max(v.high, low), high);
    builder.define(node, v);
}

float bound(Builder& builder, const Node& node, int input, const char* attribute, float otherwise) {
    float value = node.real(attribute, otherwise);  // up to opset 10; inputs since
    if (node.has_input(input)) {
        const Constant c = builder.constant(node, input);
        if (c.type != onnx::TensorProto::FLOAT || c.size() != 1)
            node.fail(std::string("a ") + attribute + " that is not one float", "a float constant");
        value = c.reals[0];
    }
    if (std::isnan(value)) node.fail(std::string(attribute) + " nan", "a number");
    return value;
}

Value flattened(Value v) {
    v.flat = true;
    return v;
}

}  // namespace

void import_alias(Builder& builder, const Node& node) { builder.define(node, builder.value(node, 0)); }

/// Softmax and ArgMax do not change which logit is largest; the logits before them are the network's output.
void import_decision(Builder& builder, const Node& node) {
    Value v = activation(builder, node);
    v.decided = true;
    builder.define(node, v);
}

void import_relu(Builder& builder, const Node& node) {
    narrow(builder, node, 0.0f, std::numeric_limits<float>::infinity());
}

void import_clip(Builder& builder, const Node& node) {
    const float infinity = std::numeric_limits<float>::infinity();
    const float low = bound(builder, node, 1, "min", -infinity),
                high = bound(builder, node, 2, "max", infinity);
    if (low > high)
        node.fail("min " + std::to_string(low) + " above max " + std::to_string(high), "min <= max");
    narrow(builder, node, low, high);
}

void import_flatten(Builder& builder, const Node& node) {
    const Value v = activation(builder, node);
    const std::int64_t axis = node.integer("axis", 1);
    if (axis != 1 && axis != (v.flat ? -1 : -3)) node.fail("axis " + std::to_string(axis), "1");
    builder.define(node, flattened(v));
}

void import_reshape(Builder& builder, const Node& node) {
    const Value v = activation(builder, node);
    const Constant shape = builder.constant(node, 1);
    const std::vector<std::int64_t>& dims = shape.integers;
    if (shape.type != onnx::TensorProto::INT64 || dims.size() != 2)
        node.fail("a shape of " + std::to_string(shape.size()) + " dimensions", "[N,-1]");
    const std::int64_t size = builder.size_of(v);
    const bool whole = (dims[1] == -1 && (dims[0] == 0 || dims[0] == 1)) ||
                       (dims[1] == size && (dims[0] == -1 || dims[0] == 0 || dims[0] == 1));
    if (!whole)
        node.fail("shape [" + std::to_string(dims[0]) + "," + std::to_string(dims[1]) + "]",
                  "[N," + std::to_string(size) + "] or [N,-1]");
    builder.define(node, flattened(v));
}

}  // namespace approxtlm::workloads
