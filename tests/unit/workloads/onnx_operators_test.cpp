#include <gtest/gtest.h>

#include "tests/unit/workloads/model_builder.h"

namespace approxtlm::workloads::test {
namespace {

TEST(OnnxConv, BecomesAConvolutionWithReluAsAClamp) {
    ModelBuilder m;
    auto& conv = m.node(
        "Conv", "conv",
        {quantized_input(m), m.weights("w", {4, 3, 3, 2}), m.floats("b", {4}, {1.0f, -0.26f, 0.0f, 0.024f})});
    set_integers(conv, "strides", {2, 1});
    set_integers(conv, "pads", {1, 0, 2, 1});
    m.node("Relu", "relu", {"conv"});
    m.output(m.qdq("relu", "out", 0.25f, 40));
    const Network n = m.import();
    EXPECT_EQ(n.name, "net");
    ASSERT_EQ(n.layers.size(), 1u);
    const Layer& l = n.layers[0];
    EXPECT_EQ(l.name, "conv");
    EXPECT_EQ(l.kind, LayerKind::convolution);
    EXPECT_EQ(l.kernel_height, 3);
    EXPECT_EQ(l.kernel_width, 2);
    EXPECT_EQ(l.stride_y, 2);
    EXPECT_EQ(l.stride_x, 1);
    EXPECT_EQ(l.pad_top, 1);
    EXPECT_EQ(l.pad_left, 0);
    EXPECT_EQ(l.pad_bottom, 2);
    EXPECT_EQ(l.pad_right, 1);
    EXPECT_EQ(l.clamp_min, 40);
    EXPECT_EQ(l.clamp_max, 255);
    EXPECT_EQ(l.weights.codes.size(), 72u);
    EXPECT_EQ(l.weights.codes[71], 72);
    EXPECT_FALSE(l.weights.signed_codes);
    EXPECT_EQ(l.weights.scale, std::vector<float>(4, 0.5f));
    EXPECT_EQ(l.weights.zero_point, std::vector<int>(4, 3));
    EXPECT_EQ(l.weights.bias, (std::vector<std::int32_t>{20, -5, 0, 0}));  // in steps of 0.1 x 0.5
    const Tensor& out = n.tensors[static_cast<std::size_t>(n.output)];
    EXPECT_EQ(out.channels, 4);
    EXPECT_EQ(out.height, 5);
    EXPECT_EQ(out.width, 8);
    EXPECT_EQ(out.quantization.scale, 0.25f);
    EXPECT_EQ(n.macs_per_image(), 4u * 5 * 8 * 18);
}

TEST(OnnxConv, PlacesTheOddPaddingOfSame) {
    for (const bool upper : {true, false}) {
        ModelBuilder m;
        auto& conv = m.node("Conv", "conv", {quantized_input(m), m.weights("w", {4, 3, 3, 3})});
        set_integers(conv, "strides", {2, 2});
        set_text(conv, "auto_pad", upper ? "SAME_UPPER" : "SAME_LOWER");
        m.output(m.qdq("conv", "out", 0.25f, 40));
        const Network n = m.import();
        EXPECT_EQ(n.layers[0].pad_top, upper ? 0 : 1);
        EXPECT_EQ(n.layers[0].pad_bottom, upper ? 1 : 0);
        EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].height, 4);
    }
}

TEST(OnnxConv, ReadsGroupsAndChannelScales) {
    ModelBuilder m({1, 4, 8, 8});
    m.codes("w_q", {2, 2, 1, 1}, onnx::TensorProto::INT8, {-128, 127, 1, 2});
    m.floats("w_s", {2}, {0.5f, 0.25f});
    m.codes("w_z", {2}, onnx::TensorProto::INT8, {0, 0});
    set_integer(m.node("DequantizeLinear", "w", {"w_q", "w_s", "w_z"}), "axis", 0);
    m.codes("b_q", {2}, onnx::TensorProto::INT32, {1000, -7});
    set_integer(m.node("DequantizeLinear", "b", {"b_q", m.floats("b_s", {2}, {0.05f, 0.025f})}), "axis", 0);
    set_integer(m.node("Conv", "conv", {quantized_input(m), "w", "b"}), "group", 2);
    m.output(m.qdq("conv", "out", 0.25f, 40));
    const Network n = m.import();
    const Weights& w = n.layers[0].weights;
    EXPECT_EQ(n.layers[0].groups, 2);
    EXPECT_TRUE(w.signed_codes);
    EXPECT_EQ(w.codes, (std::vector<std::int16_t>{-128, 127, 1, 2}));
    EXPECT_EQ(w.scale, (std::vector<float>{0.5f, 0.25f}));
    EXPECT_EQ(w.bias, (std::vector<std::int32_t>{1000, -7}));
}

TEST(OnnxActivations, MoveInt8CodesBy128) {
    ModelBuilder m;
    m.node("Clip", "clip",
           {m.qdq("input", "in", 0.1f, -3, true), m.scalar("low", 0.0f), m.scalar("high", 6.0f)});
    m.output(m.qdq("clip", "out", 0.1f, -3, true));
    const Network n = m.import();
    const Tensor& in = n.tensors[static_cast<std::size_t>(n.input)];
    EXPECT_TRUE(in.signed_codes);
    EXPECT_EQ(in.quantization.zero_point, 125);
    ASSERT_EQ(n.layers.size(), 1u);  // a clamp with no producer of its own
    EXPECT_EQ(n.layers[0].kind, LayerKind::requantize);
    EXPECT_EQ(n.layers[0].clamp_min, 125);
    EXPECT_EQ(n.layers[0].clamp_max, 185);
}

TEST(OnnxActivations, ReluBeforeAConvWithoutQuantizeLinearIsALayer) {
    ModelBuilder m;
    m.node("Relu", "relu", {quantized_input(m)});
    m.node("Conv", "conv", {"relu", m.weights("w", {1, 3, 1, 1})});
    m.output(m.qdq("conv", "out", 0.25f, 40));
    const Network n = m.import();
    ASSERT_EQ(n.layers.size(), 2u);
    EXPECT_EQ(n.layers[0].kind, LayerKind::requantize);
    EXPECT_EQ(n.layers[0].clamp_min, 128);
    EXPECT_EQ(n.layers[1].input, n.layers[0].output);
}

TEST(OnnxActivations, AChangeOfScaleIsALayerAndTheSameScaleIsNone) {
    ModelBuilder m;
    m.output(m.qdq(m.qdq(quantized_input(m), "same", 0.1f, 128), "other", 0.2f, 100));
    const Network n = m.import();
    ASSERT_EQ(n.layers.size(), 1u);
    EXPECT_EQ(n.layers[0].kind, LayerKind::requantize);
    EXPECT_EQ(n.layers[0].name, "other_q");
}

TEST(OnnxAdd, ReadsBothOperands) {
    ModelBuilder m;
    const std::string in = quantized_input(m);
    m.node("Add", "add", {in, m.qdq(in, "other", 0.2f, 100)});
    m.output(m.qdq("add", "out", 0.3f, 90));
    const Network n = m.import();
    ASSERT_EQ(n.layers.size(), 2u);
    EXPECT_EQ(n.layers[1].kind, LayerKind::add);
    EXPECT_EQ(n.layers[1].input, n.input);
    EXPECT_EQ(n.layers[1].input2, n.layers[0].output);
}

TEST(OnnxPool, MaxKeepsTheCodesOnEitherSideOfDequantize) {
    for (const bool on_codes : {true, false}) {
        ModelBuilder m;
        const std::string real = quantized_input(m);
        auto& pool = m.node("MaxPool", "pool", {on_codes ? "in_q" : real});
        set_integers(pool, "kernel_shape", {2, 2});
        set_integers(pool, "strides", {2, 2});
        if (on_codes)
            m.output("pool");
        else
            m.output(m.qdq("pool", "out", 0.1f, 128));
        const Network n = m.import();
        ASSERT_EQ(n.layers.size(), 1u);
        EXPECT_EQ(n.layers[0].kind, LayerKind::max_pool);
        EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].height, 4);
        EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].quantization.scale, 0.1f);
    }
}

TEST(OnnxPool, AverageReadsItsDivisor) {
    ModelBuilder m;
    auto& pool = m.node("AveragePool", "pool", {quantized_input(m)});
    set_integers(pool, "kernel_shape", {3, 3});
    set_integers(pool, "pads", {1, 1, 1, 1});
    set_integer(pool, "count_include_pad", 1);
    m.output(m.qdq("pool", "out", 0.05f, 120));
    const Network n = m.import();
    EXPECT_EQ(n.layers[0].kind, LayerKind::average_pool);
    EXPECT_TRUE(n.layers[0].count_padding);
}

TEST(OnnxPool, GlobalAverageCoversTheInput) {
    ModelBuilder m({0, 3, 5, 7});
    m.node("GlobalAveragePool", "pool", {quantized_input(m)});
    m.output(m.qdq("pool", "out", 0.05f, 120));
    const Network n = m.import();
    EXPECT_EQ(n.layers[0].kind, LayerKind::average_pool);
    EXPECT_EQ(n.layers[0].kernel_height, 5);
    EXPECT_EQ(n.layers[0].kernel_width, 7);
    EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].size(), 3u);
}

TEST(OnnxGemm, BecomesAConvolutionOverTheUnflattenedInput) {
    for (const bool by_filter : {true, false}) {
        ModelBuilder m({0, 2, 2, 2});
        m.node("Reshape", "flat", {quantized_input(m), m.int64s("shape", {0, -1})});
        auto& gemm = m.node("Gemm", "fc", {"flat", m.weights("w", by_filter ? Dims{3, 8} : Dims{8, 3})});
        if (by_filter) set_integer(gemm, "transB", 1);
        m.output(m.qdq("fc", "out", 0.25f, 40));
        const Network n = m.import();
        const Layer& l = n.layers[0];
        EXPECT_EQ(l.kernel_height, 2);
        EXPECT_EQ(l.kernel_width, 2);
        EXPECT_EQ(l.weights.codes[1], by_filter ? 2 : 4);
        EXPECT_EQ(l.weights.codes[8], by_filter ? 9 : 2);  // the second filter's first weight
        EXPECT_EQ(l.weights.bias, std::vector<std::int32_t>(3, 0));
        EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].channels, 3);
    }
}

TEST(OnnxMatMul, FollowsAnotherOneWithoutFlatten) {
    ModelBuilder m({0, 6});
    m.node("MatMul", "a", {quantized_input(m), m.weights("wa", {6, 4})});
    m.node("MatMul", "b", {m.qdq("a", "aq", 0.25f, 40), m.weights("wb", {4, 2})});
    m.output(m.qdq("b", "out", 0.25f, 40));
    const Network n = m.import();
    EXPECT_EQ(n.macs_per_image(), 6u * 4 + 4 * 2);
}

TEST(OnnxEnd, IgnoresIdentityDropoutSoftmaxAndArgMax) {
    ModelBuilder m;
    m.node("Dropout", "drop", {quantized_input(m)});
    m.node("Identity", "same", {"drop"});
    m.node("Softmax", "soft", {m.qdq("same", "logits", 0.5f, 7)});
    m.node("ArgMax", "class", {m.qdq("soft", "probability", 0.004f, 0)});
    m.output("class");
    const Network n = m.import();
    ASSERT_EQ(n.layers.size(), 1u);
    EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].quantization.zero_point, 7);
}

TEST(OnnxConstants, MayBeNodes) {
    ModelBuilder m;
    auto& constant = m.node("Constant", "scale", {});
    auto& a = *constant.add_attribute();
    a.set_name("value");
    a.set_type(onnx::AttributeProto::TENSOR);
    a.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
    a.mutable_t()->set_raw_data(std::string("\0\0\0\x3f", 4));  // 0.5, little-endian
    m.node("QuantizeLinear", "q", {"input", "scale"});
    m.output("q");
    EXPECT_EQ(m.import().tensors[0].quantization.scale, 0.5f);
}

}  // namespace
}  // namespace approxtlm::workloads::test
