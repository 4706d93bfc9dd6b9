#include <gtest/gtest.h>

#include "tests/unit/workloads/model_builder.h"

namespace approxtlm::workloads::test {
namespace {

using onnx::TensorProto;

/// A model whose input is quantised (0.1, 128) and that has an output format o_s, o_z and weights w_q, w_s,
/// w_z.
struct QLinear : testing::Test {
    ModelBuilder m{{0, 2, 2, 2}};

    void SetUp() override {
        m.quantize("input", "in", 0.1f, 128);
        m.scalar("o_s", 0.4f);
        m.u8("o_z", 9);
    }

    void weights(const Dims& dims, const Dims& channels) {
        std::int64_t count = 1;
        for (std::int64_t d : dims) count *= d;
        std::vector<int> values(static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int>(i);
        m.codes("w_q", dims, TensorProto::INT8, values);
        const auto scales = static_cast<std::size_t>(channels.empty() ? 1 : channels[0]);
        m.floats("w_s", channels, std::vector<float>(scales, 0.5f));
        m.codes("w_z", channels, TensorProto::INT8, std::vector<int>(scales, 0));
    }

    Network import(const std::string& output) {
        m.output(output);
        return m.import();
    }
};

TEST_F(QLinear, ConvReadsEveryOperand) {
    weights({3, 2, 1, 1}, {3});
    m.codes("bias", {3}, TensorProto::INT32, {5, -6, 7});
    m.node("QLinearConv", "conv", {"in_q", "in_s", "in_z", "w_q", "w_s", "w_z", "o_s", "o_z", "bias"});
    const Network n = import("conv");
    ASSERT_EQ(n.layers.size(), 1u);
    EXPECT_EQ(n.layers[0].weights.bias, (std::vector<std::int32_t>{5, -6, 7}));
    EXPECT_EQ(n.layers[0].weights.scale.size(), 3u);
    EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].quantization.scale, 0.4f);
    EXPECT_EQ(n.tensors[static_cast<std::size_t>(n.output)].quantization.zero_point, 9);
}

TEST_F(QLinear, MatMulTakesColumnsAsFilters) {
    weights({8, 3}, {3});
    m.node("Flatten", "flat", {"in_q"});
    m.node("QLinearMatMul", "fc", {"flat", "in_s", "in_z", "w_q", "w_s", "w_z", "o_s", "o_z"});
    const Network n = import("fc");
    EXPECT_EQ(n.layers[0].weights.codes[1], 3);
    EXPECT_EQ(n.layers[0].weights.codes[8], 1);
}

TEST_F(QLinear, GemmTakesRowsAsFiltersWhenTransposed) {
    weights({3, 8}, {3});
    m.codes("bias", {3}, TensorProto::INT32, {5, -6, 7});
    m.node("Flatten", "flat", {"in_q"});
    auto& gemm = m.node("QGemm", "fc", {"flat", "in_s", "in_z", "w_q", "w_s", "w_z", "bias", "o_s", "o_z"});
    gemm.set_domain("com.microsoft");
    set_integer(gemm, "transB", 1);
    const Network n = import("fc");
    EXPECT_EQ(n.layers[0].weights.codes[1], 1);
    EXPECT_EQ(n.layers[0].weights.bias[1], -6);
}

TEST_F(QLinear, AddAndPools) {
    m.node("QLinearAdd", "sum", {"in_q", "in_s", "in_z", "in_q", "in_s", "in_z", "o_s", "o_z"})
        .set_domain("com.microsoft");
    auto& pool = m.node("QLinearAveragePool", "pool", {"sum", "o_s", "o_z", "o_s", "o_z"});
    pool.set_domain("com.microsoft");
    set_integers(pool, "kernel_shape", {1, 2});
    m.node("QLinearGlobalAveragePool", "gap", {"pool", "o_s", "o_z", "o_s", "o_z"})
        .set_domain("com.microsoft");
    const Network n = import("gap");
    ASSERT_EQ(n.layers.size(), 3u);
    EXPECT_EQ(n.layers[0].kind, LayerKind::add);
    EXPECT_EQ(n.layers[0].input2, n.input);
    EXPECT_EQ(n.layers[1].kernel_width, 2);
    EXPECT_EQ(n.layers[2].kernel_height, 2);
    EXPECT_EQ(n.layers[2].kernel_width, 1);
}

TEST_F(QLinear, RefusesAnotherScaleThanItsInputHas) {
    weights({3, 2, 1, 1}, {});
    m.node("QLinearConv", "conv", {"in_q", "o_s", "in_z", "w_q", "w_s", "w_z", "o_s", "o_z"});
    EXPECT_EQ(m.refusal(),
              "net.onnx: node conv (QLinearConv): got another scale or zero point than its input in_q has, "
              "expected the same");
}

TEST_F(QLinear, RefusesFloatInput) {
    weights({3, 2, 1, 1}, {});
    m.node("QLinearConv", "conv", {"input", "in_s", "in_z", "w_q", "w_s", "w_z", "o_s", "o_z"});
    EXPECT_EQ(m.refusal(),
              "net.onnx: node conv (QLinearConv): got float input without QuantizeLinear, expected a "
              "quantised graph");
}

}  // namespace
}  // namespace approxtlm::workloads::test
