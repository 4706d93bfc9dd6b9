#include "models/kernels/product_form.h"

#include <gtest/gtest.h>

#include "tests/unit/arithmetic/all_multipliers.h"

namespace approxtlm {
namespace {

constexpr Encoding kEncodings[] = {Encoding::unsigned_codes, Encoding::signed_codes};

TEST(ProductForm, PlanesSumToTheProduct) {
    for (const Multiplier& multiplier : testing::all_multipliers()) {
        for (const bool split : {false, true}) {
            const auto planes = product_planes(multiplier, split);
            ASSERT_LE(planes.size(), 8u) << to_string(multiplier);
            for (const ProductPlane& p : planes) {
                EXPECT_TRUE(!split || p.activation_mask < 128 || p.activation_mask == 128)
                    << to_string(multiplier);
            }
            for (const Encoding encoding : kEncodings) {
                for (int code = 0; code < 256; ++code) {
                    for (int a = 0; a < 256; ++a) {
                        int sum = 0;
                        for (const ProductPlane& p : planes) {
                            sum += (a & p.activation_mask) *
                                   weight_value(static_cast<std::uint8_t>(code & p.weight_mask), encoding);
                        }
                        const int w = weight_value(static_cast<std::uint8_t>(code), encoding);
                        ASSERT_EQ(sum, approximate_product(multiplier, w, a))
                            << to_string(multiplier) << ' ' << to_string(encoding) << ' ' << w << " * " << a;
                    }
                }
            }
        }
    }
}

int signed_byte(std::uint32_t word, int i) { return static_cast<std::int8_t>(word >> (8 * i) & 255); }
int unsigned_byte(std::uint32_t word, int i) { return static_cast<int>(word >> (8 * i) & 255); }

TEST(ProductForm, SlotsSumToTheProductAndPairsFitSixteenBits) {
    for (const Multiplier& multiplier : testing::all_multipliers()) {
        for (const Encoding encoding : kEncodings) {
            const ProductSlots slots = product_slots(multiplier, encoding);
            const bool weights_unsigned = encoding == Encoding::unsigned_codes;
            for (std::size_t code = 0; code < 256; ++code) {
                for (std::size_t a = 0; a < 256; ++a) {
                    int sum = 0;
                    for (std::size_t g = 0; g < slots.groups; ++g) {
                        const std::uint32_t w = slots.weight[code][g], x = slots.activation[a][g];
                        for (int i = 0; i < 4; i += 2) {
                            int pair = 0;
                            for (int j = i; j < i + 2; ++j) {
                                pair += weights_unsigned ? unsigned_byte(w, j) * signed_byte(x, j)
                                                         : signed_byte(w, j) * unsigned_byte(x, j);
                            }
                            ASSERT_EQ(pair, static_cast<std::int16_t>(pair)) << to_string(multiplier);
                            sum += pair;
                        }
                    }
                    const int value = weight_value(static_cast<std::uint8_t>(code), encoding);
                    ASSERT_EQ(sum * (1 << slots.shift),
                              approximate_product(multiplier, value, static_cast<int>(a)))
                        << to_string(multiplier) << ' ' << to_string(encoding) << ' ' << value << " * " << a;
                }
            }
        }
    }
}

}  // namespace
}  // namespace approxtlm
