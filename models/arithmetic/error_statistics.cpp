#include "models/arithmetic/error_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace approxtlm {
namespace {

constexpr int kSide = 256, kPairs = kSide * kSide;

/// eps [weight code][activation]
std::vector<std::int64_t> errors_of(const Multiplier& multiplier, Encoding encoding) {
    std::vector<std::int64_t> errors;
    errors.reserve(kPairs);
    for (int code = 0; code < kSide; ++code) {
        const int w = weight_value(static_cast<std::uint8_t>(code), encoding);
        for (int a = 0; a < kSide; ++a) errors.push_back(multiplier_error(multiplier, w, a));
    }
    return errors;
}

/// n sum(xy) - sum(x) sum(y) over A: n^2 times the covariance, in integers.
template <class Left, class Right>
double scaled_covariance(const Left& x, const Right& y) {
    std::int64_t sum_x = 0, sum_y = 0, sum_xy = 0;
    for (std::size_t a = 0; a < kSide; ++a) {
        sum_x += x[a];
        sum_y += y[a];
        sum_xy += x[a] * y[a];
    }
    return static_cast<double>(kSide * sum_xy - sum_x * sum_y);
}

constexpr double kScale = static_cast<double>(kSide) * kSide;

double mean_variance(const std::vector<std::int64_t>& errors) {
    double sum = 0;
    for (std::size_t code = 0; code < kSide; ++code) {
        const std::int64_t* row = errors.data() + code * kSide;
        sum += scaled_covariance(row, row) / kScale;
    }
    return sum / kSide;
}

/// Mean over the weights of cov(eps, x)^2 / var(x): the variance that x explains.
double explained_variance(const std::vector<std::int64_t>& errors, const Variate& variate, int bits) {
    std::array<std::int64_t, kSide> x{};
    for (int a = 0; a < kSide; ++a) x[static_cast<std::size_t>(a)] = variate_of_low_bits(variate, bits, a);
    const double variance = scaled_covariance(x, x);
    double sum = 0;
    for (std::size_t code = 0; code < kSide; ++code) {
        const double covariance = scaled_covariance(errors.data() + code * kSide, x);
        sum += covariance * covariance / variance / kScale;
    }
    return sum / kSide;
}

}  // namespace

ErrorStatistics error_statistics(const Multiplier& multiplier, Encoding encoding) {
    const std::vector<std::int64_t> errors = errors_of(multiplier, encoding);
    const int origin = multiplier.table != nullptr ? multiplier.table->activation_origin() : 0;
    std::int64_t absolute = 0, square = 0, sum = 0, wrong = 0, compared = 0;
    double relative = 0;
    ErrorStatistics s;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const std::int64_t e = errors[i], magnitude = std::abs(e);
        absolute += magnitude;
        square += e * e;
        sum += e;
        wrong += e != 0;
        s.wce = std::max(s.wce, static_cast<int>(magnitude));
        const int exact = weight_value(static_cast<std::uint8_t>(i / kSide), encoding) *
                          (static_cast<int>(i % kSide) + origin);
        if (exact == 0) continue;
        relative += static_cast<double>(magnitude) / std::abs(exact);
        ++compared;
    }
    constexpr double n = kPairs;
    s.mae = static_cast<double>(absolute) / n;
    s.mse = static_cast<double>(square) / n;
    s.bias = static_cast<double>(sum) / n;
    s.error_probability_percent = 100 * static_cast<double>(wrong) / n;
    s.mre_percent = 100 * relative / static_cast<double>(compared);
    return s;
}

std::vector<VariateFit> variate_fits(const Multiplier& multiplier, Encoding encoding) {
    const std::vector<std::int64_t> errors = errors_of(multiplier, encoding);
    const double variance = mean_variance(errors);
    std::vector<VariateFit> fits;
    for (int bits = 1; bits <= 8; ++bits) {
        for (const Variate& variate : kVariates) {
            const double residual = variance - explained_variance(errors, variate, bits);
            fits.push_back({variate, bits, std::max(residual, 0.0)});
        }
    }
    std::stable_sort(fits.begin(), fits.end(), [](const VariateFit& a, const VariateFit& b) {
        return a.residual_variance < b.residual_variance;
    });
    return fits;
}

VariateFit variate_fit(const Multiplier& multiplier, Encoding encoding, const Variate& variate, int bits) {
    const std::vector<std::int64_t> errors = errors_of(multiplier, encoding);
    const double residual = mean_variance(errors) - explained_variance(errors, variate, bits);
    return {variate, bits, std::max(residual, 0.0)};
}

double error_variance(const Multiplier& multiplier, Encoding encoding) {
    return mean_variance(errors_of(multiplier, encoding));
}

}  // namespace approxtlm
