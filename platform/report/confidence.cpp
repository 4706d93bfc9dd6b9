#include "platform/report/confidence.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>

namespace approxtlm::platform {

std::array<double, 2> wilson95(std::uint64_t successes, std::uint64_t n) {
    if (n == 0 || successes > n) throw std::invalid_argument("wilson95: expected 0 <= successes <= n, n > 0");
    // E. B. Wilson, JASA 22 (1927): unlike p +- z s it stays inside [0, 1] and is honest near the ends.
    const double z = boost::math::quantile(boost::math::normal{}, 0.975);
    const auto count = static_cast<double>(n);
    const double p = static_cast<double>(successes) / count;
    const double shrink = 1 + z * z / count;
    const double centre = (p + z * z / (2 * count)) / shrink;
    const double half = z / shrink * std::sqrt(p * (1 - p) / count + z * z / (4 * count * count));
    return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

}  // namespace approxtlm::platform
