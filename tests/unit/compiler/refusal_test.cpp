#include <gtest/gtest.h>

#include "models/common/error.h"
#include "models/common/tiling.h"
#include "tests/unit/compiler/random_network.h"
#include "workloads/compiler/program.h"

namespace approxtlm::workloads {
namespace {

/// One 3x3 convolution, 8 -> 16 channels, over 32 x 20 pixels, padded by one.
Network one_convolution() {
    testing::RandomNetwork r(1);
    r.network().name = "toy";
    const int input = r.tensor(8, 32, 20);
    r.network().input = input;
    Layer shape;
    shape.kernel_height = shape.kernel_width = 3;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
    r.convolution(input, 16, shape, true).name = "conv3";
    return r.network();
}

std::string refusal(const Network& network, const AcceleratorConfig& config) {
    try {
        compile(network, config, {});
    } catch (const InputError& e) {
        return e.what();
    }
    return "accepted";
}

// Two of everything: 3 input rows and one output row.
constexpr std::uint32_t kOneRowActivations = 2 * (3 * 20 * 8 + 20 * 16);

TEST(TileRows, ManyTilesOverlapWhereWeightsStay) {
    AcceleratorConfig config;
    const Network network = one_convolution();
    const auto rows = [&] { return compile(network, config, {}).layers[0].tile_rows; };
    EXPECT_EQ(rows(), 7u);  // 2 x 64 pixels at least: 7 rows of 20; 32 rows in five tiles
    config.pe_array.rows = 128;
    EXPECT_EQ(rows(), 11u);  // 13 rows would do: three tiles, evened out
    config.pe_array.rows = 4;
    config.weight_buffer.capacity_bytes = 32 * weight_slot_bytes(4, 64);  // 18 folds
    EXPECT_EQ(rows(), 1u);
}

TEST(TileRows, LargestThatFitsThenEvenedOutWhereWeightsReload) {
    AcceleratorConfig config;
    config.pe_array.rows = 32;  // K = 72: three folds, two of which fit
    config.weight_buffer.capacity_bytes = 2 * weight_slot_bytes(32, 64);
    const Network network = one_convolution();
    const auto rows = [&] { return compile(network, config, {}).layers[0].tile_rows; };
    EXPECT_EQ(rows(), 16u);  // 272 KiB hold 26 rows of 2 x 20 x 264 bytes: two tiles of 16
    const std::uint32_t row_bytes = 2 * 20 * accumulator_entry_bytes(64);
    config.accumulator_buffer.capacity_bytes = 32 * row_bytes;
    EXPECT_EQ(rows(), 32u);
    config.accumulator_buffer.capacity_bytes = 15 * row_bytes + 7;
    EXPECT_EQ(rows(), 11u);  // 11, 11, 10 rather than 15, 15, 2
    config.activation_buffer.capacity_bytes = 2 * (6 * 20 * 8 + 4 * 20 * 16);
    EXPECT_EQ(rows(), 4u);
    config.activation_buffer.capacity_bytes -= 1;
    EXPECT_EQ(rows(), 3u);
    config.activation_buffer.capacity_bytes = kOneRowActivations;
    EXPECT_EQ(rows(), 1u);
}

TEST(WeightsResident, WhenAllFoldsFit) {
    AcceleratorConfig config;
    const Network network = one_convolution();
    const std::uint32_t slot = weight_slot_bytes(64, 64);
    config.weight_buffer.capacity_bytes = 2 * slot;  // K = 72: two folds
    EXPECT_NE(compile(network, config, {}).layers[0].flags & kFlagWeightsResident, 0u);
    config.pe_array.rows = 32;  // three folds
    config.weight_buffer.capacity_bytes = 3 * weight_slot_bytes(32, 64) - 1;
    EXPECT_EQ(compile(network, config, {}).layers[0].flags & kFlagWeightsResident, 0u);
}

TEST(CompileRefuses, ActivationBufferBelowOneRow) {
    AcceleratorConfig config;
    config.activation_buffer.capacity_bytes = kOneRowActivations - 1;
    EXPECT_EQ(refusal(one_convolution(), config),
              "network toy: layer conv3: one output row needs 1600 bytes of activation buffer: "
              "got activation_buffer.capacity_bytes = 1599, expected at least 1600");
}

TEST(CompileRefuses, AccumulatorBufferBelowOneRow) {
    AcceleratorConfig config;
    config.accumulator_buffer.capacity_bytes = 1024;
    EXPECT_EQ(refusal(one_convolution(), config),
              "network toy: layer conv3: one output row needs 10560 bytes of accumulator buffer: "
              "got accumulator_buffer.capacity_bytes = 1024, expected at least 10560");
}

TEST(CompileRefuses, WeightBufferBelowTwoFolds) {
    AcceleratorConfig config;
    config.weight_buffer.capacity_bytes = 4096;
    EXPECT_EQ(refusal(one_convolution(), config),
              "network toy: layer conv3: two folds of weights need 11264 bytes of weight buffer: "
              "got weight_buffer.capacity_bytes = 4096, expected at least 11264");
}

TEST(CompileRefuses, NumbersThatLeaveTheirRegisters) {
    Network network = one_convolution();
    network.layers[0].weights.scale[5] = 1e12f;
    EXPECT_EQ(refusal(network, {}).find("network toy: layer conv3: filter 5: requantization scale: got "),
              0u);
    network = one_convolution();
    network.tensors[0].quantization.zero_point = 255;
    network.layers[0].weights.zero_point[2] = 255 - (network.layers[0].weights.signed_codes ? 128 : 0);
    network.layers[0].weights.bias[2] = 2147483647;
    EXPECT_EQ(refusal(network, {})
                  .find("network toy: layer conv3: filter 2: bias with zero points folded in: got 21"),
              0u);
}

TEST(CorrectionMethod, NamesAndRefusal) {
    EXPECT_EQ(parse_correction_method("none"), CorrectionMethod::none);
    EXPECT_EQ(parse_correction_method(to_string(CorrectionMethod::analytic)), CorrectionMethod::analytic);
    try {
        parse_correction_method("magic");
        FAIL();
    } catch (const InputError& e) {
        EXPECT_STREQ(e.what(), "--correction: got 'magic', expected none, analytic or calibrated");
    }
}

Dataflow chosen(const Network& network, const AcceleratorConfig& config) {
    return compile(network, config, {}).layers[0].dataflow;
}

TEST(DataflowChoice, AutoTakesTheFewestCycles) {
    AcceleratorConfig config;
    config.activation_buffer = {1u << 18, 64, 16};  // three input rows lie in banks of their own
    config.memory.bytes_per_cycle = 1024;
    config.dma.bus_bytes = 128;
    const Network network = one_convolution();  // K = 72, 16 filters, 640 pixels
    EXPECT_EQ(chosen(network, config), Dataflow::weight_stationary);
    config.pe_array.dataflow = DataflowChoice::automatic;
    // 64 x 64: two folds of 640 pixels against ten tiles of 72 steps.
    EXPECT_EQ(chosen(network, config), Dataflow::output_stationary);
    // 72 x 16: one fold of 640 pixels against nine tiles of 72 steps, 648.
    config.pe_array.rows = 72;
    config.pe_array.columns = 16;
    EXPECT_EQ(chosen(network, config), Dataflow::weight_stationary);
    // 16 x 256: five folds of 16 filters against as many of 640 pixels, or forty tiles.
    config.pe_array.rows = 16;
    config.pe_array.columns = 256;
    EXPECT_EQ(chosen(network, config), Dataflow::input_stationary);
}

TEST(DataflowChoice, AutoCountsWeightsThatComeAgain) {
    AcceleratorConfig config;
    config.memory.bytes_per_cycle = 1024;
    config.dma.bus_bytes = 128;
    config.pe_array.dataflow = DataflowChoice::automatic;
    config.pe_array.rows = 32;
    config.pe_array.columns = 16;  // three folds of 640 pixels; 24 tiles of 72 steps
    EXPECT_EQ(chosen(one_convolution(), config), Dataflow::output_stationary);
    config.weight_buffer.capacity_bytes =
        2 * weight_slot_bytes(32, 16);  // each of the pixel tiles loads them
    config.memory.latency_cycles = 1000;
    EXPECT_EQ(chosen(one_convolution(), config), Dataflow::weight_stationary);
}

TEST(DataflowChoice, AutoLeavesOutWhatTheBuffersCannotHold) {
    AcceleratorConfig config;
    config.activation_buffer = {1u << 18, 64, 16};  // three input rows lie in banks of their own
    config.memory.bytes_per_cycle = 1024;
    config.dma.bus_bytes = 128;
    config.pe_array.dataflow = DataflowChoice::automatic;
    config.accumulator_buffer = {2 * 64 * accumulator_entry_bytes(64) - 1, 1, 264};
    EXPECT_EQ(chosen(one_convolution(), config), Dataflow::weight_stationary);
    config.pe_array.dataflow = DataflowChoice::os;
    EXPECT_EQ(refusal(one_convolution(), config),
              "network toy: layer conv3: dataflow os needs 33792 bytes of accumulator buffer: got "
              "accumulator_buffer.capacity_bytes = 33791, expected at least 33792");
}

TEST(DataflowChoice, OnlyWeightStationaryPesSumXThemselves) {
    AcceleratorConfig config;
    config.correction.organization = CorrectionOrganization::per_mac;
    config.pe_array.dataflow = DataflowChoice::automatic;
    EXPECT_EQ(chosen(one_convolution(), config), Dataflow::weight_stationary);
    config.pe_array.dataflow = DataflowChoice::is;
    EXPECT_EQ(
        refusal(one_convolution(), config),
        "pe_array.dataflow: got is with correction.organization per_mac, expected ws: only PEs that hold "
        "weights form sum x themselves");
}

}  // namespace
}  // namespace approxtlm::workloads
