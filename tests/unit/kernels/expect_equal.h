#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/common/activity_counts.h"

namespace approxtlm::testing {

/// First difference with index, got, want and `where` (shape and seed).
template <class T>
void expect_equal(const std::vector<T>& got, const std::vector<T>& want, const std::string& where) {
    ASSERT_EQ(got.size(), want.size()) << where;
    for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(+got[i], +want[i]) << "index " << i << ", " << where;
    }
}

inline void expect_equal(const ActivityCounts& got, const ActivityCounts& want, const std::string& where) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Activity::count); ++i) {
        ASSERT_EQ(got[static_cast<Activity>(i)], want[static_cast<Activity>(i)])
            << kActivityNames[i] << ", " << where;
    }
    for (std::size_t k = 0; k < kRowClasses; ++k)
        for (std::size_t f = 0; f < kPeFeatures; ++f)
            ASSERT_EQ(got.pe.at(k, static_cast<PeFeature>(f)), want.pe.at(k, static_cast<PeFeature>(f)))
                << kPeFeatureNames[f] << " of class " << k << ", " << where;
    ASSERT_EQ(got.pe.all, want.pe.all) << where;
}

}  // namespace approxtlm::testing
