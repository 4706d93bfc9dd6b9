// The cycles that docs/timing.md and models/common/array_timing.h state, on the RTL twin, written out as
// numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <systemc>

#include "tests/rtl/array_bench.h"
#include "tests/rtl/twin_run.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm::testing {
namespace {

/// PeArray and Correction on random layers; made with the twins, before time begins.
struct Comparison {
    BenchLayer layer;
    std::unique_ptr<ArrayBench> bench;
};
constexpr std::size_t kLayers = 8;

const std::vector<std::vector<Comparison>>& comparisons() {
    static const std::vector<std::vector<Comparison>> all = [] {
        const sc_core::sc_time clock(1, sc_core::SC_NS);
        std::vector<std::vector<Comparison>> made;
        std::mt19937 random(4);
        for (const auto& twin : twins()) {
            std::vector<Comparison> layers(kLayers);
            for (Comparison& c : layers) {
                const FoldEngine::Config& engine = twin->shape().engine;
                c.layer.array.rows = engine.rows;
                c.layer.array.columns = engine.columns;
                c.layer.array.shadow_weights = engine.shadow_weights;
                c.layer.array.multiplier_stages = engine.multiplier_stages;
                c.layer.reduction = 1 + static_cast<std::uint32_t>(random() % (4 * engine.rows));
                c.layer.columns = 1 + static_cast<std::uint32_t>(random() % engine.columns);
                c.layer.vectors = 1 + static_cast<std::uint32_t>(random() % (2 * engine.rows + 3));
                c.layer.corrected = engine.sum_x && random() % 2 != 0;
                c.bench = std::make_unique<ArrayBench>(sc_core::sc_gen_unique_name("bench"), c.layer, clock);
            }
            made.push_back(std::move(layers));
        }
        sc_core::sc_start(20000 * clock);
        return made;
    }();
    return all;
}

class RtlTiming : public ::testing::TestWithParam<std::size_t> {
protected:
    RtlTiming()
        : twin(*twins().at(GetParam())),
          shape(twin.shape()),
          rows(shape.engine.rows),
          columns(shape.engine.columns),
          drain(rows + columns - 2 + shape.engine.multiplier_stages) {
        comparisons();  // every module before the first cycle
        twin.reset();
    }
    std::vector<Delivery> deliveries(const RandomRun& run) {
        std::vector<std::uint64_t> accepted;
        RunResult result = simulate(twin, run, accepted);
        EXPECT_FALSE(result.hung);
        EXPECT_EQ(result.complaint, "");
        return result.deliveries;
    }
    /// Cycle of the last sum, of MAC+ where there is one.
    std::uint64_t last_cycle(const RandomRun& run) {
        std::uint64_t last = 0;
        for (const Delivery& d : deliveries(run)) last = std::max(last, d.cycle);
        return last;
    }
    std::vector<std::uint32_t> vector_counts() const {
        return {1, 2, (rows + 1) / 2, rows, rows + 1, 3 * rows};
    }

    Twin& twin;
    const TwinShape shape;
    const std::uint32_t rows, columns;
    const std::uint32_t drain;  ///< last vector to last sum
};

TEST_P(RtlTiming, IsolatedFoldTakesLoadPlusVectorsPlusDrain) {
    for (const std::uint32_t vectors : vector_counts()) {
        for (const std::uint32_t used : {rows, (rows + 1) / 2, 1u}) {
            const RandomRun run = layer_run(shape, used, columns, vectors, false, 1);
            EXPECT_EQ(last_cycle(run), rows + vectors + drain)
                << shape.name << ", " << vectors << " vectors, " << used << " rows";
        }
    }
}

TEST_P(RtlTiming, FurtherFoldsCostMaxOfVectorsAndRowsWithShadowWeightsElseAllOfIt) {
    for (const std::uint32_t vectors : vector_counts()) {
        const std::uint32_t alone = rows + vectors + drain;
        const RandomRun run = layer_run(shape, 4 * rows, columns, vectors, false, 2);
        ASSERT_EQ(run.folds.size(), 4u);
        const std::uint32_t want =
            shape.engine.shadow_weights ? alone + 3 * std::max(vectors, rows) : 4 * alone;
        EXPECT_EQ(last_cycle(run), want) << shape.name << ", " << vectors << " vectors";
    }
}

TEST_P(RtlTiming, CorrectionCostsOneCycleAtTheEndAndNoThroughput) {
    if (!shape.engine.sum_x) return;  // nothing to correct with
    for (const std::uint32_t vectors : vector_counts()) {
        const RandomRun bare = layer_run(shape, 3 * rows, columns, vectors, false, 3);
        const RandomRun corrected = layer_run(shape, 3 * rows, columns, vectors, true, 3);
        EXPECT_EQ(last_cycle(corrected), last_cycle(bare) + 1) << shape.name << ", " << vectors << " vectors";
        // Vectors leave MAC+ one a cycle, each one cycle after it left the array.
        std::uint64_t array_cycle = 0, plus_cycle = 0;
        std::uint32_t checked = 0;
        for (const Delivery& d : deliveries(corrected)) {
            if (d.fold + 1 != corrected.folds.size()) continue;
            std::uint64_t& before = d.corrected ? plus_cycle : array_cycle;
            if (d.vector > 0) {
                EXPECT_EQ(d.cycle, before + 1) << shape.name << ", vector " << d.vector;
            }
            before = d.cycle;
            ++checked;
        }
        EXPECT_EQ(checked, 2 * vectors);
        EXPECT_EQ(plus_cycle, array_cycle + 1);
    }
}

TEST_P(RtlTiming, EqualsTheSystemCArrayOnRandomLayers) {
    for (const Comparison& c : comparisons().at(GetParam())) {
        const BenchLayer& l = c.layer;
        EXPECT_GT(c.bench->cycles(), 0u);
        EXPECT_EQ(last_cycle(layer_run(shape, l.reduction, l.columns, l.vectors, l.corrected, 5)),
                  c.bench->cycles())
            << shape.name << ", K " << l.reduction << ", N " << l.columns << ", T " << l.vectors << ", "
            << (l.corrected ? "corrected" : "bare") << ", layers of seed 4";
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, RtlTiming, ::testing::Range(std::size_t{0}, twin_names().size()),
                         [](const auto& test) { return twin_names()[test.param]; });

}  // namespace
}  // namespace approxtlm::testing
