#include "workloads/calibration/stretch.h"

#include <algorithm>
#include <cmath>

namespace approxtlm::workloads {

double stretch_codes(const FilterCodes& filter, double share, std::int16_t* codes) {
    const auto [least, most] = std::minmax_element(filter.own, filter.own + filter.count);
    const int low = std::min(*least - filter.zero_point, 0), high = std::max(*most - filter.zero_point, 0);
    double gain = 0, zero = filter.zero_point;
    if (filter.may_move) {
        gain = std::max((high - low) * share / 255, filter.least_gain);
        zero = low == high ? 0.0 : std::round(filter.lowest + 127.5 - (low + high) / (2 * gain));
    } else {
        gain = std::max(std::max(-low, high) * share / 127, filter.least_gain);
    }
    for (std::size_t k = 0; k < filter.count; ++k) {
        const double code = std::round(zero + (filter.own[k] - filter.zero_point) / gain);
        codes[k] = static_cast<std::int16_t>(
            std::clamp(code, static_cast<double>(filter.lowest), static_cast<double>(filter.lowest + 255)));
    }
    return gain;
}

}  // namespace approxtlm::workloads
