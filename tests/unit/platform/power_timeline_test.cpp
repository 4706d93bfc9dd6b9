#include "platform/simulation/power_timeline.h"

#include <gtest/gtest.h>

namespace approxtlm::platform {
namespace {

LayerPower layer(std::uint64_t cycles) {
    LayerPower l;
    l.cycles = cycles;
    l.mw.multiplier = 10;
    l.mw.leakage = 1;
    l.mw.buffers = 4;
    l.mw.dma = 2;
    l.mw.bus = 3;
    l.mw.dram = 5;
    l.mw.vector_unit = 6;
    l.mw.sequencer = 7;
    return l;
}

/// Milliwatts times cycles.
PowerSample total(const PowerTimeline& timeline, Cycle end) {
    PowerSample sum;
    for (const PowerSample& s : timeline.samples) {
        const auto cycles = static_cast<double>(std::min(timeline.window, end - s.at));
        sum.array_mw += cycles * s.array_mw;
        sum.accelerator_mw += cycles * s.accelerator_mw;
        sum.system_mw += cycles * s.system_mw;
    }
    return sum;
}

TEST(PowerTimeline, SamplesAddUpToTheJobsEnergy) {
    const std::vector<BusySlice> slices{{Unit::pe_array, 0, 100, 400},    {Unit::pe_array, 1, 500, 900},
                                        {Unit::dma_weights, 0, 0, 50},    {Unit::dma_weights, 1, 60, 90},
                                        {Unit::dma_descriptor, 0, 0, 10}, {Unit::dma_store, 1, 900, 950},
                                        {Unit::weight_shift, 0, 50, 100}};
    const PowerTimeline timeline = power_timeline({layer(480), layer(520)}, slices);
    EXPECT_EQ(timeline.window, 64u);
    ASSERT_EQ(timeline.samples.size(), 16u);  // 1000 cycles
    const PowerSample sum = total(timeline, 1000);
    EXPECT_NEAR(sum.array_mw, 11 * 1000, 1e-6);
    EXPECT_NEAR(sum.accelerator_mw, (11 + 4 + 2 + 6 + 7) * 1000, 1e-6);
    EXPECT_NEAR(sum.system_mw, (11 + 4 + 2 + 6 + 7 + 8) * 1000, 1e-6);
}

TEST(PowerTimeline, EnergyFlowsWhileTheUnitWorks) {
    // 480 cycles of 10 mW in 240 busy cycles: 20 mW, and leakage beside it.
    const PowerTimeline timeline = power_timeline({layer(640)}, {{Unit::pe_array, 0, 64, 384}});
    ASSERT_EQ(timeline.samples.size(), 10u);
    EXPECT_DOUBLE_EQ(timeline.samples[0].array_mw, 1);
    EXPECT_DOUBLE_EQ(timeline.samples[1].array_mw, 21);
    EXPECT_DOUBLE_EQ(timeline.samples[5].array_mw, 21);
    EXPECT_DOUBLE_EQ(timeline.samples[6].array_mw, 1);
    // What never worked is spread over the layer: DMA 2, bus 3, DRAM 5, vector unit 6, sequencer 7.
    EXPECT_DOUBLE_EQ(timeline.samples[6].accelerator_mw, 1 + 2 + 6 + 7);
    EXPECT_DOUBLE_EQ(timeline.samples[6].system_mw, 1 + 2 + 6 + 7 + 8);
}

TEST(PowerTimeline, LongJobsHaveWiderWindows) {
    const PowerTimeline timeline = power_timeline({layer(10'000'000)}, {});
    EXPECT_LE(timeline.samples.size(), 2000u);
    EXPECT_GT(timeline.samples.size(), 1900u);
    EXPECT_TRUE(power_timeline({}, {}).samples.empty());
}

class Counting : public UnitObserver {
public:
    void begin(Unit, const Work&, Cycle) override { ++begun; }
    void end(Unit, Cycle) override { ++ended; }
    void level(Level, int, Cycle) override { ++levels; }
    int begun = 0, ended = 0, levels = 0;
};

TEST(BusyRecorder, KeepsWorkAndPassesEverythingOn) {
    Counting next;
    BusyRecorder recorder(&next);
    Work work;
    work.layer = 3;
    recorder.begin(Unit::pe_array, work, 10);
    recorder.begin(Unit::dma_store, work, 11);
    recorder.end(Unit::pe_array, 20);
    recorder.end(Unit::dma_store, 11);  // no time: not kept
    work.stalled = true;
    recorder.begin(Unit::pe_array, work, 20);
    recorder.end(Unit::pe_array, 30);
    recorder.level(Level::accumulators, 1, 30);
    ASSERT_EQ(recorder.slices().size(), 1u);
    EXPECT_EQ(recorder.slices()[0].layer, 3u);
    EXPECT_EQ(recorder.slices()[0].begin, 10u);
    EXPECT_EQ(recorder.slices()[0].end, 20u);
    EXPECT_EQ(next.begun, 3);
    EXPECT_EQ(next.ended, 3);
    EXPECT_EQ(next.levels, 1);
    BusyRecorder alone(nullptr);
    alone.begin(Unit::pe_array, {}, 0);
    alone.end(Unit::pe_array, 1);
    EXPECT_EQ(alone.slices().size(), 1u);
}

}  // namespace
}  // namespace approxtlm::platform
