#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "tests/unit/workloads/reference.h"
#include "workloads/datasets/dataset.h"
#include "workloads/onnx/import.h"

namespace approxtlm::workloads::test {
namespace {

struct Case {
    const char* name;
    std::size_t convolutions, additions;
    std::uint64_t macs;
    bool signed_weights;
    std::size_t images;  ///< compared against ONNX Runtime
    std::size_t
        equal_percent;  ///< of the logit codes, at least; the deeper network spreads a flipped code further
};

class SharedNetworks : public testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        if (!std::ifstream(shared_data() + "/networks/" + GetParam().name + ".onnx"))
            GTEST_SKIP() << "no networks in " << shared_data() << " (set APPROXTLM_SHARED_DATA)";
    }
};

TEST_P(SharedNetworks, HaveTheExpectedLayers) {
    const Network network = import_onnx(shared_data() + "/networks/" + GetParam().name + ".onnx");
    std::size_t convolutions = 0, additions = 0, pools = 0;
    for (const Layer& l : network.layers) {
        convolutions += l.kind == LayerKind::convolution;
        additions += l.kind == LayerKind::add;
        pools += l.kind == LayerKind::average_pool;
        if (l.kind == LayerKind::convolution) {
            EXPECT_EQ(l.weights.signed_codes, GetParam().signed_weights);
        }
    }
    EXPECT_EQ(network.name, GetParam().name);
    EXPECT_EQ(convolutions, GetParam().convolutions);
    EXPECT_EQ(additions, GetParam().additions);
    EXPECT_EQ(pools, 1u);
    EXPECT_EQ(network.layers.size(), convolutions + additions + pools);
    EXPECT_EQ(network.macs_per_image(), GetParam().macs);
}

TEST_P(SharedNetworks, GiveTheLogitsOfOnnxRuntime) {
    const std::string base = shared_data() + "/networks/" + GetParam().name;
    const Network network = import_onnx(base + ".onnx");
    const Dataset images =
        load_dataset("cifar10:" + shared_data() + "/cifar10", Split::test, GetParam().images);
    const Tensor& logits = network.tensors[static_cast<std::size_t>(network.output)];
    std::ifstream expected(base + ".logits.f32", std::ios::binary);
    std::size_t equal = 0, total = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto input =
            quantize_image(images, i, network.tensors[static_cast<std::size_t>(network.input)]);
        for (std::uint8_t code : reference_logits(network, input)) {
            float value = 0.0f;
            ASSERT_TRUE(expected.read(reinterpret_cast<char*>(&value), sizeof value));
            const int want = static_cast<int>(std::lround(value / logits.quantization.scale)) +
                             logits.quantization.zero_point;
            EXPECT_LE(std::abs(code - want), 1) << "image " << i;
            equal += code == want;
            ++total;
        }
    }
    RecordProperty("equal_codes", static_cast<int>(equal));
    std::printf("%s: %zu of %zu codes equal\n", GetParam().name, equal, total);
    EXPECT_GE(100 * equal, GetParam().equal_percent * total);
}

std::string test_name(const testing::TestParamInfo<Case>& test) {
    std::string name = test.param.name;
    for (char& c : name) c = c == '-' ? '_' : c;
    return name;
}

INSTANTIATE_TEST_SUITE_P(All, SharedNetworks,
                         testing::Values(Case{"resnet20-cifar10-u8", 22, 9, 40813184, false, 16, 99},
                                         Case{"resnet20-cifar10-s8pc", 22, 9, 40813184, true, 16, 99},
                                         Case{"resnet44-cifar10-u8", 46, 21, 97436288, false, 16, 97},
                                         Case{"resnet44-cifar10-s8pc", 46, 21, 97436288, true, 8, 97}),
                         test_name);

}  // namespace
}  // namespace approxtlm::workloads::test
