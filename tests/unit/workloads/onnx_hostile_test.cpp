#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "models/common/error.h"
#include "tests/unit/workloads/model_builder.h"
#include "workloads/datasets/splitmix.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::workloads::test {
namespace {

std::string file_refusal(const std::string& path) {
    try {
        import_onnx(path);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(OnnxFiles, AreRefusedInOneLine) {
    EXPECT_EQ(file_refusal("/nowhere/net.onnx"),
              "/nowhere/net.onnx: got no readable file, expected an ONNX model");
    EXPECT_EQ(file_refusal("/tmp"), "/tmp: got an empty file, expected an ONNX model");
    EXPECT_EQ(refusal_of(""), "net.onnx: got an empty file, expected an ONNX model");
    EXPECT_EQ(refusal_of("#!/bin/sh\n"),
              "net.onnx: got something else or a part (10 bytes), expected an ONNX model");
    const std::string whole = embedded_network_bytes();
    EXPECT_EQ(refusal_of(whole.substr(0, 1000)),
              "net.onnx: got something else or a part (1000 bytes), expected an ONNX model");
}

TEST(OnnxHostile, GraphsThatAreNoGraphs) {
    ModelBuilder cycle;
    cycle.node("Relu", "a", {"b"});
    cycle.node("Relu", "b", {"a"});
    EXPECT_EQ(cycle.refusal(),
              "net.onnx: node a (Relu): got input b that nothing before it produces, expected nodes in "
              "topological order");
    ModelBuilder twice;
    quantized_input(twice);
    twice.node("Identity", "in_q", {"in_q"});
    EXPECT_EQ(twice.refusal(), "net.onnx: value in_q: got a second definition, expected one");
    ModelBuilder nameless;
    nameless.node("Relu\n", "\x01\xff", {});
    EXPECT_EQ(nameless.refusal().find("net.onnx: node ?? (Relu?): got operator Relu?, expected one of "), 0u);
    ModelBuilder huge({0, 60000, 60000, 60000});
    huge.output(quantized_input(huge));
    EXPECT_EQ(huge.refusal(), "net: tensor input: got 216000000000000 elements, expected at most 67108864");
    ModelBuilder negative({0, -5, 8, 8});
    quantized_input(negative);
    EXPECT_EQ(negative.refusal(),
              "net.onnx: input input: got dimension -5, expected an integer in [1, 65535]");
}

std::string scale_refusal(float scale) {
    ModelBuilder m;
    m.qdq("input", "in", scale, 0);
    return m.refusal();
}

TEST(OnnxHostile, Scales) {
    const std::string where = "net.onnx: node in_q (QuantizeLinear): got scale ";
    EXPECT_EQ(scale_refusal(0.0f), where + "0.000000, expected a finite scale above 0");
    EXPECT_EQ(scale_refusal(-1.0f), where + "-1.000000, expected a finite scale above 0");
    EXPECT_EQ(scale_refusal(NAN), where + "nan, expected a finite scale above 0");
    EXPECT_EQ(scale_refusal(INFINITY), where + "inf, expected a finite scale above 0");
}

std::string constant_refusal(const std::function<void(onnx::TensorProto&)>& change) {
    ModelBuilder m;
    const std::string in = quantized_input(m);
    m.codes("w_q", {1, 3, 1, 1}, onnx::TensorProto::UINT8, {1, 2, 3});
    change(*m.graph().mutable_initializer(m.graph().initializer_size() - 1));
    m.node("DequantizeLinear", "w", {"w_q", m.scalar("w_s", 1.0f)});
    m.node("Conv", "conv", {in, "w"});
    return m.refusal();
}

TEST(OnnxHostile, Constants) {
    const std::string where = "net.onnx: node w (DequantizeLinear): got ";
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_dims(0, -1); }),
              where + "dimension -1 of constant w_q, expected an integer in [0, 268435456]");
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_dims(0, 268435456); }),
              where + "constant w_q of more than 268435456 elements, expected a smaller one");
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_dims(0, 2); }),
              where + "3 elements in constant w_q, expected 6");
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_raw_data("1234"); }),
              where + "4 bytes in constant w_q, expected 3");
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_int32_data(1, 256); }),
              where + "element 256 in constant w_q, expected an 8-bit code");
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_data_type(onnx::TensorProto::FLOAT16); }),
              where + "constant w_q of ONNX type 10, expected uint8, int8, int32, int64 or float");
    EXPECT_EQ(constant_refusal([](auto& t) { t.set_data_location(onnx::TensorProto::EXTERNAL); }),
              where + "constant w_q in another file, expected data inside the ONNX file");
    EXPECT_EQ(constant_refusal([](auto& t) {
                  t.set_dims(1, 0);
                  t.clear_int32_data();
              }),
              "net.onnx: node conv (Conv): got weight dimension 0, expected an integer in [1, 65535]");
}

/// Random damage to a real file either is refused or gives a network that passes its check; it never crashes.
TEST(OnnxHostile, DamagedBytes) {
    const std::string whole = embedded_network_bytes();
    constexpr std::uint64_t kSeed = 7;
    SplitMix random(kSeed);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
        std::string bytes = whole;
        for (int i = random.between(1, 8); i > 0; --i)
            bytes[static_cast<std::size_t>(random.between(0, static_cast<int>(bytes.size()) - 1))] =
                static_cast<char>(random.between(0, 255));
        if (random.between(0, 3) == 0)
            bytes.resize(static_cast<std::size_t>(random.between(1, static_cast<int>(bytes.size()))));
        const std::string message = refusal_of(bytes);
        EXPECT_EQ(message.find('\n'), std::string::npos) << "seed " << kSeed << " round " << round;
        refused += !message.empty();
    }
    EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace approxtlm::workloads::test
