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
constexpr OperatingPoint kNominal{1000, 1};

/// Four rows, classes 0, 1 and 2 with 1, 1 and 2 rows.
AcceleratorConfig config() {
    AcceleratorConfig c;
    c.pe_array.rows = 4;
    c.pe_array.columns = 16;
    c.weight_buffer.capacity_bytes = 1024;
    c.activation_buffer = {2048, 1, 64};
    c.accumulator_buffer = {8192, 2, 64};  // banks of 4096 bytes
    return c;
}

/// 500 vectors through rows 2 to 4 of 10 columns.
ActivityCounts activity() {
    ActivityCounts a;
    const auto pe = [&](std::size_t k, PeFeature f, std::uint64_t n) { a.pe.at(k, f) = n; };
    pe(1, PeFeature::cycles, 5000);
    pe(2, PeFeature::cycles, 10000);
    pe(1, PeFeature::activation_toggles, 700);
    pe(2, PeFeature::activation_toggles, 1300);
    pe(2, PeFeature::partial_products_3, 900);
    pe(1, PeFeature::psum_toggles, 1100);
    pe(2, PeFeature::psum_toggles, 1900);
    pe(2, PeFeature::psum_in_toggles, 2100);
    a.pe.at(1, RowCount::row_cycles) = 500;
    a.pe.at(2, RowCount::row_cycles) = 1000;
    a[Activity::sum_a_toggles] = 300;
    a[Activity::weight_loads] = 30;
    return a;
}

PowerEstimate price(const ActivityCounts& a, const PricedDesign& design,
                    const OperatingPoint& point = kNominal, const AcceleratorConfig& c = config()) {
    return estimate(a, kCycles, load_file(small_file()), point, c, design);
}

// A thousand cycles at 1 GHz take a microsecond: 1 fJ per image is 1e-6 mW, as is 1 nW.
constexpr double kMw = 1e-6;

TEST(Estimator, ExactDesignInClosedForm) {
    const PowerEstimate e = price(activity(), {Multiplier{}, false, true});
    EXPECT_DOUBLE_EQ(e.latency_us, 1);
    EXPECT_DOUBLE_EQ(e.mw.multiplier, (900 * 2 + 15000 * 0.5) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.accumulator, 2100 * 3 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.registers, (2000 * 4 + 3000 * 5) * kMw);
    // Sum-A cells of classes 1 and 2: 16 + 12 / 6 and 16 + 24 / 6 fJ.
    EXPECT_DOUBLE_EQ(e.mw.correction, (500 * 18 + 1000 * 20 + 300 * 2) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.clock, (5000 * 22 + 10000 * 24 + 30 * 10) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.leakage, (64 * 8 + 4 * 4) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.skew_registers, 3 * (8 * 6 + 18 * 120) * kMw);  // leakage alone
    EXPECT_DOUBLE_EQ(e.mw.buffers + e.mw.dma + e.mw.vector_unit + e.mw.sequencer + e.mw.bus + e.mw.dram, 0);
    EXPECT_DOUBLE_EQ(e.array_energy_uj, e.mw.array_mw() * e.latency_us * 1e-3);
    EXPECT_DOUBLE_EQ(e.array_area_um2, 64 * 50 + 4 * 6);
    EXPECT_DOUBLE_EQ(e.model_error.mean_percent, 1.5);
    EXPECT_DOUBLE_EQ(e.model_error.worst_percent, 4);
}

TEST(Estimator, EveryFeatureIsPricedByItsOwnCoefficient) {
    TechnologyFile file = small_file();
    for (auto& [row, r] : file.pe.at("exact").rows) {
        r.model = {};
        double fj = 1;
        for (std::size_t c = 0; c < kComponents; ++c)
            for (const PeFeature f : component_features(static_cast<Component>(c)))
                coefficient(r.model, static_cast<Component>(c), f) = fj++;
    }
    const Technology t = load_file(file);
    for (std::size_t f = 0; f < kPeFeatures; ++f) {
        ActivityCounts a;
        a.pe.at(1, static_cast<PeFeature>(f)) = 1000;
        double fj = 0;
        for (std::size_t c = 0; c < kComponents; ++c)
            if (static_cast<Component>(c) != Component::leakage)
                fj += coefficient(file.pe.at("exact").rows.at(1).model, static_cast<Component>(c),
                                  static_cast<PeFeature>(f));
        const PowerEstimate e = estimate(a, kCycles, t, kNominal, config(), {Multiplier{}, false, false});
        EXPECT_NEAR(e.mw.array_mw() - e.mw.leakage, 1000 * fj * kMw, 1e-12) << kPeFeatureNames[f];
        EXPECT_GT(fj, 0) << kPeFeatureNames[f];
    }
}

TEST(Estimator, CorrectionByOrganization) {
    ActivityCounts a = activity();
    a[Activity::sum_x_toggles] = 240;
    a.pe.at(2, PeFeature::sum_x_toggles) = 2400;
    a[Activity::mac_plus_ops] = 50;
    const PowerEstimate shared = price(a, {kTruncated7, true, false});
    EXPECT_DOUBLE_EQ(shared.mw.correction, (500 * 10 + 1000 * 12 + 240 * 2 + 50 * (100 + 30)) * kMw);
    EXPECT_DOUBLE_EQ(shared.mw.leakage, (64 * 4 + 4 * 4 + 16 * 5) * kMw);
    EXPECT_DOUBLE_EQ(shared.array_area_um2, 64 * 25 + 4 * 6 + 16 * 40);
    const PowerEstimate per_mac = price(a, {kTruncated7, true, false, CorrectionOrganization::per_mac});
    EXPECT_DOUBLE_EQ(per_mac.mw.correction, (2400 * 6 + 50 * (100 + 30)) * kMw);
    EXPECT_DOUBLE_EQ(per_mac.array_area_um2, 64 * 37.5 + 16 * 40);
    // Without a correction the organization does not matter: plain PEs.
    const PowerEstimate bare = price(a, {kTruncated7, false, false, CorrectionOrganization::per_mac});
    EXPECT_DOUBLE_EQ(bare.mw.correction, 0);
    EXPECT_DOUBLE_EQ(bare.array_area_um2, 64 * 25);
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
    a.pe.at(EdgeCount::skew_captures) = 1000;
    a.pe.at(EdgeCount::deskew_captures) = 2000;
    a.pe.at(EdgeCount::skew_toggles) = 700;
    a.pe.at(EdgeCount::deskew_toggles_twice) = 1000;
    const PowerEstimate e = price(a, {Multiplier{}});
    EXPECT_DOUBLE_EQ(e.mw.array_mw(), array);
    EXPECT_DOUBLE_EQ(e.mw.skew_registers,
                     (1000 * 8 + 2000 * 18 + 2 * (700 + 500) + 3 * (8 * 6 + 18 * 120)) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.buffers, 1e3 * (10 * 1 + 20 * 4 + 30 * 4) * kMw);
    EXPECT_DOUBLE_EQ(e.mw.dma, 1e3 * 111 * 3 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.vector_unit, 1e3 * 13 * 5 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.sequencer, 1e3 * 2 * 7 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.bus, 1e3 * 111 * 11 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.dram, 1e3 * 111 * 13 * kMw);
    EXPECT_DOUBLE_EQ(e.mw.system_mw(), e.mw.accelerator_mw() + e.mw.bus + e.mw.dram);
    EXPECT_NEAR(e.accelerator_energy_uj, e.mw.accelerator_mw() * e.latency_us * 1e-3, 1e-15);
    EXPECT_NEAR(e.system_energy_uj, e.mw.system_mw() * e.latency_us * 1e-3, 1e-15);
}

TEST(Estimator, SlowerClockKeepsDynamicEnergyAndLeaksLonger) {
    const PowerEstimate fast = price(activity(), {Multiplier{}});
    const PowerEstimate slow = price(activity(), {Multiplier{}}, {250, 1});
    EXPECT_DOUBLE_EQ(slow.latency_us, 4);
    EXPECT_DOUBLE_EQ(slow.mw.multiplier, fast.mw.multiplier / 4);
    EXPECT_DOUBLE_EQ(slow.mw.leakage, fast.mw.leakage);
}

TEST(Estimator, IdleArrayOnlyLeaks) {
    const PowerEstimate e = price(ActivityCounts{}, {Multiplier{}});
    EXPECT_DOUBLE_EQ(e.mw.array_mw(), e.mw.leakage);
    EXPECT_GT(e.mw.leakage, 0);
}

TEST(Estimator, WithoutClockGatingEveryRegisterSeesEveryCycle) {
    AcceleratorConfig c = config();
    c.power.clock_gating = false;
    ActivityCounts a = activity();
    a[Activity::mac_plus_ops] = 50;
    const PricedDesign design{kTruncated7, true, true};
    const PowerEstimate gated = price(a, design), open = price(a, design, kNominal, c);
    // 16 PEs of a class-0 row, 16 of a class-1 row, 32 of class 2; weight registers of all 64.
    EXPECT_DOUBLE_EQ(open.mw.clock, 0.5 * (16 * 20 + 16 * 22 + 32 * 24 + 64 * 10) * 1000 * kMw);
    EXPECT_DOUBLE_EQ(gated.mw.clock, 0.5 * (5000 * 22 + 10000 * 24 + 30 * 10) * kMw);
    // Sum-A and sum-x cells of classes 0, 1, 2, 2, and sixteen MAC+.
    const double cells = 16 + 18 + 20 + 20 + 8 + 10 + 12 + 12, worked = 500 * (18 + 10) + 1000 * (20 + 12);
    EXPECT_NEAR(open.mw.correction - gated.mw.correction,
                (cells * 1000 - worked + 30 * (16 * 1000 - 50)) * kMw, 1e-12);
    EXPECT_DOUBLE_EQ(open.mw.multiplier, gated.mw.multiplier);
    EXPECT_GT(open.mw.skew_registers, gated.mw.skew_registers);
    EXPECT_DOUBLE_EQ(open.mw.leakage, gated.mw.leakage);
}

TEST(Estimator, ZeroGatingSavesTheActivationRegistersClockAndPaysAFlag) {
    AcceleratorConfig c = config();
    c.power.zero_gating = true;
    ActivityCounts a = activity();
    a.pe.at(2, RowCount::zero_cycles) = 4000;
    a.pe.at(2, RowCount::zero_flag_toggles) = 600;
    const PricedDesign design{Multiplier{}, false, false};
    const PowerEstimate off = price(a, design), on = price(a, design, kNominal, c);
    EXPECT_NEAR(on.mw.clock - off.mw.clock, (15000 * 1 - 8 * 4000 * 1) * kMw, 1e-12);
    EXPECT_NEAR(on.mw.registers - off.mw.registers, 600 * 2 * kMw, 1e-12);
    EXPECT_NEAR(on.mw.leakage - off.mw.leakage, 64 * 3 * kMw, 1e-12);
    EXPECT_DOUBLE_EQ(on.array_area_um2 - off.array_area_um2, 64 * 4);
}

TEST(Estimator, VoltageFollowsTheAlphaPowerLaw) {
    const Technology t = load_file(small_file());
    EXPECT_DOUBLE_EQ(fastest_clock_mhz(t, 1), 1000);
    // delay ~ V / (V - 0.25)^2
    EXPECT_DOUBLE_EQ(fastest_clock_mhz(t, 0.75), 1000 * (1 / 0.5625) / (0.75 / 0.25));
    EXPECT_DOUBLE_EQ(fastest_clock_mhz(t, 1.25), 1000 * (1 / 0.5625) / (1.25 / 1));
    ActivityCounts a = activity();
    a[Activity::memory_read_bytes] = 100;
    const PowerEstimate nominal = price(a, {Multiplier{}}, {500, 1}),
                        low = price(a, {Multiplier{}}, {500, 0.75});
    EXPECT_DOUBLE_EQ(low.mw.multiplier, nominal.mw.multiplier * 0.5625);
    EXPECT_DOUBLE_EQ(low.mw.dma, nominal.mw.dma * 0.5625);
    EXPECT_DOUBLE_EQ(low.mw.leakage, nominal.mw.leakage * 0.75);
    EXPECT_DOUBLE_EQ(low.mw.dram, nominal.mw.dram);
    EXPECT_NO_THROW(price(a, {Multiplier{}}, {fastest_clock_mhz(t, 0.75), 0.75}));
}

std::string refusal(const OperatingPoint& point) {
    try {
        price(activity(), {Multiplier{}}, point);
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Estimator, RefusesOperatingPointsOutsideTheRule) {
    EXPECT_EQ(
        refusal({100, 0.74}),
        "--voltage-v: got 0.74, expected 0.75 to 1.25, where the scaling rule of technology small holds");
    EXPECT_EQ(
        refusal({100, 1.26}),
        "--voltage-v: got 1.26, expected 0.75 to 1.25, where the scaling rule of technology small holds");
    EXPECT_EQ(refusal({593, 0.75}),
              "--clock-mhz: got 593, expected above 0 and at most 592.593, the clock that technology small "
              "was made "
              "for, at 0.75 V");
    EXPECT_EQ(refusal({1001, 1}),
              "--clock-mhz: got 1001, expected above 0 and at most 1000, the clock that technology small was "
              "made for");
    EXPECT_NE(refusal({0, 1}), "no error");
    EXPECT_EQ(refusal({592, 0.75}), "no error");
}

TEST(Estimator, RefusesAVariateThatWasNotMeasured) {
    for (const auto organization : {CorrectionOrganization::shared_column, CorrectionOrganization::per_mac}) {
        PricedDesign design{kTruncated7, true, true, organization};
        EXPECT_NO_THROW(price(activity(), design));
        design.variate = Variate::popcount;
        EXPECT_THROW(price(activity(), design), InputError);
        design.corrected = false;
        EXPECT_NO_THROW(price(activity(), design));
    }
}

TEST(Estimator, RefusesWhatWasNotMeasured) {
    AcceleratorConfig tall = config();
    tall.pe_array.rows = 65;
    EXPECT_THROW(price(activity(), {Multiplier{}}, kNominal, tall), InputError);
    PricedDesign with_sign{Multiplier{}};
    with_sign.encoding = Encoding::signed_codes;
    EXPECT_THROW(price(activity(), with_sign), InputError);
    EXPECT_THROW(estimate(activity(), 0, load_file(small_file()), kNominal, config(), {}),
                 std::invalid_argument);
}

TEST(Estimator, NotesSayWhatWasNotMeasured) {
    const Technology t = load_file(small_file());
    AcceleratorConfig c;
    EXPECT_TRUE(estimate_notes(c, {Dataflow::weight_stationary}, t, kNominal).empty());
    EXPECT_EQ(
        estimate_notes(c, {Dataflow::weight_stationary, Dataflow::output_stationary}, t, kNominal).size(),
        1u);
    c.pe_array.multiplier_stages = 2;
    c.power = {false, true};
    const auto notes = estimate_notes(c, {kDataflows.begin(), kDataflows.end()}, t, {100, 0.75});
    ASSERT_EQ(notes.size(), 6u);
    EXPECT_NE(notes[2].find("2 pipeline stages are counted"), std::string::npos) << notes[2];
    EXPECT_NE(notes[5].find("0.75 V instead of the 1 V that was measured: a rule."), std::string::npos)
        << notes[5];
}

// No saving is typed in: the tables decide.
TEST(Estimator, SwappingTwoTablesSwapsTheResult) {
    TechnologyFile swapped = small_file();
    std::swap(swapped.pe.at("exact"), swapped.pe.at("truncated:7"));
    const Technology as_is = load_file(small_file());
    const PricedDesign exact{Multiplier{}, false, false}, truncated{kTruncated7, false, false};
    const auto array_mw = [&](const Technology& t, const PricedDesign& design) {
        return estimate(activity(), kCycles, t, kNominal, config(), design).mw.array_mw();
    };
    const double exact_mw = array_mw(as_is, exact), truncated_mw = array_mw(as_is, truncated);
    const Technology other = load_file(swapped);
    EXPECT_DOUBLE_EQ(array_mw(other, truncated), exact_mw);
    EXPECT_DOUBLE_EQ(array_mw(other, exact), truncated_mw);
    EXPECT_GT(exact_mw, 1.5 * truncated_mw);
}

}  // namespace
}  // namespace approxtlm::power
