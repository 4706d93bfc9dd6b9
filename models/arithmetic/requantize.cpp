#include "models/arithmetic/requantize.h"

#include <cmath>
#include <stdexcept>
#include <string>

namespace approxtlm {

FixedScale to_fixed_scale(double scale) {
    if (!(scale > std::ldexp(1.0, -31) && scale < std::ldexp(1.0, 30))) {
        throw std::domain_error("requantization scale: got " + std::to_string(scale) +
                                ", expected a number between 2^-31 and 2^30");
    }
    int exponent = 0;
    const double mantissa = std::frexp(scale, &exponent);  // in [1/2, 1)
    auto multiplier = static_cast<std::int64_t>(std::nearbyint(std::ldexp(mantissa, 31)));
    if (multiplier == std::int64_t{1} << 31) {
        multiplier >>= 1;
        ++exponent;
    }
    return {static_cast<std::uint32_t>(multiplier), static_cast<std::uint32_t>(31 - exponent)};
}

}  // namespace approxtlm
