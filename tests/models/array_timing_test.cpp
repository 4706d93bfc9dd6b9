// Cycles of the array and the correction stage, tight on both sides: not ready at n - 1, ready at n.
#include "models/common/array_timing.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <systemc>

#include "models/buffers/buffer.h"
#include "models/correction/correction.h"
#include "models/correction/correction_timing.h"
#include "models/pe_array/pe_array.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

const sc_core::sc_time kClock(1, sc_core::SC_NS);

struct Shape {
    std::uint32_t folds = 1, vectors = 1;
    bool shadow = true, corrected = false, pipelined = true;
    std::uint32_t port_bytes = 64;
};

/// Array and correction with weights and activations already in their buffers.
struct Bench : sc_core::sc_module {
    Bench(const sc_core::sc_module_name& name, const Shape& shape)
        : sc_module(name),
          array_config{8, 4, shape.shadow},
          correction_config{CorrectionOrganization::shared_column, 4, 16, shape.pipelined},
          recorder(kClock, false),
          weight_buffer("weight_buffer", BufferConfig{1u << 16, 1, 64}, kClock),
          activation_buffer("activation_buffer", BufferConfig{1u << 18, 1, shape.port_bytes}, kClock),
          accumulator_buffer("accumulator_buffer", BufferConfig{1u << 18, 1, 64}, kClock),
          array("array", array_config, engine_config(array_config), kSlots, kClock, recorder),
          correction("correction", array_config, correction_config, kClock, recorder) {
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
        job->d.opcode = Opcode::matrix;
        job->d.input_channels = array_config.rows * shape.folds;
        job->d.input_height = job->d.output_height = 1;
        job->d.input_width = job->d.output_width = shape.vectors;
        job->d.output_channels = array_config.columns;
        job->d.tile_rows = 1;
        if (shape.corrected) job->d.flags |= kFlagCorrection;
        job->t = tiling_of(job->d, array_config.rows, array_config.columns);
        job->footprint = activation_footprint(job->d);
        job->tiles = 1;
        recorder.begin(1);
        shift_jobs.write(job);
        stream_jobs.write(job);
        tiles.write(TileLoaded{});
    }
    static FoldEngine::Config engine_config(const PeArrayConfig& array) {
        FoldEngine::Config c;
        c.rows = array.rows;
        c.columns = array.columns;
        return c;
    }

    static constexpr std::uint32_t kSlots = 64;
    const PeArrayConfig array_config;
    const CorrectionConfig correction_config;
    JobRecorder recorder;
    Buffer weight_buffer, activation_buffer, accumulator_buffer;
    PeArray array;
    Correction correction;
    sc_core::sc_fifo<JobPtr> shift_jobs{1}, stream_jobs{1};
    sc_core::sc_fifo<TileLoaded> tiles{1};
    sc_core::sc_fifo<SumsReady> sums{1};
    sc_core::sc_semaphore tile_free{0}, weights_ready{kSlots}, weight_slot_free{0}, accumulator_free{1};
};

/// Runs `shape` and expects its sums exactly `cycles` after the start.
void expect_sums_after(const Shape& shape, std::uint64_t cycles) {
    Bench bench("bench", shape);
    // A cycle counts once it is over: look just before and just after its end.
    sc_core::sc_start(static_cast<double>(cycles - 1) * kClock);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    EXPECT_EQ(bench.sums.num_available(), 0) << "too early, expected " << cycles;
    sc_core::sc_start(kClock);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    EXPECT_EQ(bench.sums.num_available(), 1) << "too late, expected " << cycles;
}

const PeArrayConfig kArray{8, 4, true};

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
    shape.port_bytes = 4;  // 8 rows need two cycles a vector
    expect_sums_after(shape, isolated_fold_cycles(kArray, 2 * 20));
}

}  // namespace
}  // namespace approxtlm
