#pragma once

#include <cstdint>

namespace approxtlm {

/// A positive real scale as multiplier / 2^shift, multiplier in [2^30, 2^31) (31 bit), shift in 0..62.
struct FixedScale {
    std::uint32_t multiplier = 0;
    std::uint32_t shift = 0;
};

/// Nearest 31-bit scale. `scale` in (2^-31, 2^30); throws std::domain_error outside.
FixedScale to_fixed_scale(double scale);

/// floor(value / 2^shift) rounded half to even. shift in 0..62.
inline std::int64_t shift_right_half_even(std::int64_t value, std::uint32_t shift) {
    if (shift == 0) return value;
    const std::int64_t floor = value >> shift;
    const std::uint64_t remainder = static_cast<std::uint64_t>(value) & ((std::uint64_t{1} << shift) - 1);
    const std::uint64_t half = std::uint64_t{1} << (shift - 1);
    return floor + ((remainder > half || (remainder == half && (floor & 1))) ? 1 : 0);
}

/// clamp(zero_point + round_half_even(value * scale), low, high).
inline std::uint8_t requantize(std::int64_t value, FixedScale scale, int zero_point, int low, int high) {
    const std::int64_t q = zero_point + shift_right_half_even(value * scale.multiplier, scale.shift);
    return static_cast<std::uint8_t>(q < low ? low : q > high ? high : q);
}

}  // namespace approxtlm
