#pragma once

#include <cstdint>

namespace approxtlm {

/// The vector unit's arithmetic is IEEE 754 binary32, every operation rounded to nearest even, because that
/// is what ONNX Runtime does: over dozens of layers the exact product rounds differently often enough to
/// change logits (docs/architecture.md has the figures). Compiled with -ffp-contract=off: no fused
/// operations. Always inlined: these functions also stand in files compiled for AVX, whose copy must not
/// serve the others.

/// `value` rounded half to even and clamped to [low, high], both within +-2^21.
[[gnu::always_inline]] inline std::int32_t round_to_code(float value, float low, float high) {
    const float bounded = value < low ? low : value > high ? high : value;
    // Adding 1.5 * 2^23 leaves no fraction bits: the addition itself rounds half to even.
    constexpr float kRound = 12582912.0f;
    return static_cast<std::int32_t>((bounded + kRound) - kRound);
}

/// clamp(zero_point + round_half_even(value * scale), low, high), the product in binary32.
[[gnu::always_inline]] inline std::uint8_t requantize(std::int32_t value, float scale, int zero_point,
                                                      int low, int high) {
    const float product = static_cast<float>(value) * scale;
    return static_cast<std::uint8_t>(zero_point + round_to_code(product, static_cast<float>(low - zero_point),
                                                                static_cast<float>(high - zero_point)));
}

/// a * b + c with one rounding.
[[gnu::always_inline]] inline float multiply_add(std::int32_t a, float b, float c) {
    return __builtin_fmaf(static_cast<float>(a), b, c);
}

}  // namespace approxtlm
