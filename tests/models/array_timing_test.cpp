// Cycles of the array and the correction stage, tight on both sides: not ready at n - 1, ready at n.
#include "models/common/array_timing.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <memory>
#include <random>
#include <systemc>
#include <vector>

#include "models/buffers/buffer.h"
#include "models/correction/correction.h"
#include "models/correction/correction_timing.h"
#include "models/pe_array/pe_array.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

const sc_core::sc_time kClock(1, sc_core::SC_NS);

/// `folds` of the reduction x `vectors` pixels x `filters` on an 8 x 4 array. `steps`: the reduction instead.
struct Shape {
    std::uint32_t folds = 1, vectors = 1;
    bool shadow = true, corrected = false, pipelined = true;
    std::uint32_t port_bytes = 64;
    Dataflow dataflow = Dataflow::weight_stationary;
    std::uint32_t filters = 4, steps = 0, stages = 0, weight_port_bytes = 1024, banks = 4;
};

/// Array and correction with weights and activations already in their buffers, and accumulators without end.
struct Bench : sc_core::sc_module {
    Bench(const sc_core::sc_module_name& name, const AcceleratorConfig& c, const LayerDescriptor& d)
        : sc_module(name),
          recorder(kClock, false),
          weight_buffer("weight_buffer", c.weight_buffer, kClock),
          activation_buffer("activation_buffer", c.activation_buffer, kClock),
          accumulator_buffer("accumulator_buffer", c.accumulator_buffer, kClock),
          array("array", c.pe_array, engine_config(c.pe_array), kSlots, kClock, recorder),
          correction("correction", c.pe_array, c.correction, kClock, recorder) {
        array.weights.bind(weight_buffer.port);
        array.activations.bind(activation_buffer.port);
        array.sums.bind(correction.sums);
        correction.accumulators.bind(accumulator_buffer.port);
        array.shift_jobs(shift_jobs);
        array.stream_jobs(stream_jobs);
        array.tiles(tiles);
        array.tile_free(tile_free);
        array.weights_ready(weights_ready);
        array.weight_slot_free(weight_slot_free);
        array.accumulator_free(accumulator_free);
        correction.ready(sums);

        auto job = std::make_shared<LayerJob>();
        job->d = d;
        job->t = tiling_of(d, c.pe_array.rows, c.pe_array.columns);
        job->accumulators = accumulator_parts(d, job->t, c.accumulator_buffer.capacity_bytes);
        job->footprint = activation_footprint(d);
        job->tiles = job->t.tiles;
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            deliveries += static_cast<int>(job->sums_of_tile(tile));
            tiles.write(TileLoaded{});
        }
        recorder.begin(1);
        shift_jobs.write(job);
        stream_jobs.write(job);
        SC_THREAD(receive);
    }
    static FoldEngine::Config engine_config(const PeArrayConfig& array) {
        FoldEngine::Config c;
        c.rows = array.rows;
        c.columns = array.columns;
        return c;
    }
    SC_HAS_PROCESS(Bench);
    void receive() {
        for (;;) {
            sums.read();
            last_sum = sc_core::sc_time_stamp();
            --deliveries;
        }
    }

    static constexpr std::uint32_t kSlots = 4096;
    JobRecorder recorder;
    Buffer weight_buffer, activation_buffer, accumulator_buffer;
    PeArray array;
    Correction correction;
    sc_core::sc_fifo<JobPtr> shift_jobs{1}, stream_jobs{1};
    sc_core::sc_fifo<TileLoaded> tiles{64};
    sc_core::sc_fifo<SumsReady> sums{1};
    sc_core::sc_semaphore tile_free{0}, weights_ready{kSlots}, weight_slot_free{0}, accumulator_free{kSlots};
    int deliveries = 0;  ///< still to come
    sc_core::sc_time last_sum;
};

AcceleratorConfig config_of(const Shape& shape) {
    AcceleratorConfig c;
    c.pe_array.rows = 8;
    c.pe_array.columns = 4;
    c.pe_array.shadow_weights = shape.shadow;
    c.pe_array.multiplier_stages = shape.stages;
    c.correction = {CorrectionOrganization::shared_column, 4, 16, shape.pipelined};
    c.weight_buffer = {1u << 20, 1, shape.weight_port_bytes};
    c.activation_buffer = {1u << 18, shape.banks, shape.port_bytes};
    c.accumulator_buffer = {1u << 18, 1, 64};
    return c;
}

LayerDescriptor layer_of(const Shape& shape) {
    LayerDescriptor d;
    d.opcode = Opcode::matrix;
    d.flags = kFlagWeightsResident | (shape.corrected ? kFlagCorrection : 0);
    d.dataflow = shape.dataflow;
    d.input_channels = shape.steps != 0 ? shape.steps : 8 * shape.folds;
    d.input_height = d.output_height = 1;
    d.input_width = d.output_width = shape.vectors;
    d.output_channels = shape.filters;
    d.tile_rows = 1;
    return d;
}

/// Runs `shape` and expects its last sums exactly `cycles` after the start.
void expect_sums_after(const Shape& shape, std::uint64_t cycles) {
    Bench bench("bench", config_of(shape), layer_of(shape));
    // A cycle counts once it is over: look half a cycle before and after its end.
    sc_core::sc_start((static_cast<double>(cycles) - 0.5) * kClock);
    EXPECT_GT(bench.deliveries, 0) << "too early, expected " << cycles;
    sc_core::sc_start(kClock);
    EXPECT_EQ(bench.deliveries, 0) << "too late, expected " << cycles;
}

const PeArrayConfig kArray{8, 4, true};

constexpr auto kOutputStationary = Dataflow::output_stationary, kInputStationary = Dataflow::input_stationary;

TEST(ArrayTiming, IsolatedFold) {
    Shape shape;
    shape.vectors = 20;
    shape.shadow = false;
    EXPECT_EQ(isolated_fold_cycles(kArray, 20), 8u + 20 + 8 + 4 - 2);
    expect_sums_after(shape, isolated_fold_cycles(kArray, 20));
}

TEST(ArrayTiming, FoldsWithoutShadowWeightsRepeatTheWholeFold) {
    Shape shape;
    shape.folds = 3;
    shape.vectors = 20;
    shape.shadow = false;
    expect_sums_after(shape, 3 * isolated_fold_cycles(kArray, 20));
}

TEST(ArrayTiming, BackToBackFoldsLongerThanTheArray) {
    Shape shape;
    shape.folds = 5;
    shape.vectors = 20;
    EXPECT_EQ(back_to_back_fold_cycles(kArray, 20), 20u);
    expect_sums_after(shape, isolated_fold_cycles(kArray, 20) + 4 * back_to_back_fold_cycles(kArray, 20));
}

TEST(ArrayTiming, BackToBackFoldsShorterThanTheArray) {
    Shape shape;
    shape.folds = 5;
    shape.vectors = 3;
    EXPECT_EQ(back_to_back_fold_cycles(kArray, 3), 8u);
    expect_sums_after(shape, isolated_fold_cycles(kArray, 3) + 4 * back_to_back_fold_cycles(kArray, 3));
}

TEST(ArrayTiming, CorrectionCostsOneCycleOfLatencyPerRun) {
    Shape shape;
    shape.folds = 5;
    shape.vectors = 20;
    shape.corrected = true;
    EXPECT_EQ(mac_plus_latency_cycles(true), 1u);
    expect_sums_after(shape, isolated_fold_cycles(kArray, 20) + 4 * 20 + 1);
}

TEST(ArrayTiming, UnpipelinedMacPlusHalvesThroughput) {
    Shape shape;
    shape.folds = 2;
    shape.vectors = 20;
    shape.corrected = true;
    shape.pipelined = false;
    expect_sums_after(shape, isolated_fold_cycles(kArray, 2 * 20) + 2 * 20 + 1);
}

TEST(ArrayTiming, NarrowActivationPortStretchesStreaming) {
    Shape shape;
    shape.vectors = 20;
    shape.banks = 1;
    shape.port_bytes = 4;  // 8 rows need two cycles a vector
    expect_sums_after(shape, isolated_fold_cycles(kArray, 2 * 20));
}

// Vectors of 8 bytes in two banks of 5-byte words: vector t lies in words 8 t / 5 to (8 t + 7) / 5. In every
// five, the second and the fourth lie in three words, two of them in one bank.
TEST(ArrayTiming, BankConflictsStretchStreaming) {
    Shape shape;
    shape.vectors = 10;
    shape.banks = 2;
    shape.port_bytes = 5;
    expect_sums_after(shape, isolated_fold_cycles(kArray, 10 + 4));
}

TEST(ArrayTiming, BankConflictsHaveTheirOwnCause) {
    Shape shape;
    shape.vectors = 10;
    shape.banks = 2;
    shape.port_bytes = 5;
    Bench bench("bench", config_of(shape), layer_of(shape));
    sc_core::sc_start(isolated_fold_cycles(kArray, 10 + 4) * 2 * kClock);
    const LayerStats stats = bench.recorder.layers().front();
    EXPECT_EQ(stats.busy_cycles, 10u);
    EXPECT_EQ(stats.stalls(Stall::bank_conflict), 4u);
    EXPECT_EQ(stats.stalls(Stall::activation_port), 0u);
}

TEST(ArrayTiming, OutputStationaryTile) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 8;
    shape.steps = 20;
    EXPECT_EQ(isolated_fold_cycles(kArray, 20, kOutputStationary), 20u + 2 * 8 + 4 - 2);
    expect_sums_after(shape, 20 + 2 * 8 + 4 - 2);
}

TEST(ArrayTiming, OutputStationaryTilesLongerThanTheArray) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 5 * 8 - 3;  // the last tile is not full and leaves no earlier
    shape.steps = 20;
    expect_sums_after(shape, 20 + 2 * 8 + 4 - 2 + 4 * 20);
}

TEST(ArrayTiming, OutputStationaryTilesShorterThanTheArray) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 5 * 8;
    shape.steps = 3;
    EXPECT_EQ(back_to_back_fold_cycles(kArray, 3, kOutputStationary), 8u);
    expect_sums_after(shape, 3 + 2 * 8 + 4 - 2 + 4 * 8);
}

TEST(ArrayTiming, OutputStationaryCorrectionCostsOneCycle) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 5 * 8;
    shape.steps = 20;
    shape.corrected = true;
    expect_sums_after(shape, 20 + 2 * 8 + 4 - 2 + 4 * 20 + 1);
}

TEST(ArrayTiming, OutputStationarySumsLeaveAnUnpipelinedMacPlusEverySecondCycle) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 5 * 8;
    shape.steps = 10;
    shape.corrected = true;
    shape.pipelined = false;
    expect_sums_after(shape, 10 + 8 + 4 - 1 + 7 * 2 + 4 * (2 * 8) + 1);
}

TEST(ArrayTiming, OutputStationaryNarrowPortsStretchSteps) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 2 * 8;
    shape.steps = 16;
    shape.banks = 1;
    shape.port_bytes = 4;  // 8 pixels need two cycles a step
    expect_sums_after(shape, 2 * 16 + 2 * 8 + 4 - 2 + 2 * 16);
}

TEST(ArrayTiming, OutputStationaryNarrowWeightPortStretchesSteps) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 2 * 8;
    shape.steps = 16;
    shape.weight_port_bytes = 2;  // 4 filters need two cycles a step; the filters' parameters come once
    const std::uint64_t parameters = 4 * sizeof(FilterParameters) / 2;
    expect_sums_after(shape, 2 * 16 + parameters + 2 * 8 + 4 - 2 + 2 * 16);
}

TEST(ArrayTiming, InputStationaryFold) {
    Shape shape;
    shape.dataflow = kInputStationary;
    shape.vectors = 4;
    shape.filters = 20;
    shape.shadow = false;
    EXPECT_EQ(isolated_fold_cycles(kArray, 20, kInputStationary), 8u + 20 + 8 + 4 - 2);
    expect_sums_after(shape, 8 + 20 + 8 + 4 - 2);
}

TEST(ArrayTiming, InputStationaryFoldsWithoutShadowRepeatTheWholeFold) {
    Shape shape;
    shape.dataflow = kInputStationary;
    shape.vectors = 3 * 4;
    shape.filters = 20;
    shape.shadow = false;
    expect_sums_after(shape, 3 * (8 + 20 + 8 + 4 - 2));
}

TEST(ArrayTiming, InputStationaryShortBackToBackFolds) {
    Shape shape;
    shape.dataflow = kInputStationary;
    shape.folds = 2;
    shape.vectors = 3 * 4;
    shape.filters = 3;
    expect_sums_after(shape, 8 + 3 + 8 + 4 - 2 + 5 * 8);
}

TEST(ArrayTiming, InputStationaryLongBackToBackFolds) {
    Shape shape;
    shape.dataflow = kInputStationary;
    shape.folds = 2;
    shape.vectors = 3 * 4;
    shape.filters = 20;
    shape.corrected = true;
    expect_sums_after(shape, 8 + 20 + 8 + 4 - 2 + 5 * 20 + 1);
}

TEST(ArrayTiming, MultiplierStagesAddTheirLatencyOnceARun) {
    Shape shape;
    shape.folds = 5;
    shape.vectors = 20;
    shape.stages = 3;
    expect_sums_after(shape, isolated_fold_cycles(kArray, 20) + 4 * 20 + 3);
}

TEST(ArrayTiming, MultiplierStagesAddTheirLatencyToEveryFoldWithoutShadow) {
    Shape shape;
    shape.folds = 3;
    shape.vectors = 20;
    shape.shadow = false;
    shape.stages = 2;
    expect_sums_after(shape, 3 * (isolated_fold_cycles(kArray, 20) + 2));
}

TEST(ArrayTiming, MultiplierStagesOfAnOutputStationaryArray) {
    Shape shape;
    shape.dataflow = kOutputStationary;
    shape.vectors = 5 * 8;
    shape.steps = 20;
    shape.stages = 1;
    expect_sums_after(shape, 20 + 2 * 8 + 4 - 2 + 4 * 20 + 1);
}

TEST(ArrayTiming, ArrayCyclesEqualTheModelOnRandomLayers) {
    std::mt19937 random(3);
    const auto up_to = [&](std::uint32_t n) { return 1 + static_cast<std::uint32_t>(random() % n); };
    struct Run {
        AcceleratorConfig config;
        LayerDescriptor d;
        std::unique_ptr<Bench> bench;
    };
    std::vector<Run> runs(120);
    for (Run& run : runs) {
        Shape shape;
        shape.dataflow = kDataflows[random() % kDataflows.size()];
        shape.shadow = random() % 2 != 0;
        shape.corrected = random() % 2 != 0;
        shape.stages = up_to(4) - 1;
        shape.port_bytes = up_to(9);
        shape.banks = 1u << (random() % 4);
        shape.weight_port_bytes = up_to(200);
        run.config = config_of(shape);
        run.config.activation_buffer.bank_skew = up_to(4) - 1;
        run.config.pe_array.rows = up_to(9);
        run.config.pe_array.columns = up_to(9);
        LayerDescriptor& d = run.d = layer_of(shape);
        d.groups = up_to(2);
        d.input_channels = d.groups * up_to(20);
        d.output_channels = d.groups * up_to(20);
        d.kernel_height = d.kernel_width = up_to(2);
        d.output_width = up_to(8);
        d.output_height = up_to(6);
        d.input_width = d.output_width + d.kernel_width - 1;
        d.input_height = d.output_height + d.kernel_height - 1;
        d.tile_rows = up_to(d.output_height);
        run.bench = std::make_unique<Bench>(sc_core::sc_gen_unique_name("bench"), run.config, d);
    }
    sc_core::sc_start(1, sc_core::SC_MS);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Run& run = runs[i];
        EXPECT_EQ(run.bench->deliveries, 0) << i;
        const std::uint64_t correction = (run.d.flags & kFlagCorrection) != 0 ? 1 : 0;
        EXPECT_EQ(run.bench->last_sum,
                  static_cast<double>(array_cycles(run.config, run.d) + correction) * kClock)
            << "layer " << i << ", " << to_string(run.d.dataflow)
            << (run.config.pe_array.shadow_weights ? ", shadow" : "");
    }
}

}  // namespace
}  // namespace approxtlm
