#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "models/common/activity_counts.h"

namespace approxtlm::platform {

/// Per count, in the order of Activity.
using ActivityErrors = std::array<double, static_cast<std::size_t>(Activity::count)>;

/// Value-dependent counts of images drawn from a data set.
struct SampledActivity {
    /// Per image, rounded to nearest; of the *_toggles counts and what the array is priced by, the others are
    /// 0.
    ActivityCounts mean;
    /// Of the mean: sqrt(s^2 / n (1 - n / N)), s^2 the samples' variance with n - 1, N images in all (simple
    /// random sampling without replacement; Cochran, Sampling Techniques, 1977, eq. 2.20). 0 when every image
    /// was counted; absent for a single image of several.
    std::optional<ActivityErrors> standard_error;
};

/// Standard error of the mean of `samples` drawn from `population`, by the same formula; absent for one
/// sample of several.
std::optional<double> standard_error_of_mean(const std::vector<double>& samples, std::size_t population);

/// `samples`: one per counted image, of `population` images.
SampledActivity summarise(const std::vector<ActivityCounts>& samples, std::size_t population);

}  // namespace approxtlm::platform
