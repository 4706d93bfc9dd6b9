#pragma once

#include <cstddef>
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

    /// Bilinear between the four surrounding points; outside the table the outermost two points' line goes
    /// on.
    double at(double x, double y) const;
    bool empty() const { return values_.empty(); }
    const std::vector<double>& x() const { return x_; }
    const std::vector<double>& y() const { return y_; }
    const std::vector<double>& values() const { return values_; }

private:
    std::vector<double> x_, y_, values_;
};

}  // namespace approxtlm::power
