#include "platform/report/sampled_activity.h"

#include <cmath>

namespace approxtlm::platform {

SampledActivity summarise(const std::vector<ActivityCounts>& samples, std::size_t population) {
    SampledActivity result;
    const std::size_t n = samples.size();
    if (n == 0) return result;
    const bool all = n >= population;
    if (n > 1 || all) result.standard_error.emplace().fill(0);
    for (std::size_t i = 0; i < kActivityNames.size(); ++i) {
        const auto a = static_cast<Activity>(i);
        if (!is_value_dependent(a)) continue;
        std::uint64_t sum = 0;
        for (const ActivityCounts& sample : samples) sum += sample[a];
        result.mean[a] = (sum + n / 2) / n;
        if (all || n == 1) continue;
        const double mean = static_cast<double>(sum) / static_cast<double>(n);
        double squares = 0;
        for (const ActivityCounts& sample : samples) {
            const double difference = static_cast<double>(sample[a]) - mean;
            squares += difference * difference;
        }
        const double drawn = static_cast<double>(n), variance = squares / (drawn - 1);
        (*result.standard_error)[i] =
            std::sqrt(variance / drawn * (1 - drawn / static_cast<double>(population)));
    }
    return result;
}

}  // namespace approxtlm::platform
