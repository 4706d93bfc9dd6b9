#include "power/liberty/lookup_table.h"

#include <algorithm>

namespace approxtlm::power {
namespace {

/// Segment of `axis` for `value` and the position on it: below 0 or above 1 outside the axis.
struct Position {
    std::size_t low = 0;
    double fraction = 0;
};

Position locate(const std::vector<double>& axis, double value) {
    if (axis.size() < 2) return {};
    const auto above = std::upper_bound(axis.begin() + 1, axis.end() - 1, value);
    const auto high = static_cast<std::size_t>(above - axis.begin());
    return {high - 1, (value - axis[high - 1]) / (axis[high] - axis[high - 1])};
}

}  // namespace

double LookupTable::at(double x, double y) const {
    if (values_.empty()) return 0;
    const Position px = locate(x_, x);
    const Position py = locate(y_, y);
    const std::size_t columns = std::max<std::size_t>(1, y_.size());
    const auto along_y = [&](std::size_t row) {
        const double* v = values_.data() + row * columns + py.low;
        return y_.size() < 2 ? v[0] : v[0] + (v[1] - v[0]) * py.fraction;
    };
    const double low = along_y(px.low);
    return x_.size() < 2 ? low : low + (along_y(px.low + 1) - low) * px.fraction;
}

}  // namespace approxtlm::power
