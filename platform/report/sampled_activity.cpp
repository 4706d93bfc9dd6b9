#include "platform/report/sampled_activity.h"

#include <cmath>
#include <numeric>

namespace approxtlm::platform {

std::optional<double> standard_error_of_mean(const std::vector<double>& samples, std::size_t population) {
    const std::size_t n = samples.size();
    if (n >= population) return 0;
    if (n < 2) return std::nullopt;
    const double drawn = static_cast<double>(n);
    const double mean = std::accumulate(samples.begin(), samples.end(), 0.0) / drawn;
    double squares = 0;
    for (const double x : samples) squares += (x - mean) * (x - mean);
    return std::sqrt(squares / (drawn - 1) / drawn * (1 - drawn / static_cast<double>(population)));
}

SampledActivity summarise(const std::vector<ActivityCounts>& samples, std::size_t population) {
    SampledActivity result;
    const std::size_t n = samples.size();
    if (n == 0) return result;
    for (std::size_t i = 0; i < PeCounts::kSize; ++i) {
        std::uint64_t sum = 0;
        for (const ActivityCounts& sample : samples) sum += sample.pe.all[i];
        result.mean.pe.all[i] = (sum + n / 2) / n;
    }
    const bool all = n >= population;
    if (n > 1 || all) result.standard_error.emplace().fill(0);
    for (std::size_t i = 0; i < kActivityNames.size(); ++i) {
        const auto a = static_cast<Activity>(i);
        if (!is_value_dependent(a)) continue;
        std::uint64_t sum = 0;
        for (const ActivityCounts& sample : samples) sum += sample[a];
        result.mean[a] = (sum + n / 2) / n;
        if (all || n == 1) continue;
        std::vector<double> counts;
        for (const ActivityCounts& sample : samples) counts.push_back(static_cast<double>(sample[a]));
        (*result.standard_error)[i] = standard_error_of_mean(counts, population).value_or(0);
    }
    return result;
}

}  // namespace approxtlm::platform
