#include "models/arithmetic/control_variate.h"

#include <algorithm>
#include <bitset>
#include <cmath>

#include "models/arithmetic/error_statistics.h"
#include "models/common/error.h"

namespace approxtlm {
namespace {

/// Sums over A = 0..255 for one weight.
struct Sums {
    std::int64_t error = 0, x = 0, error_x = 0, x_x = 0;
};

Sums sums_over_activations(const Multiplier& multiplier, Variate variate, int w) {
    Sums s;
    for (int a = 0; a < 256; ++a) {
        const std::int64_t error = multiplier_error(multiplier, w, a);
        const std::int64_t x = variate_value(variate, multiplier, a);
        s.error += error;
        s.x += x;
        s.error_x += error * x;
        s.x_x += x * x;
    }
    return s;
}

}  // namespace

Variate default_variate(const Multiplier& multiplier) {
    if (multiplier.family == MultiplierFamily::table) {
        for (const VariateFit& fit : variate_fits(multiplier, multiplier.table->weights()))
            if (fit.bits == multiplier.m) return fit.variate;
    }
    return multiplier.family == MultiplierFamily::truncated ? Variate::any_low : Variate::low_bits;
}

Variate parse_variate(const std::string& text) {
    for (const Variate v : kVariates) {
        if (text == to_string(v)) return v;
    }
    throw InputError("--variate", "'" + text + "'", "low_bits, or or popcount");
}

std::string to_string(Variate variate) {
    switch (variate) {
        case Variate::low_bits:
            return "low_bits";
        case Variate::any_low:
            return "or";
        case Variate::popcount:
            break;
    }
    return "popcount";
}

int variate_of_low_bits(Variate variate, int bits, int a) {
    const int low = a & ((1 << bits) - 1);
    switch (variate) {
        case Variate::low_bits:
            return low;
        case Variate::any_low:
            return low != 0 ? 1 : 0;
        case Variate::popcount:
            break;
    }
    return static_cast<int>(std::bitset<8>(static_cast<unsigned>(low)).count());
}

int variate_value(Variate variate, const Multiplier& multiplier, int a) {
    return variate_of_low_bits(variate, std::min(multiplier.m, 8), a);
}

int variate_bits(Variate variate, const Multiplier& multiplier) {
    int bits = 0;
    for (int largest = variate_value(variate, multiplier, 255); largest != 0; largest >>= 1) ++bits;
    return bits;
}

double analytic_coefficient(const Multiplier& multiplier, Variate variate, int w) {
    if (multiplier.family == MultiplierFamily::exact) return 0.0;
    const Sums s = sums_over_activations(multiplier, variate, w);
    if (multiplier.family != MultiplierFamily::table)
        return static_cast<double>(s.error) / static_cast<double>(s.x);
    return static_cast<double>(256 * s.error_x - s.error * s.x) /
           static_cast<double>(256 * s.x_x - s.x * s.x);
}

double mean_error(const Multiplier& multiplier, int w) {
    return static_cast<double>(sums_over_activations(multiplier, Variate::low_bits, w).error) / 256;
}

double mean_variate(Variate variate, const Multiplier& multiplier) {
    return static_cast<double>(sums_over_activations(multiplier, variate, 0).x) / 256;
}

std::int32_t to_fixed_point(double value, int fraction_bits, int bits) {
    const double limit = std::ldexp(1.0, bits - 1);
    return static_cast<std::int32_t>(
        std::clamp(std::round(std::ldexp(value, fraction_bits)), -limit, limit - 1));
}

}  // namespace approxtlm
