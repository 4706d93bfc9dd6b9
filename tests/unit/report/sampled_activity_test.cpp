#include "platform/report/sampled_activity.h"

#include <gtest/gtest.h>

#include <cmath>

namespace approxtlm::platform {
namespace {

std::vector<ActivityCounts> samples(const std::vector<std::uint64_t>& psum_toggles) {
    std::vector<ActivityCounts> list;
    for (const std::uint64_t count : psum_toggles) {
        list.emplace_back();
        list.back()[Activity::psum_toggles] = count;
        list.back()[Activity::pe_cycles] = 77;
    }
    return list;
}

double error_of(const SampledActivity& s) {
    return s.standard_error->at(static_cast<std::size_t>(Activity::psum_toggles));
}

TEST(SampledActivity, MeanAndStandardErrorOfAFinitePopulation) {
    const SampledActivity s = summarise(samples({10, 14, 12, 17}), 16);
    EXPECT_EQ(s.mean[Activity::psum_toggles], 13u);  // 13.25
    // s^2 = (3.25^2 + 0.75^2 + 1.25^2 + 3.75^2) / 3 = 8.9166..; times (1 - 4 / 16) / 4
    EXPECT_DOUBLE_EQ(error_of(s), std::sqrt(26.75 / 3 / 4 * 0.75));
    EXPECT_EQ(s.mean[Activity::pe_cycles], 0u) << "not value-dependent";
    EXPECT_EQ(s.standard_error->at(static_cast<std::size_t>(Activity::pe_cycles)), 0);
}

TEST(SampledActivity, EveryImageCountedHasNoError) {
    EXPECT_EQ(error_of(summarise(samples({10, 14}), 2)), 0);
    EXPECT_EQ(error_of(summarise(samples({10}), 1)), 0);
}

TEST(SampledActivity, OneImageOfSeveralSaysNothingAboutTheError) {
    const SampledActivity s = summarise(samples({10}), 8);
    EXPECT_EQ(s.mean[Activity::psum_toggles], 10u);
    EXPECT_FALSE(s.standard_error.has_value());
    EXPECT_FALSE(summarise({}, 8).standard_error.has_value());
}

TEST(SampledActivity, AveragesWhatTheArrayIsPricedBy) {
    std::vector<ActivityCounts> list(2);
    list[0].pe.at(3, PeFeature::cycles) = 10;
    list[1].pe.at(3, PeFeature::cycles) = 13;
    list[1].pe.at(EdgeCount::skew_toggles) = 8;
    const SampledActivity s = summarise(list, 8);
    EXPECT_EQ(s.mean.pe.at(3, PeFeature::cycles), 12u);  // 11.5
    EXPECT_EQ(s.mean.pe.at(EdgeCount::skew_toggles), 4u);
}

TEST(SampledActivity, ErrorOfAnyMean) {
    EXPECT_DOUBLE_EQ(*standard_error_of_mean({10, 14, 12, 17}, 16), std::sqrt(26.75 / 3 / 4 * 0.75));
    EXPECT_EQ(standard_error_of_mean({10, 14}, 2), 0);
    EXPECT_EQ(standard_error_of_mean({10}, 2), std::nullopt);
}

}  // namespace
}  // namespace approxtlm::platform
