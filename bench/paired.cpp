#include "bench/paired.h"

#include <algorithm>

namespace approxtlm::bench {
namespace {

double quantile(std::vector<double> values, double q) {
    if (values.empty()) return 0;
    const auto at =
        values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

}  // namespace

double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

void Pairs::add(double ours, double theirs) {
    ours_.push_back(ours);
    theirs_.push_back(theirs);
}

Ratio Pairs::ratio() const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours_.size(); ++i) ratios.push_back(theirs_[i] / ours_[i]);
    return {median(ratios), quantile(ratios, 0.25), quantile(ratios, 0.75), 1 / median(ours_),
            1 / median(theirs_)};
}

}  // namespace approxtlm::bench
