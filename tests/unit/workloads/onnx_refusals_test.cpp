#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/unit/workloads/model_builder.h"

namespace approxtlm::workloads::test {
namespace {

/// A graph input -> Conv -> output in which `change` breaks something.
std::string conv_refusal(const std::function<void(onnx::NodeProto&, ModelBuilder&)>& change,
                         const Dims& weights = {4, 3, 3, 3}) {
    ModelBuilder m;
    const std::string in = quantized_input(m), w = m.weights("w", weights);
    change(m.node("Conv", "conv", {in, w}), m);
    m.output(m.qdq("conv", "out", 0.25f, 40));
    return m.refusal();
}

std::string attribute_refusal(const std::string& name, const Dims& values) {
    return conv_refusal([&](onnx::NodeProto& n, ModelBuilder&) { set_integers(n, name, values); });
}

const std::string kConv = "net.onnx: node conv (Conv): got ";

TEST(OnnxRefusals, OfConvolutionAttributes) {
    EXPECT_EQ(attribute_refusal("dilations", {2, 1}), kConv + "dilation 2, expected 1");
    EXPECT_EQ(attribute_refusal("strides", {0, 1}), kConv + "strides 0, expected an integer in [1, 65535]");
    EXPECT_EQ(attribute_refusal("strides", {1}), kConv + "1 values in strides, expected 2");
    EXPECT_EQ(attribute_refusal("pads", {0, -1, 0, 0}), kConv + "pads -1, expected an integer in [0, 65535]");
    EXPECT_EQ(attribute_refusal("pads", {3, 0, 0, 0}),
              kConv + "padding 3 for a kernel of 3, expected padding below the kernel");
    EXPECT_EQ(attribute_refusal("kernel_shape", {5, 3}),
              kConv + "kernel_shape 5x3, expected 3x3 as the weights");
    EXPECT_EQ(attribute_refusal("kernel_shape", {std::int64_t{1} << 62, 3}),
              kConv + "kernel_shape 4611686018427387904, expected an integer in [1, 65535]");
    EXPECT_EQ(conv_refusal([](auto& n, auto&) { set_integer(n, "strides", 1); }),
              kConv + "attribute strides of type 2, expected type 7");
    EXPECT_EQ(conv_refusal([](auto& n, auto&) { set_text(n, "auto_pad", "LEFT\n"); }),
              kConv + "auto_pad LEFT?, expected NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    EXPECT_EQ(conv_refusal([](auto& n, auto&) { set_integer(n, "group", 2); }),
              kConv + "weights for 3 channels in 2 groups, expected 3 channels");
    EXPECT_EQ(conv_refusal([](auto&, auto&) {}, {4, 3, 9, 9}),
              kConv + "kernel height 9, expected at most the padded input's 8");
    EXPECT_EQ(conv_refusal([](auto&, auto&) {}, {4, 27}), kConv + "2 weight dimensions, expected 4");
}

TEST(OnnxRefusals, OfOperandsThatAreNotQuantised) {
    EXPECT_EQ(conv_refusal([](auto& n, auto&) { n.set_input(0, "input"); }),
              kConv + "float input without DequantizeLinear, expected a quantised graph");
    EXPECT_EQ(conv_refusal([](auto& n, auto&) { n.set_input(0, "in_q"); }),
              kConv +
                  "quantised codes without DequantizeLinear, expected a quantised graph "
                  "(QuantizeLinear and DequantizeLinear around each operator)");
    EXPECT_EQ(conv_refusal([](auto& n, auto& m) {
                  n.set_input(1, m.floats("f", {4, 3, 1, 1}, std::vector<float>(12)));
              }),
              kConv + "weights f that are not dequantised constants, expected a quantised graph");
    EXPECT_EQ(conv_refusal([](auto& n, auto&) { n.mutable_input()->RemoveLast(); }),
              kConv + "no input 1, expected at least 2 inputs");
}

TEST(OnnxRefusals, OfBiases) {
    EXPECT_EQ(conv_refusal([](auto& n, auto& m) {
                  n.add_input(m.floats("b", {3}, {1, 2, 3}));
              }),
              kConv + "3 biases in b, expected 4");
    EXPECT_EQ(conv_refusal([](auto& n, auto& m) {
                  n.add_input(m.floats("b", {4}, {1, 2, NAN, 3}));
              }),
              kConv + "bias nan, expected a finite number");
    ModelBuilder m;
    const std::string in = quantized_input(m), w = m.weights("w", {1, 3, 1, 1});
    m.node("DequantizeLinear", "b",
           {m.codes("b_q", {1}, onnx::TensorProto::INT32, {5}), m.scalar("b_s", 0.1f)});
    m.node("Conv", "conv", {in, w, "b"});
    EXPECT_EQ(m.refusal(), kConv + "bias scale 2.000000 x input scale x weight scale, expected 1 x");
}

TEST(OnnxRefusals, OfOperators) {
    ModelBuilder m;
    m.node("Sigmoid", "foo", {quantized_input(m)});
    EXPECT_EQ(
        m.refusal().find(
            "net.onnx: node foo (Sigmoid): got operator Sigmoid, expected one of Conv, Gemm, MatMul, Add, "),
        0u);
    ModelBuilder other;
    other.node("Conv", "foo", {"input"}).set_domain("org.example");
    EXPECT_EQ(
        other.refusal().find("net.onnx: node foo (Conv): got operator org.example.Conv, expected one of "),
        0u);
}

TEST(OnnxRefusals, OfMatrixProducts) {
    const auto refusal = [](bool flatten, const Dims& weights,
                            const std::function<void(onnx::NodeProto&)>& change) {
        ModelBuilder m({0, 2, 2, 2});
        m.node("Flatten", "flat", {quantized_input(m)});
        const std::string w = m.weights("w", weights);
        change(m.node("Gemm", "fc", {flatten ? "flat" : "in_dq", w}));
        return m.refusal();
    };
    const std::string fc = "net.onnx: node fc (Gemm): got ";
    EXPECT_EQ(refusal(false, {8, 3}, [](auto&) {}),
              fc + "a 4-dimensional input, expected Flatten or Reshape to [N,-1] before it");
    EXPECT_EQ(refusal(true, {7, 3}, [](auto&) {}), fc + "weights for 7 inputs, expected 8");
    EXPECT_EQ(refusal(true, {8, 3}, [](auto& n) { set_integer(n, "transA", 1); }),
              fc + "transA 1, expected 0");
    EXPECT_EQ(refusal(true, {8, 3}, [](auto& n) { set_real(n, "alpha", 2.0f); }),
              fc + "alpha 2.000000, expected 1");
}

TEST(OnnxRefusals, OfShapes) {
    ModelBuilder m;
    m.node("Reshape", "flat", {quantized_input(m), m.int64s("shape", {0, 191})});
    EXPECT_EQ(m.refusal(), "net.onnx: node flat (Reshape): got shape [0,191], expected [N,192] or [N,-1]");
    ModelBuilder add;
    const std::string in = quantized_input(add);
    auto& pool = add.node("MaxPool", "pool", {in});
    set_integers(pool, "kernel_shape", {2, 2});
    add.node("Add", "sum", {in, "pool"});
    EXPECT_EQ(add.refusal(), "net.onnx: node sum (Add): got shapes 3x8x8 and 3x7x7, expected equal shapes");
    ModelBuilder ceil;
    auto& c = ceil.node("MaxPool", "pool", {quantized_input(ceil)});
    set_integers(c, "kernel_shape", {2, 2});
    set_integer(c, "ceil_mode", 1);
    EXPECT_EQ(ceil.refusal(), "net.onnx: node pool (MaxPool): got ceil_mode 1, expected 0");
}

TEST(OnnxRefusals, OfTheEnds) {
    EXPECT_EQ(conv_refusal([](auto&, auto& m) { m.output("conv"); }),
              "net.onnx: graph: got 2 outputs, expected one (the logits)");
    ModelBuilder open;
    const std::string in = quantized_input(open);
    open.node("Conv", "conv", {in, open.weights("w", {4, 3, 3, 3})});
    open.output("conv");
    EXPECT_EQ(open.refusal(),
              "net.onnx: output conv: got a float result without QuantizeLinear, expected a quantised graph");
    ModelBuilder middle;
    middle.node("Softmax", "soft", {quantized_input(middle)});
    middle.node("Relu", "relu", {"soft"});
    EXPECT_EQ(middle.refusal(),
              "net.onnx: node relu (Relu): got the output of Softmax or ArgMax, expected these at the very "
              "end only");
    ModelBuilder batch({8, 3, 8, 8});
    batch.node("Relu", "relu", {"input"});
    EXPECT_EQ(batch.refusal(), "net.onnx: input input: got a batch of 8, expected 1 or a symbol");
}

TEST(OnnxRefusals, OfASecondQuantisation) {
    ModelBuilder m;
    m.node("Conv", "conv", {quantized_input(m), m.weights("w", {4, 3, 3, 3})});
    m.qdq("conv", "a", 0.25f, 40);
    m.output(m.qdq("conv", "b", 0.5f, 40));
    EXPECT_EQ(
        m.refusal(),
        "net.onnx: node b_q (QuantizeLinear): got a second, different quantisation of conv, expected one");
}

}  // namespace
}  // namespace approxtlm::workloads::test
