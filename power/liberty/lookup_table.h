#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace approxtlm::power {

/// Non-linear delay model (NLDM) table: values over `x` (input or data transition, ps) and `y` (output load,
/// fF, or related transition, ps). An absent axis has no entry and the value does not depend on it.
class LookupTable {
public:
    LookupTable() = default;
    /// values[i * max(1, y.size()) + j] belongs to x[i], y[j]; the axes ascend.
    LookupTable(std::vector<double> x, std::vector<double> y, std::vector<double> values)
        : x_(std::move(x)), y_(std::move(y)), values_(std::move(values)) {}

    /// A place among the points of a table; the same in every table with the same axes.
    struct Place {
        std::size_t row = 0, column = 0;
        double x_fraction = 0, y_fraction = 0;  ///< below 0 or above 1 outside the table
    };
    Place locate(double x, double y) const;
    double at(const Place& place) const;
    /// Bilinear between the four surrounding points; outside the table the outermost two points' line goes
    /// on.
    double at(double x, double y) const { return values_.empty() ? 0 : at(locate(x, y)); }
    bool has_axes_of(const LookupTable& other) const { return x_ == other.x_ && y_ == other.y_; }
    bool empty() const { return values_.empty(); }
    const std::vector<double>& x() const { return x_; }
    const std::vector<double>& y() const { return y_; }
    const std::vector<double>& values() const { return values_; }

private:
    std::vector<double> x_, y_, values_;
};

}  // namespace approxtlm::power
