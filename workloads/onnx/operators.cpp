#include "workloads/onnx/operators.h"

#include <algorithm>
#include <array>
#include <string>

namespace approxtlm::workloads {
namespace {

void import_constant(Builder& builder, const Node& node) {
    Value value;
    value.kind = Value::Kind::constant;
    value.constant = &node.tensor("value");
    builder.define(node, value);
}

void import_quantize(Builder& builder, const Node& node) {
    if (builder.value(node, 0).decided) return import_alias(builder, node);
    builder.define(node, builder.quantize(node, builder.value(node, 0), builder.format(node, 1)));
}

Value dequantize_constant(Builder& builder, const Node& node) {
    const Constant codes = builder.constant(node, 0), scale = builder.constant(node, 1);
    const std::int64_t axis = node.integer("axis", 1);
    Value value;
    value.kind = Value::Kind::dequantized;
    if (node.has_input(2)) {
        const Constant zero_point = builder.constant(node, 2);
        value.dequantized =
            std::make_shared<QuantizedConstant>(quantized_constant(node, codes, scale, &zero_point, axis));
    } else {
        value.dequantized =
            std::make_shared<QuantizedConstant>(quantized_constant(node, codes, scale, nullptr, axis));
    }
    return value;
}

void import_dequantize(Builder& builder, const Node& node) {
    if (builder.value(node, 0).decided) return import_alias(builder, node);
    if (builder.value(node, 0).kind == Value::Kind::constant) {
        builder.define(node, dequantize_constant(builder, node));
        return;
    }
    builder.code_input(node, 0, 1);
    Value real = builder.value(node, 0);
    real.kind = Value::Kind::real;
    builder.define(node, real);
}

struct Operator {
    const char* name;
    void (*import)(Builder&, const Node&);
};

constexpr std::array kOperators{
    Operator{"Conv", &import_conv},
    Operator{"Gemm", &import_gemm},
    Operator{"MatMul", &import_matmul},
    Operator{"Add", &import_add},
    Operator{"Relu", &import_relu},
    Operator{"Clip", &import_clip},
    Operator{"MaxPool", &import_max_pool},
    Operator{"AveragePool", &import_average_pool},
    Operator{"GlobalAveragePool", &import_average_pool},
    Operator{"Flatten", &import_flatten},
    Operator{"Reshape", &import_reshape},
    Operator{"QuantizeLinear", &import_quantize},
    Operator{"DequantizeLinear", &import_dequantize},
    Operator{"QLinearConv", &import_qlinear_conv},
    Operator{"QLinearMatMul", &import_qlinear_matmul},
    Operator{"QGemm", &import_qgemm},
    Operator{"QLinearAdd", &import_qlinear_add},
    Operator{"QLinearAveragePool", &import_qlinear_average_pool},
    Operator{"QLinearGlobalAveragePool", &import_qlinear_average_pool},
    Operator{"Constant", &import_constant},
    Operator{"Identity", &import_alias},
    Operator{"Dropout", &import_alias},
    Operator{"Softmax", &import_decision},
    Operator{"ArgMax", &import_decision},
};

std::string supported() {
    std::string list;
    for (const Operator& o : kOperators) list += (list.empty() ? "" : ", ") + std::string(o.name);
    return list;
}

}  // namespace

void import_node(Builder& builder, const Node& node) {
    const bool known_domain =
        node.domain().empty() || node.domain() == "ai.onnx" || node.domain() == "com.microsoft";
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [&](const Operator& o) { return node.op() == o.name; });
    if (found == kOperators.end() || !known_domain)
        node.fail("operator " + printable(known_domain ? node.op() : node.domain() + "." + node.op()),
                  "one of " + supported());
    found->import(builder, node);
}

}  // namespace approxtlm::workloads
