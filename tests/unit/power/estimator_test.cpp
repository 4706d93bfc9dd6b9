#include "power/estimator/estimator.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "models/common/error.h"
#include "power/estimator/notes.h"
#include "tests/unit/power/fixture.h"

namespace approxtlm::power {
namespace {

const Multiplier kTruncated7{MultiplierFamily::truncated, 7};
constexpr std::uint64_t kCycles = 1000;

AcceleratorConfig config() {
    AcceleratorConfig c;
    c.pe_array.rows = 64;
    c.pe_array.columns = 16;
    c.weight_buffer.capacity_bytes = 1024;
    c.activation_buffer = {2048, 1, 64};
    c.accumulator_buffer = {8192, 2, 64};  // banks of 4096 bytes
    return c;
}

/// Half the array busy for half the time; activations toggle at the reference rate, partial sums at twice it.
ActivityCounts activity() {
    ActivityCounts a;
    a[Activity::pe_cycles] = 256000;
    a[Activity::row_cycles] = 32000;
    a[Activity::column_cycles] = 8000;
    a[Activity::weight_loads] = 1024;
    a[Activity::streaming_toggles] = 2 * 256000;
    a[Activity::psum_toggles] = 8 * 256000;
    return a;
}

PowerEstimate price(const ActivityCounts& a, const PricedDesign& design, double clock_mhz = 1000) {
    return estimate(a, kCycles, load_text(small_technology()), clock_mhz, config(), design);
}

// A thousand cycles at 1 GHz take a microsecond: 1 fJ per image is 1e-6 mW.
constexpr double kMw = 1e-6;

TEST(Estimator, ExactDesignInClosedForm) {
    const PowerEstimate e = price(activity(), {Multiplier{}, false, true});
    EXPECT_DOUBLE_EQ(e.latency_us, 1);
    EXPECT_DOUBLE_EQ(e.mw.multiplier, 256000 * 100 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.accumulator, 256000 * 2 * 40 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.registers, 256000 * (8 + 2 * 12) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.correction, 32000 * 50 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.clock, (256000 * 30 + 1024 * 10) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.leakage, 64 * 16 * 1000 * 2 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.buffers + e.mw.dma + e.mw.vector_unit + e.mw.sequencer, 0);
    EXPECT_DOUBLE_EQ(e.array_energy_uj, e.mw.array_mw() * e.latency_us * 1e-3);
    EXPECT_DOUBLE_EQ(e.array_area_um2, 64 * 16 * 50 + 64 * 11);
}

TEST(Estimator, NotesSayWhatWasNotMeasured) {
    PeArrayConfig array;
    EXPECT_TRUE(estimate_notes(array, {Dataflow::weight_stationary}).empty());
    EXPECT_EQ(estimate_notes(array, {Dataflow::weight_stationary, Dataflow::output_stationary}).size(), 1u);
    array.multiplier_stages = 2;
    const auto notes = estimate_notes(array, {kDataflows.begin(), kDataflows.end()});
    ASSERT_EQ(notes.size(), 3u);
    EXPECT_NE(notes[2].find("2 pipeline stages are counted"), std::string::npos) << notes[2];
}

TEST(Estimator, CorrectionByOrganization) {
    const double shared = price(activity(), {kTruncated7, true, false}).mw.correction;
    EXPECT_DOUBLE_EQ(shared, (8000 * 300 + 32000 * 40) * kMw);
    const PowerEstimate per_mac =
        price(activity(), {kTruncated7, true, false, CorrectionOrganization::per_mac});
    EXPECT_DOUBLE_EQ(per_mac.mw.correction, (256000 * 5 + 8000 * 300) * kMw);
    EXPECT_DOUBLE_EQ(per_mac.array_area_um2, 64 * 16 * 33 + 16 * 40);
    // Without a correction the organization does not matter: plain PEs.
    const PowerEstimate bare =
        price(activity(), {kTruncated7, false, false, CorrectionOrganization::per_mac});
    EXPECT_DOUBLE_EQ(bare.mw.correction, 0);
    EXPECT_DOUBLE_EQ(bare.array_area_um2, 64 * 16 * 30);
}

TEST(Estimator, SurroundingsAreOutsideTheArray) {
    ActivityCounts a = activity();
    const double array = price(a, {Multiplier{}}).mw.array_mw();
    a[Activity::weight_buffer_read_bytes] = 10;
    a[Activity::activation_buffer_write_bytes] = 20;
    a[Activity::accumulator_buffer_read_bytes] = 30;
    a[Activity::memory_read_bytes] = 100;
    a[Activity::memory_write_bytes] = 11;
    a[Activity::vector_unit_ops] = 13;
    a[Activity::descriptors] = 2;
    const PowerEstimate e = price(a, {Multiplier{}});
    EXPECT_DOUBLE_EQ(e.mw.array_mw(), array);
    EXPECT_DOUBLE_EQ(e.mw.buffers, 1e3 * (10 * 1 + 20 * 4 + 30 * 4) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.dma, 1e3 * 111 * 3 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.vector_unit, 1e3 * 13 * 5 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.sequencer, 1e3 * 2 * 7 * kMw);
    EXPECT_NEAR(e.accelerator_energy_uj, e.mw.accelerator_mw() * e.latency_us * 1e-3, 1e-15);
}

TEST(Estimator, SlowerClockKeepsDynamicEnergyAndLeaksLonger) {
    const PowerEstimate fast = price(activity(), {Multiplier{}});
    const PowerEstimate slow = price(activity(), {Multiplier{}}, 250);
    EXPECT_DOUBLE_EQ(slow.latency_us, 4);
    EXPECT_DOUBLE_EQ(slow.mw.multiplier, fast.mw.multiplier / 4);
    EXPECT_DOUBLE_EQ(slow.mw.leakage, fast.mw.leakage);
}

TEST(Estimator, IdleArrayOnlyLeaks) {
    const PowerEstimate e = price(ActivityCounts{}, {Multiplier{}});
    EXPECT_DOUBLE_EQ(e.mw.accelerator_mw(), e.mw.leakage);
}

TEST(Estimator, RefusesAVariateThatWasNotMeasured) {
    const Technology t = load_text(small_technology());
    PricedDesign design{{MultiplierFamily::truncated, 7}, true};
    EXPECT_NO_THROW(estimate(activity(), 1, t, 1000, config(), design));
    design.variate = Variate::popcount;
    try {
        estimate(activity(), 1, t, 1000, config(), design);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_EQ(
            std::string(error.what()),
            t.path + ": technology " + t.name +
                ": got no sum-x energy for variate popcount with truncated:7, expected variate or, which was "
                "measured; or --technology none");
    }
    design.corrected = false;
    EXPECT_NO_THROW(estimate(activity(), 1, t, 1000, config(), design));
}

TEST(Estimator, WrongInput) {
    const Technology t = load_text(small_technology());
    EXPECT_THROW(estimate(activity(), 0, t, 1000, config(), {}), std::invalid_argument);
    try {
        estimate(activity(), 1, t, 1001, config(), {});
        FAIL();
    } catch (const InputError& error) {
        EXPECT_STREQ(
            error.what(),
            "--clock-mhz: got 1001, expected above 0 and at most 1000, the clock at which technology small "
            "was measured");
    }
    EXPECT_THROW(estimate(activity(), 1, t, 0, config(), {}), InputError);
}

}  // namespace
}  // namespace approxtlm::power
