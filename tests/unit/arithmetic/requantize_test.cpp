#include "models/arithmetic/requantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace approxtlm {
namespace {

/// The product rounded once to binary32, then half to even; all steps spelt out in long double.
std::uint8_t reference(std::int32_t value, float scale, int zero_point, int low, int high) {
    const auto converted = static_cast<float>(value);
    const auto product =
        static_cast<float>(static_cast<long double>(converted) * static_cast<long double>(scale));
    return static_cast<std::uint8_t>(
        std::clamp<long double>(std::nearbyintl(static_cast<long double>(product)) + zero_point, low, high));
}

TEST(Requantize, EqualsEveryStepSpeltOut) {
    std::mt19937_64 random(2);
    std::uniform_real_distribution<float> exponent(-24.0f, 4.0f);
    for (int i = 0; i < 1'000'000; ++i) {
        const auto value = static_cast<std::int32_t>(random()) >> (random() % 32);
        const float scale = std::exp2(exponent(random));
        const int zero_point = static_cast<int>(random() % 256);
        ASSERT_EQ(requantize(value, scale, zero_point, 0, 255), reference(value, scale, zero_point, 0, 255))
            << "seed 2, draw " << i << ", value " << value << " * " << scale;
    }
}

TEST(Requantize, RoundsTheProductToBinary32First) {
    // 16,777,215 * 2^-25 * (1 + 2^-23) = 0.5 (1 - 2^-24)(1 + 2^-23): just above one half, a tie in binary32.
    const float scale = std::ldexp(1.0f + std::ldexp(1.0f, -23), -25);
    EXPECT_EQ(requantize(16'777'215, scale, 0, 0, 255), reference(16'777'215, scale, 0, 0, 255));
    // 2^24 + 1 does not fit binary32: it becomes 2^24 on conversion.
    EXPECT_EQ(requantize((1 << 24) + 1, std::ldexp(1.0f, -25), 0, 0, 255), 0);
    EXPECT_EQ(requantize((1 << 24) + 2, std::ldexp(1.0f, -25), 0, 0, 255), 1);
}

TEST(Requantize, TiesGoToEven) {
    for (int value = -600; value <= 600; ++value) {
        EXPECT_EQ(requantize(value, 0.5f, 100, 3, 250), reference(value, 0.5f, 100, 3, 250)) << value;
    }
    EXPECT_EQ(requantize(1, 0.5f, 100, 0, 255), 100);
    EXPECT_EQ(requantize(3, 0.5f, 100, 0, 255), 102);
    EXPECT_EQ(requantize(-1, 0.5f, 100, 0, 255), 100);
    EXPECT_EQ(requantize(-3, 0.5f, 100, 0, 255), 98);
}

TEST(Requantize, SaturatesAtTheClamp) {
    EXPECT_EQ(requantize(std::numeric_limits<std::int32_t>::max(), 1e9f, 0, 0, 255), 255);
    EXPECT_EQ(requantize(std::numeric_limits<std::int32_t>::min(), 1e9f, 0, 0, 255), 0);
    EXPECT_EQ(requantize(5, 1.0f, 10, 20, 30), 20);
    EXPECT_EQ(requantize(25, 1.0f, 10, 20, 30), 30);
}

TEST(MultiplyAdd, RoundsOnceLikeAFusedMultiplyAdd) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> scale(0.001f, 4.0f), addend(-300.0f, 300.0f);
    for (int i = 0; i < 1'000'000; ++i) {
        const int a = static_cast<int>(random() % 256);
        const float b = scale(random), c = addend(random);
        ASSERT_EQ(multiply_add(a, b, c), std::fma(static_cast<float>(a), b, c))
            << "seed 3: " << a << " * " << b;
    }
}

}  // namespace
}  // namespace approxtlm
