#include <gtest/gtest.h>

#include "models/kernels/functional_model.h"
#include "tests/unit/compiler/random_network.h"
#include "tests/unit/compiler/reference_network.h"
#include "workloads/compiler/program.h"

namespace approxtlm::workloads {
namespace {

std::vector<std::uint8_t> random_image(std::size_t bytes, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> image(bytes);
    for (std::uint8_t& code : image) code = static_cast<std::uint8_t>(random());
    return image;
}

AcceleratorConfig array_of(std::uint32_t rows, std::uint32_t columns) {
    AcceleratorConfig config;
    config.pe_array.rows = rows;
    config.pe_array.columns = columns;
    config.accumulator_buffer.capacity_bytes = 16 * 1024;  // several tiles a layer
    return config;
}

/// The compiled program on the functional model equals the network evaluated by hand, whatever the array.
TEST(CompiledNetwork, EqualsTheNetworkForExactProducts) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const Network network = testing::random_network(seed);
        const Tensor& input = network.tensors[static_cast<std::size_t>(network.input)];
        const std::size_t outputs = network.tensors[static_cast<std::size_t>(network.output)].size();
        const std::vector<std::uint8_t> image = random_image(input.size(), seed);
        const std::vector<std::uint8_t> want = testing::evaluate(network, image);
        for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
            const AcceleratorConfig config = array_of(seed % 3 == 0 ? 64 : 5 + seed, seed % 2 == 0 ? 16 : 7);
            const Program program = compile(network, config, {{}, encoding, CorrectionMethod::none, {}});
            const FunctionalModel model(program.layers, program.memory_image, array_config(program, config));
            std::vector<std::uint8_t> got(outputs), active(outputs);
            model.run(program.input_address, image.data(), image.size(), program.output_address, got.data(),
                      outputs, 1);
            EXPECT_EQ(got, want) << "seed " << seed << ", " << to_string(encoding);
            model.run_with_activity(program.input_address, image.data(), image.size(), program.output_address,
                                    active.data(), outputs);
            EXPECT_EQ(active, want) << "seed " << seed << ", " << to_string(encoding);
        }
    }
}

TEST(CompiledNetwork, ArrayConfigurationFollowsDesignAndAccelerator) {
    const Network network = testing::random_network(1);
    AcceleratorConfig config = array_of(12, 20);
    const Multiplier truncated{MultiplierFamily::truncated, 7};
    const Program program = compile(
        network, config, {truncated, Encoding::signed_codes, CorrectionMethod::analytic, Variate::popcount});
    const FoldEngine::Config shared = array_config(program, config);
    EXPECT_EQ(shared.rows, 12u);
    EXPECT_EQ(shared.columns, 20u);
    EXPECT_EQ(shared.multiplier, truncated);
    EXPECT_EQ(shared.encoding, Encoding::signed_codes);
    EXPECT_EQ(shared.variate, Variate::popcount);
    EXPECT_TRUE(shared.sum_a);
    EXPECT_TRUE(shared.sum_x);
    EXPECT_FALSE(shared.sum_x_per_mac);
    config.correction.organization = CorrectionOrganization::per_mac;
    EXPECT_TRUE(array_config(program, config).sum_x_per_mac);
    const Program bare =
        compile(network, config, {truncated, Encoding::signed_codes, CorrectionMethod::none, {}});
    EXPECT_FALSE(array_config(bare, config).sum_x);
    EXPECT_FALSE(array_config(bare, config).sum_x_per_mac);
}

}  // namespace
}  // namespace approxtlm::workloads
