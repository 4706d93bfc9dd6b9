#include "models/arithmetic/requantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

namespace approxtlm {
namespace {

std::uint8_t reference(std::int64_t value, FixedScale scale, int zero_point, int low, int high) {
    const long double scaled = std::nearbyintl(
        std::ldexp(static_cast<long double>(value) * static_cast<long double>(scale.multiplier),
                   -static_cast<int>(scale.shift)));
    const long double clamped = std::clamp<long double>(zero_point + scaled, low, high);
    return static_cast<std::uint8_t>(clamped);
}

TEST(FixedScale, HasThirtyOneBitsAndIsNearest) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> exponent(-30.9, 29.9);
    for (int i = 0; i < 100'000; ++i) {
        const double scale = std::exp2(exponent(random));
        const FixedScale fixed = to_fixed_scale(scale);
        ASSERT_GE(fixed.multiplier, 1u << 30) << scale;
        ASSERT_LT(fixed.multiplier, 1u << 31) << scale;
        ASSERT_LE(fixed.shift, 62u) << scale;
        ASSERT_LE(std::fabs(std::ldexp(scale, static_cast<int>(fixed.shift)) - fixed.multiplier), 0.5)
            << scale;
    }
}

TEST(FixedScale, PowersOfTwoAreExact) {
    for (int e = -30; e < 30; ++e) {
        const FixedScale fixed = to_fixed_scale(std::ldexp(1.0, e));
        EXPECT_EQ(std::ldexp(fixed.multiplier, -static_cast<int>(fixed.shift)), std::ldexp(1.0, e));
    }
    const FixedScale rounded_up =
        to_fixed_scale(std::nextafter(1.0, 0.0));  // the multiplier would need 32 bits
    EXPECT_EQ(rounded_up.multiplier, 1u << 30);
    EXPECT_EQ(rounded_up.shift, 30u);
}

TEST(FixedScale, RefusesWhatTheRegisterCannotHold) {
    for (const double scale :
         {0.0, -1.0, std::ldexp(1.0, -31), std::ldexp(1.0, 30), std::nan(""), HUGE_VAL}) {
        EXPECT_THROW(to_fixed_scale(scale), std::domain_error) << scale;
    }
}

TEST(Requantize, EqualsLongDoubleRounding) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 1'000'000; ++i) {
        const auto value = static_cast<std::int32_t>(random()) >> (random() % 32);
        const FixedScale scale{static_cast<std::uint32_t>((1u << 30) + random() % (1u << 30)),
                               static_cast<std::uint32_t>(random() % 63)};
        const int zero_point = static_cast<int>(random() % 256);
        ASSERT_EQ(requantize(value, scale, zero_point, 0, 255), reference(value, scale, zero_point, 0, 255))
            << "seed 2, draw " << i << ", value " << value << " * " << scale.multiplier << " / 2^"
            << scale.shift;
    }
}

TEST(Requantize, TiesGoToEven) {
    const FixedScale half{1u << 30, 31};
    for (int value = -600; value <= 600; ++value) {
        EXPECT_EQ(requantize(value, half, 100, 3, 250), reference(value, half, 100, 3, 250)) << value;
    }
    EXPECT_EQ(requantize(1, half, 100, 0, 255), 100);
    EXPECT_EQ(requantize(3, half, 100, 0, 255), 102);
    EXPECT_EQ(requantize(-1, half, 100, 0, 255), 100);
    EXPECT_EQ(requantize(-3, half, 100, 0, 255), 98);
}

TEST(Requantize, SaturatesAtTheClamp) {
    const FixedScale one{1u << 30, 30};
    EXPECT_EQ(requantize(std::int64_t{1} << 31, one, 0, 0, 255), 255);
    EXPECT_EQ(requantize(-(std::int64_t{1} << 31), one, 0, 0, 255), 0);
    EXPECT_EQ(requantize(5, one, 10, 20, 30), 20);
    EXPECT_EQ(requantize(25, one, 10, 20, 30), 30);
}

}  // namespace
}  // namespace approxtlm
