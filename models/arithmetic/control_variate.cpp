#include "models/arithmetic/control_variate.h"

#include <algorithm>
#include <bitset>
#include <cmath>

#include "models/common/error.h"

namespace approxtlm {
namespace {

int low_bit_count(const Multiplier& multiplier) { return std::min(multiplier.m, 8); }

}  // namespace

Variate default_variate(const Multiplier& multiplier) {
    return multiplier.family == MultiplierFamily::truncated ? Variate::any_low : Variate::low_bits;
}

Variate parse_variate(const std::string& text) {
    for (const Variate v : {Variate::low_bits, Variate::any_low, Variate::popcount}) {
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

int variate_value(Variate variate, const Multiplier& multiplier, int a) {
    const int low = a & ((1 << low_bit_count(multiplier)) - 1);
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

int variate_bits(Variate variate, const Multiplier& multiplier) {
    int bits = 0;
    for (int largest = variate_value(variate, multiplier, 255); largest != 0; largest >>= 1) ++bits;
    return bits;
}

double analytic_coefficient(const Multiplier& multiplier, Variate variate, int w) {
    if (multiplier.family == MultiplierFamily::exact) return 0.0;
    std::int64_t error = 0, x = 0;
    for (int a = 0; a < 256; ++a) {
        error += multiplier_error(multiplier, w, a);
        x += variate_value(variate, multiplier, a);
    }
    return static_cast<double>(error) / static_cast<double>(x);
}

std::int32_t to_fixed_point(double value, int fraction_bits, int bits) {
    const double limit = std::ldexp(1.0, bits - 1);
    return static_cast<std::int32_t>(
        std::clamp(std::round(std::ldexp(value, fraction_bits)), -limit, limit - 1));
}

}  // namespace approxtlm
