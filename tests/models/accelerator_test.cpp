// The whole model against the functional model: same logits, same activity, cycles that add up.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <systemc>

#include "models/common/tiling.h"
#include "models/kernels/functional_model.h"
#include "platform/simulation/simulate.h"
#include "tests/models/damaged_job.h"
#include "tests/support/random_network.h"
#include "workloads/compiler/program.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

using platform::simulate;
using platform::SimulationJob;
using platform::SimulationResult;
using test::descriptor;
using test::NetworkBuilder;
using test::stopped;
using workloads::CorrectionMethod;
using workloads::DesignPoint;
using workloads::LayerKind;
using workloads::Network;
using workloads::Program;

AcceleratorConfig small_config() {
    AcceleratorConfig config;
    config.pe_array.rows = 16;
    config.pe_array.columns = 8;
    config.weight_buffer = {4096, 1, 64};
    config.activation_buffer = {16 * 1024, 1, 64};
    config.accumulator_buffer = {8 * 1024, 1, 64};
    return config;
}

Network residual_network(NetworkBuilder& b) {
    const int a = b.convolution(b.input(), 16, 3, 1, 1);
    const int c = b.convolution(a, 16, 3, 1, 1, 2);
    const int d = b.add(a, c);
    const int e = b.pool(LayerKind::max_pool, d, 3, 2, 1);
    const int f = b.convolution(e, 20, 3, 2, 1);
    const int g = b.pool(LayerKind::average_pool, f, 2, 2);
    const int h = b.pool(LayerKind::average_pool, g, 2, 1);
    return b.finish(b.fully_connected(h, 10));
}

struct Case {
    std::string name;
    DesignPoint design;
    CorrectionOrganization organization = CorrectionOrganization::shared_column;
    bool shadow_weights = true;
    DataflowChoice dataflow = DataflowChoice::ws;
    std::uint32_t multiplier_stages = 0;
};

void expect_equals_functional(const Case& c, unsigned seed) {
    SCOPED_TRACE(c.name + " seed " + std::to_string(seed));
    NetworkBuilder builder(3, 16, 16, seed);
    const Network network = residual_network(builder);
    AcceleratorConfig config = small_config();
    config.correction.organization = c.organization;
    config.pe_array.shadow_weights = c.shadow_weights;
    config.pe_array.dataflow = c.dataflow;
    config.pe_array.multiplier_stages = c.multiplier_stages;
    const Program program = workloads::compile(network, config, c.design);
    const std::vector<std::uint8_t> image = builder.image();

    const SimulationResult model =
        simulate({SimulationJob{"accelerated", &program, config, image, true}}).front();

    const FunctionalModel functional(program.layers, program.memory_image,
                                     workloads::array_config(program, config));
    std::vector<std::uint8_t> logits(program.output.size());
    const std::vector<ActivityCounts> activity =
        functional.run_with_activity(program.input_address, image.data(), image.size(),
                                     program.output_address, logits.data(), logits.size());
    EXPECT_EQ(model.logits, logits);
    std::vector<std::uint8_t> batch_logits(program.output.size());
    functional.run(program.input_address, image.data(), image.size(), program.output_address,
                   batch_logits.data(), batch_logits.size(), 1);
    EXPECT_EQ(model.logits, batch_logits);

    ASSERT_EQ(model.layers.size(), activity.size());
    std::uint64_t total = 0;
    for (std::size_t l = 0; l < activity.size(); ++l) {
        SCOPED_TRACE("layer " + program.layer_names[l]);
        for (const Activity a :
             {Activity::streamed_vectors, Activity::pe_cycles, Activity::row_cycles, Activity::column_cycles,
              Activity::weight_loads, Activity::activation_toggles, Activity::partial_product_toggles,
              Activity::psum_toggles, Activity::sum_x_toggles, Activity::sum_a_toggles,
              Activity::weight_toggles, Activity::streaming_toggles, Activity::multiplier_register_toggles})
            EXPECT_EQ(model.layers[l].activity[a], activity[l][a])
                << kActivityNames[static_cast<std::size_t>(a)];
        const LayerStats& stats = model.layers[l];
        EXPECT_EQ(stats.cycles,
                  std::accumulate(stats.stall_cycles.begin(), stats.stall_cycles.end(), stats.busy_cycles));
        EXPECT_GT(stats.busy_cycles, 0u);
        total += stats.cycles;
    }
    EXPECT_EQ(total, model.cycles);
    EXPECT_EQ(sc_core::sc_report_handler::get_count(sc_core::SC_WARNING), 0);
}

TEST(Accelerator, ExactEqualsFunctionalModel) { expect_equals_functional({"exact", {}}, 1); }

TEST(Accelerator, UncorrectedEqualsFunctionalModel) {
    expect_equals_functional({"truncated", {{MultiplierFamily::truncated, 7}}}, 2);
}

TEST(Accelerator, CorrectedEqualsFunctionalModel) {
    DesignPoint design{{MultiplierFamily::perforated, 2}};
    design.correction = CorrectionMethod::analytic;
    expect_equals_functional({"corrected", design}, 3);
}

TEST(Accelerator, SignedPerMacWithoutShadowEqualsFunctionalModel) {
    DesignPoint design{{MultiplierFamily::recursive, 4}, Encoding::signed_codes, CorrectionMethod::analytic};
    expect_equals_functional({"signed", design, CorrectionOrganization::per_mac, false}, 4);
}

TEST(Accelerator, OutputStationaryEqualsFunctionalModel) {
    DesignPoint design{{MultiplierFamily::truncated, 7}, Encoding::signed_codes, CorrectionMethod::analytic};
    Case c{"output-stationary", design};
    c.dataflow = DataflowChoice::os;
    c.multiplier_stages = 1;
    expect_equals_functional(c, 5);
}

TEST(Accelerator, InputStationaryEqualsFunctionalModel) {
    DesignPoint design{{MultiplierFamily::perforated, 3}};
    design.correction = CorrectionMethod::analytic;
    Case c{"input-stationary", design};
    c.dataflow = DataflowChoice::is;
    c.multiplier_stages = 2;
    expect_equals_functional(c, 6);
}

TEST(Accelerator, InputStationaryWithoutShadowEqualsFunctionalModel) {
    Case c{"no shadow", {{MultiplierFamily::recursive, 4}, Encoding::signed_codes}};
    c.dataflow = DataflowChoice::is;
    c.shadow_weights = false;
    expect_equals_functional(c, 7);
}

TEST(Accelerator, EachLayersFastestDataflowEqualsFunctionalModel) {
    DesignPoint design{{MultiplierFamily::truncated, 6}};
    design.correction = CorrectionMethod::analytic;
    Case c{"auto", design};
    c.dataflow = DataflowChoice::automatic;
    c.multiplier_stages = 3;
    expect_equals_functional(c, 9);
}

TEST(Accelerator, DataflowsGiveTheSameLogits) {
    std::vector<Multiplier> multipliers{{},
                                        {MultiplierFamily::perforated, 2},
                                        {MultiplierFamily::recursive, 3},
                                        {MultiplierFamily::truncated, 8}};
    std::mt19937 random(12);
    std::vector<Program> programs;
    std::vector<AcceleratorConfig> configs;
    std::vector<std::vector<std::uint8_t>> images;
    constexpr std::size_t kKinds = 4;
    for (unsigned seed = 20; seed < 28; ++seed) {
        NetworkBuilder builder(3, 16, 16, seed);
        const Network network = residual_network(builder);
        AcceleratorConfig config = small_config();
        config.pe_array.rows = 4 + random() % 13;
        config.pe_array.columns = 4 + random() % 13;
        config.pe_array.shadow_weights = random() % 2 != 0;
        // Sometimes too small to keep a layer's weights.
        config.weight_buffer.capacity_bytes =
            (random() % 2 != 0 ? 64 : 4) * weight_slot_bytes(config.pe_array.rows, config.pe_array.columns);
        config.weight_buffer.port_bytes = config.activation_buffer.port_bytes = 1 + random() % 16;
        DesignPoint design{multipliers[seed % multipliers.size()],
                           random() % 2 != 0 ? Encoding::signed_codes : Encoding::unsigned_codes,
                           random() % 4 != 0 ? CorrectionMethod::analytic : CorrectionMethod::none};
        for (std::size_t kind = 0; kind < kKinds; ++kind) {
            config.pe_array.dataflow = static_cast<DataflowChoice>(kind);
            configs.push_back(config);
            programs.push_back(workloads::compile(network, config, design));
            images.push_back(builder.image());
            if (kind != 0) images.back() = images[images.size() - 2];
        }
    }
    std::vector<SimulationJob> jobs;
    for (std::size_t i = 0; i < programs.size(); ++i)
        jobs.push_back({"job" + std::to_string(i), &programs[i], configs[i], images[i], false});
    const std::vector<SimulationResult> results = simulate(jobs);
    for (std::size_t i = 0; i < results.size(); ++i) {
        const std::string where = "seed " + std::to_string(20 + i / kKinds) + ", dataflow " +
                                  to_string(configs[i].pe_array.dataflow);
        EXPECT_EQ(results[i].logits, results[i / kKinds * kKinds].logits) << where;
        for (const LayerStats& stats : results[i].layers)
            EXPECT_EQ(stats.cycles, std::accumulate(stats.stall_cycles.begin(), stats.stall_cycles.end(),
                                                    stats.busy_cycles))
                << where;
    }
}

TEST(Accelerator, CyclesAndShapeCountsDoNotDependOnValues) {
    NetworkBuilder builder(3, 16, 16, 8);
    const Network network = residual_network(builder);
    const AcceleratorConfig config = small_config();
    DesignPoint design{{MultiplierFamily::truncated, 6}};
    design.correction = CorrectionMethod::analytic;
    const Program program = workloads::compile(network, config, design);
    const std::vector<std::uint8_t> black(program.input.size(), 0), image = builder.image();
    const auto results =
        simulate({{"black", &program, config, black, true}, {"image", &program, config, image, true}});
    EXPECT_NE(results[0].logits, results[1].logits);
    EXPECT_NE(results[0].activity()[Activity::psum_toggles], results[1].activity()[Activity::psum_toggles]);
    ASSERT_EQ(results[0].layers.size(), results[1].layers.size());
    for (std::size_t l = 0; l < results[0].layers.size(); ++l) {
        const LayerStats &a = results[0].layers[l], &b = results[1].layers[l];
        EXPECT_EQ(a.cycles, b.cycles);
        EXPECT_EQ(a.busy_cycles, b.busy_cycles);
        EXPECT_EQ(a.stall_cycles, b.stall_cycles);
        for (std::size_t i = 0; i < kActivityNames.size(); ++i) {
            const auto which = static_cast<Activity>(i);
            if (is_value_dependent(which)) continue;
            EXPECT_EQ(a.activity[which], b.activity[which]) << kActivityNames[i];
        }
    }
}

TEST(Accelerator, OneLayerTakesWhatItsPartsTake) {
    // One fold: 16 channels, 8 filters, 4 x 4 pixels; every transfer a whole number of beats.
    NetworkBuilder builder(16, 4, 4, 7);
    const Network network = builder.finish(builder.convolution(builder.input(), 8, 1, 1, 0));
    const AcceleratorConfig config = small_config();
    Program program = workloads::compile(network, config, {});
    ASSERT_EQ(program.layers[0].tile_rows, 4u);
    const SimulationResult result = simulate({{"one", &program, config, builder.image(), false}}).front();

    const std::uint64_t beat = config.dma.bus_bytes, latency = config.memory.latency_cycles;
    const std::uint64_t vectors = 16, rows = 16, columns = 8, arbitration = 1;
    const std::uint64_t descriptor = arbitration + latency + sizeof(LayerDescriptor) / beat + 8;
    // Input and weights take turns on the bus, weights first: the input's last burst, what lies behind its
    // burst boundary, comes last. Meanwhile the weights have begun to move into the array.
    const std::uint64_t weight_bytes = columns * (rows + sizeof(FilterParameters));
    const std::uint64_t input_bytes = rows * vectors;
    const std::uint64_t load = arbitration + latency + (input_bytes + weight_bytes) / beat;
    const std::uint64_t last_burst = program.input_address % 256 / beat;
    ASSERT_GT(last_burst, 0u);
    ASSERT_LT(last_burst, rows);
    const std::uint64_t array = rows - last_burst + vectors + rows + columns - 2;
    const std::uint64_t finish = vectors + config.vector_unit.pipeline_cycles;
    const std::uint64_t store = arbitration + latency + vectors * columns / beat;
    EXPECT_EQ(result.cycles, descriptor + load + array + finish + store);

    const LayerStats& stats = result.layers[0];
    EXPECT_EQ(stats.stalls(Stall::descriptor), descriptor);
    EXPECT_EQ(stats.stalls(Stall::activation_load), load);
    EXPECT_EQ(stats.stalls(Stall::weight_load), 0u);
    EXPECT_EQ(stats.stalls(Stall::weight_shift), rows - last_burst);
    EXPECT_EQ(stats.busy_cycles, vectors);
    EXPECT_EQ(stats.stalls(Stall::drain), rows + columns - 2 + finish);
    EXPECT_EQ(stats.stalls(Stall::store), store);
    EXPECT_EQ(stats.activity[Activity::memory_read_bytes],
              sizeof(LayerDescriptor) + input_bytes + weight_bytes);
    EXPECT_EQ(stats.activity[Activity::memory_write_bytes], vectors * columns);
    EXPECT_EQ(stats.activity[Activity::vector_unit_ops], vectors * columns);
    EXPECT_EQ(stats.activity[Activity::descriptors], 1u);
}

/// Cycles of the exact and the corrected design on `layers` equal convolutions.
std::array<std::uint64_t, 2> exact_and_corrected(int layers, bool pipelined) {
    NetworkBuilder builder(16, 16, 16, 5);
    int t = builder.input();
    for (int i = 0; i < layers; ++i) t = builder.convolution(t, 16, 3, 1, 1);
    const Network network = builder.finish(t);
    AcceleratorConfig config = small_config();
    config.correction.pipelined = pipelined;
    DesignPoint corrected{{MultiplierFamily::perforated, 2}};
    corrected.correction = CorrectionMethod::analytic;
    const Program exact_program = workloads::compile(network, config, {});
    const Program corrected_program = workloads::compile(network, config, corrected);
    const auto image = builder.image();
    const auto results = simulate({{"exact", &exact_program, config, image, false},
                                   {"corrected", &corrected_program, config, image, false}});
    return {results[0].cycles, results[1].cycles};
}

TEST(Accelerator, CorrectionCostsOneCycleAtTheEndOfALayer) {
    const auto [exact, corrected] = exact_and_corrected(1, true);
    EXPECT_EQ(corrected, exact + 1);
}

TEST(Accelerator, CorrectionKeepsTheCyclesOfAWholeNetwork) {
    // Over several layers that cycle also moves bus grants, so the total may even shrink a little.
    const auto [exact, corrected] = exact_and_corrected(4, true);
    EXPECT_NEAR(static_cast<double>(corrected) / static_cast<double>(exact), 1.0, 0.001);
}

TEST(Accelerator, BrokenPipelineStageShowsInTheCycleRatio) {
    const auto [exact, corrected] = exact_and_corrected(4, false);
    EXPECT_GT(static_cast<double>(corrected) / static_cast<double>(exact), 1.3);
    EXPECT_LE(static_cast<double>(corrected) / static_cast<double>(exact), 2.0);
}

/// A job whose descriptors were damaged on the way: the error's text.
std::string error_of(const std::function<void(Program&)>& damage) {
    NetworkBuilder builder(4, 8, 8, 6);
    const int a = builder.convolution(builder.input(), 8, 3, 1, 1);
    const Network network = builder.finish(builder.convolution(a, 8, 1, 1, 0));
    const AcceleratorConfig config = small_config();
    Program program = workloads::compile(network, config, {});
    damage(program);
    return test::error_of({"damaged", &program, config, builder.image(), false});
}

TEST(Accelerator, UnknownOpcodeStopsTheJob) {
    EXPECT_EQ(error_of([](Program& p) { descriptor(p, 1).opcode = static_cast<Opcode>(99); }),
              stopped(2, 0x1000 + 256));
}

TEST(Accelerator, UnknownDataflowStopsTheJob) {
    EXPECT_EQ(error_of([](Program& p) { descriptor(p, 0).dataflow = static_cast<Dataflow>(3); }),
              stopped(2, 0x1000));
}

TEST(Accelerator, SumsThatTheAccumulatorsCannotHoldStopTheJob) {
    EXPECT_EQ(error_of([](Program& p) {
                  descriptor(p, 0).dataflow = Dataflow::input_stationary;
                  descriptor(p, 0).output_channels = 1000;  // 8 columns of 1,002 sums, twice, are above 8 KiB
              }),
              stopped(3, 0x1000));
}

TEST(Accelerator, AddressOutsideMemoryStopsTheJob) {
    EXPECT_EQ(error_of([](Program& p) { descriptor(p, 1).weight_address = 0x70000000; }),
              stopped(1, 0x70000000));
}

TEST(Accelerator, TileLargerThanTheBuffersStopsTheJob) {
    EXPECT_EQ(
        error_of([](Program& p) { descriptor(p, 0).input_width = descriptor(p, 0).output_width = 2000; }),
        stopped(3, 0x1000));
}

TEST(Accelerator, NoDescriptorsIsAnError) {
    EXPECT_EQ(error_of([](Program& p) { p.layers.clear(); }), stopped(4, 0x1000));
}

}  // namespace
}  // namespace approxtlm
