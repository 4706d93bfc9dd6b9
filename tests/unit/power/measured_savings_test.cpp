// The savings of the first measurements (docs/energy.md) come out of the committed technology files: nothing
// in the estimator knows a percentage.
#include <gtest/gtest.h>

#include <cmath>

#include "power/estimator/estimator.h"
#include "tests/unit/power/fixture.h"

namespace approxtlm::power {
namespace {

constexpr std::uint64_t kCycles = 1000000;

/// Every PE works in every cycle on operands that toggle like the reference stream.
double array_mw(const Technology& t, const PricedDesign& design) {
    const AcceleratorConfig config;
    const PeArrayConfig& array = config.pe_array;
    const bool per_mac = design.corrected && design.organization == CorrectionOrganization::per_mac;
    const PeEnergy& pe = t.pe(design.multiplier, per_mac);
    ActivityCounts a;
    a[Activity::pe_cycles] = kCycles * array.rows * array.columns;
    a[Activity::row_cycles] = kCycles * array.rows;
    a[Activity::column_cycles] = kCycles * array.columns;
    const auto pe_cycles = static_cast<double>(a[Activity::pe_cycles]);
    a[Activity::streaming_toggles] =
        static_cast<std::uint64_t>(std::llround(pe.activation_toggles * pe_cycles));
    a[Activity::psum_toggles] = static_cast<std::uint64_t>(std::llround(pe.psum_toggles * pe_cycles));
    return estimate(a, kCycles, t, t.clock_mhz, config, design).mw.array_mw();
}

double saving(const Technology& t, const Multiplier& m, CorrectionOrganization organization) {
    return 100 *
           (1 - array_mw(t, {m, true, false, organization}) / array_mw(t, {Multiplier{}, false, false}));
}

struct Row {
    MultiplierFamily family;
    int m;
    CorrectionOrganization organization;
    std::array<double, 4> percent;  // asap7 tight, relaxed, nangate15 tight, relaxed
};

constexpr auto kPerforated = MultiplierFamily::perforated;
constexpr auto kRecursive = MultiplierFamily::recursive;
constexpr auto kTruncated = MultiplierFamily::truncated;
constexpr auto kShared = CorrectionOrganization::shared_column;
constexpr auto kPerMac = CorrectionOrganization::per_mac;

const Row kRows[] = {
    {kPerforated, 1, kShared, {21.5, 8.4, 20.6, 7.5}},   {kPerforated, 2, kShared, {28.8, 17.1, 32.4, 16.1}},
    {kPerforated, 3, kShared, {42.2, 29.5, 51.0, 26.4}}, {kRecursive, 3, kShared, {20.0, 11.6, 20.9, 12.2}},
    {kRecursive, 4, kShared, {25.6, 19.5, 35.5, 19.2}},  {kRecursive, 5, kShared, {38.2, 28.4, 46.6, 26.7}},
    {kTruncated, 5, kShared, {32.0, 21.8, 33.3, 22.4}},  {kTruncated, 6, kShared, {39.4, 28.3, 43.0, 29.4}},
    {kTruncated, 7, kShared, {46.2, 36.4, 50.7, 35.2}},  {kPerforated, 1, kPerMac, {10.8, -6.4, 12.5, -7.0}},
    {kPerforated, 2, kPerMac, {14.8, -2.4, 22.5, -3.8}}, {kPerforated, 3, kPerMac, {22.8, 5.1, 30.9, 1.3}},
    {kTruncated, 5, kPerMac, {21.1, 7.2, 22.4, 8.9}},    {kTruncated, 6, kPerMac, {27.6, 14.2, 34.0, 15.9}},
    {kTruncated, 7, kPerMac, {35.9, 22.5, 42.3, 21.6}},
};

TEST(MeasuredSavings, MatchTheGateLevelTable) {
    const std::array<std::string, 4> names{"asap7-tight", "asap7-relaxed", "nangate15-tight",
                                           "nangate15-relaxed"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Technology t = Technology::load(names[i]);
        for (const Row& row : kRows) {
            const Multiplier m{row.family, row.m};
            EXPECT_NEAR(saving(t, m, row.organization), row.percent[i], 0.1)
                << names[i] << " " << to_string(m)
                << (row.organization == kPerMac ? " per MAC" : " shared column");
        }
    }
}

TEST(MeasuredSavings, OlderNodes) {
    const std::array<std::string, 4> names{"nangate45-tight", "nangate45-relaxed", "sky130-tight",
                                           "sky130-relaxed"};
    const Row rows[] = {{kPerforated, 3, kShared, {46.9, 28.6, 40.7, 30.9}},
                        {kRecursive, 5, kShared, {45.6, 28.4, 36.6, 29.9}},
                        {kTruncated, 7, kShared, {50.6, 36.7, 42.4, 36.9}}};
    for (std::size_t i = 0; i < names.size(); ++i)
        for (const Row& row : rows)
            EXPECT_NEAR(saving(Technology::load(names[i]), {row.family, row.m}, kShared), row.percent[i], 0.1)
                << names[i];
}

TEST(MeasuredSavings, EveryCommittedFileLoads) {
    const auto names = Technology::available();
    ASSERT_EQ(names.size(), 8u);
    for (const std::string& name : names) {
        const Technology t = Technology::load(name);
        EXPECT_EQ(t.name, name);
        EXPECT_LT(t.clock_mhz, t.fastest_clock_mhz);
        EXPECT_GT(t.sum_a_pe_fj(64), t.sum_x_pe_fj({kTruncated, 7}, 64));
    }
}

TEST(MeasuredSavings, SwappingTwoTablesSwapsTheResult) {
    const std::string text = small_technology();
    const Technology as_is = load_text(text);
    std::string swapped = replaced(text, "  exact:\n", "  placeholder:\n");
    swapped = replaced(swapped, "  truncated:7:\n", "  exact:\n");
    swapped = replaced(swapped, "  placeholder:\n", "  truncated:7:\n");
    const Technology other = load_text(swapped);
    const PricedDesign exact{Multiplier{}, false, false}, truncated{{kTruncated, 7}, false, false};
    EXPECT_DOUBLE_EQ(array_mw(as_is, exact), array_mw(other, truncated));
    EXPECT_DOUBLE_EQ(array_mw(as_is, truncated), array_mw(other, exact));
    EXPECT_GT(array_mw(as_is, exact), array_mw(as_is, truncated));
}

}  // namespace
}  // namespace approxtlm::power
