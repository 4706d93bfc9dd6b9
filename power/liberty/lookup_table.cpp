#include "power/liberty/lookup_table.h"

#include <algorithm>

namespace approxtlm::power {
namespace {

/// Segment of `axis` for `value` and the position on it. Axes have some seven points: a walk beats a search.
void locate_on(const std::vector<double>& axis, double value, std::size_t& low, double& fraction) {
    if (axis.size() < 2) return;
    while (low + 2 < axis.size() && value >= axis[low + 1]) ++low;
    fraction = (value - axis[low]) / (axis[low + 1] - axis[low]);
}

}  // namespace

LookupTable::Place LookupTable::locate(double x, double y) const {
    Place place;
    locate_on(x_, x, place.row, place.x_fraction);
    locate_on(y_, y, place.column, place.y_fraction);
    return place;
}

double LookupTable::at(const Place& place) const {
    const std::size_t columns = std::max<std::size_t>(1, y_.size());
    const auto along_y = [&](std::size_t row) {
        const double* v = values_.data() + row * columns + place.column;
        return y_.size() < 2 ? v[0] : v[0] + (v[1] - v[0]) * place.y_fraction;
    };
    const double low = along_y(place.row);
    return x_.size() < 2 ? low : low + (along_y(place.row + 1) - low) * place.x_fraction;
}

}  // namespace approxtlm::power
