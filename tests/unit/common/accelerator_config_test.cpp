#include "models/common/accelerator_config.h"

#include <gtest/gtest.h>

#include "models/common/accelerator_ranges.h"
#include "models/common/tiling.h"
#include "tests/support/input_error.h"
#include "tests/support/temporary_file.h"

namespace approxtlm {
namespace {

AcceleratorConfig read(const std::string& yaml) {
    return read_accelerator_config(test::TemporaryFile(".yaml", yaml).path());
}

/// The error without the temporary file's name: ":line: where: ..." or ": where: ...".
std::string read_error(const std::string& yaml) {
    const test::TemporaryFile file(".yaml", yaml);
    return test::input_error([&] { read_accelerator_config(file.path()); }).substr(file.path().size());
}

struct RangedKey {
    const char* section;
    const char* key;
    IntegerRange range;
    bool power_of_two;
};

const std::vector<RangedKey> kKeys{
    {"pe_array", "rows", ranges::kArraySide, false},
    {"pe_array", "columns", ranges::kArraySide, false},
    {"pe_array", "multiplier_stages", ranges::kMultiplierStages, false},
    {"correction", "coefficient_fraction_bits", ranges::kCoefficientFractionBits, false},
    {"correction", "coefficient_bits", ranges::kCoefficientBits, false},
    {"weight_buffer", "capacity_bytes", ranges::kBufferCapacityBytes, false},
    {"activation_buffer", "banks", ranges::kBufferBanks, true},
    {"activation_buffer", "bank_skew", ranges::kBankSkew, false},
    {"accumulator_buffer", "port_bytes", ranges::kBufferPortBytes, false},
    {"dma", "bus_bytes", ranges::kBusBytes, true},
    {"dma", "burst_beats", ranges::kBurstBeats, true},
    {"dma", "outstanding_requests", ranges::kOutstandingRequests, false},
    {"vector_unit", "lanes", ranges::kLanes, false},
    {"vector_unit", "pipeline_cycles", ranges::kPipelineCycles, false},
    {"memory", "latency_cycles", ranges::kMemoryLatencyCycles, false},
    {"memory", "bytes_per_cycle", ranges::kMemoryBytesPerCycle, false},
};

TEST(AcceleratorConfig, EmptyFileIsTheDefault) {
    for (const char* text : {"", "\n", "# only a comment\n", "---\n", "pe_array:\n"})
        EXPECT_EQ(to_yaml(read(text)), to_yaml(AcceleratorConfig{})) << text;
}

TEST(AcceleratorConfig, DefaultRoundTrips) {
    const std::string yaml = to_yaml(AcceleratorConfig{});
    EXPECT_EQ(to_yaml(read(yaml)), yaml);
}

TEST(AcceleratorConfig, EveryKeyRoundTripsWithItsOwnValue) {
    AcceleratorConfig c;
    c.pe_array = {8, 16, false, DataflowChoice::automatic, 3};
    c.correction = {CorrectionOrganization::per_mac, 7, 12, false};
    c.weight_buffer = {4096, 2, 32};
    c.activation_buffer = {8192, 4, 16, 5};
    c.accumulator_buffer = {16384, 8, 72};
    c.dma = {32, 64, 3};
    c.vector_unit = {24, 5};
    c.memory = {100, 48};
    c.power.clock_gating = false;
    const AcceleratorConfig got = read(to_yaml(c));
    EXPECT_EQ(to_yaml(got), to_yaml(c));
    EXPECT_EQ(got.pe_array.columns, 16u);
    EXPECT_FALSE(got.pe_array.shadow_weights);
    EXPECT_EQ(got.pe_array.dataflow, DataflowChoice::automatic);
    EXPECT_EQ(got.pe_array.multiplier_stages, 3u);
    EXPECT_EQ(got.correction.organization, CorrectionOrganization::per_mac);
    EXPECT_EQ(got.correction.coefficient_bits, 12u);
    EXPECT_EQ(got.activation_buffer.bank_skew, 5u);
    EXPECT_EQ(got.accumulator_buffer.port_bytes, 72u);
    EXPECT_EQ(got.dma.outstanding_requests, 3u);
    EXPECT_EQ(got.vector_unit.pipeline_cycles, 5u);
    EXPECT_EQ(got.memory.bytes_per_cycle, 48u);
}

TEST(AcceleratorConfig, EveryKeyIsRangedOnBothSides) {
    for (const RangedKey& k : kKeys) {
        const std::string kind = k.power_of_two ? "a power of two" : "an integer";
        for (const std::int64_t value : {std::int64_t{k.range.low} - 1, std::int64_t{k.range.high} + 1}) {
            const std::string text = std::to_string(value);
            EXPECT_EQ(read_error(std::string(k.section) + ":\n  " + k.key + ": " + text + "\n"),
                      ":2: " + std::string(k.section) + "." + k.key + ": got " + text + ", expected " + kind +
                          " in [" + std::to_string(k.range.low) + ", " + std::to_string(k.range.high) + "]");
        }
    }
}

TEST(AcceleratorConfig, ZeroGatingIsForWeightStationaryArrays) {
    EXPECT_FALSE(AcceleratorConfig{}.power.zero_gating);
    EXPECT_TRUE(AcceleratorConfig{}.power.clock_gating);
    EXPECT_TRUE(read("power: {zero_gating: true}\n").power.zero_gating);
    for (const char* dataflow : {"os", "is", "auto"})
        EXPECT_EQ(
            read_error(std::string("pe_array: {dataflow: ") + dataflow + "}\npower: {zero_gating: true}\n"),
            std::string(":2: power.zero_gating: got true with pe_array.dataflow ") + dataflow +
                ", expected pe_array.dataflow ws");
    EXPECT_EQ(read_error("power: {clock_gating: maybe}\n").substr(0, 27), ":1: power.clock_gating: got");
}

TEST(AcceleratorConfig, UnknownKeysAreErrorsAtBothLevels) {
    EXPECT_EQ(read_error("pe_array:\n  rows: 8\n  rwos: 8\n"),
              ":3: pe_array.rwos: got an unknown key, expected one of rows, columns, shadow_weights, "
              "dataflow, multiplier_stages");
    EXPECT_EQ(
        read_error("weight_buffer: {bank_skew: 1}\n"),
        ":1: weight_buffer.bank_skew: got an unknown key, expected one of capacity_bytes, banks, port_bytes");
    EXPECT_EQ(read_error("dmaa: {}\n"),
              ":1: dmaa: got an unknown key, expected one of pe_array, correction, weight_buffer, "
              "activation_buffer, "
              "accumulator_buffer, dma, vector_unit, memory, power");
}

TEST(AcceleratorConfig, BuffersHoldAtLeastWhatOneTileNeeds) {
    const std::uint32_t weights = 2 * weight_slot_bytes(256, 256);
    EXPECT_EQ(read_error("pe_array: {rows: 256, columns: 256}\n"),
              ": weight_buffer.capacity_bytes: got 65536, expected at least " + std::to_string(weights) +
                  " (two folds of weights of a 256 x 256 array)");
    const std::string big = "pe_array: {rows: 256, columns: 256}\nweight_buffer: {capacity_bytes: ";
    EXPECT_EQ(to_yaml(read(big + std::to_string(weights) + "}\n")).substr(0, 23),
              "pe_array:\n  rows: 256\n ");
    EXPECT_EQ(read_error(big + std::to_string(weights - 1) + "}\n").substr(0, 33),
              ":2: weight_buffer.capacity_bytes:");
    const std::uint32_t sums = 2 * accumulator_entry_bytes(64);
    EXPECT_EQ(read_error("accumulator_buffer:\n  capacity_bytes: " + std::to_string(sums - 1) + "\n"),
              ":2: accumulator_buffer.capacity_bytes: got " + std::to_string(sums - 1) +
                  ", expected at least " + std::to_string(sums) + " (two pixels of sums of a 64 x 64 array)");
    EXPECT_EQ(read_error("activation_buffer: {capacity_bytes: 1024, banks: 32, port_bytes: 64}\n"),
              ":1: activation_buffer.capacity_bytes: got 1024, expected at least 2048 (banks x port_bytes)");
}

TEST(AcceleratorConfig, OrganizationIsAChoice) {
    EXPECT_EQ(read_error("correction: {organization: column}\n"),
              ":1: correction.organization: got column, expected one of shared_column, per_mac");
}

TEST(AcceleratorConfig, DataflowIsAChoice) {
    EXPECT_EQ(read_error("pe_array: {dataflow: rs}\n"),
              ":1: pe_array.dataflow: got rs, expected one of ws, os, is, auto");
    for (const char* name : {"ws", "os", "is", "auto"})
        EXPECT_STREQ(to_string(parse_dataflow("--dataflow", name)), name);
    EXPECT_EQ(test::input_error([] { parse_dataflow("--dataflow", "WS"); }),
              "--dataflow: got 'WS', expected ws, os, is or auto");
}

TEST(AcceleratorConfig, MissingFileIsNamed) {
    EXPECT_EQ(test::input_error([] { read_accelerator_config("/nowhere.yaml"); }),
              "/nowhere.yaml: cannot be read: No such file or directory");
}

}  // namespace
}  // namespace approxtlm
