#include "models/arithmetic/multiplier.h"

#include <gtest/gtest.h>

#include "models/common/error.h"
#include "tests/unit/arithmetic/all_multipliers.h"

namespace approxtlm {
namespace {

/// The definition, one partial-product bit at a time: is w_j a_i 2^(i+j) in the circuit?
bool kept(const Multiplier& multiplier, int i, int j) {
    switch (multiplier.family) {
        case MultiplierFamily::exact:
        case MultiplierFamily::table:
            return true;
        case MultiplierFamily::perforated:
            return i >= multiplier.m;
        case MultiplierFamily::recursive:
            return i >= multiplier.m || j >= multiplier.m;
        case MultiplierFamily::truncated:
            return i + j >= multiplier.m;
    }
    return false;
}

/// Sum of the kept bits; bit 7 of a signed weight weighs -128.
int bit_level_product(const Multiplier& multiplier, int code, int a, Encoding encoding) {
    int sum = 0;
    for (int i = 0; i < 8; ++i) {
        for (int j = 0; j < 8; ++j) {
            if (!(code >> j & 1) || !(a >> i & 1) || !kept(multiplier, i, j)) continue;
            const int weight = (1 << i) * (1 << j);
            sum += encoding == Encoding::signed_codes && j == 7 ? -weight : weight;
        }
    }
    return sum;
}

class EveryMultiplier : public ::testing::TestWithParam<Multiplier> {};

TEST_P(EveryMultiplier, SumsItsKeptPartialProducts) {
    const Multiplier multiplier = GetParam();
    for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
        for (int code = 0; code < 256; ++code) {
            const int w = weight_value(static_cast<std::uint8_t>(code), encoding);
            for (int a = 0; a < 256; ++a) {
                const int want = bit_level_product(multiplier, code, a, encoding);
                ASSERT_EQ(approximate_product(multiplier, w, a), want)
                    << to_string(multiplier) << ' ' << to_string(encoding) << " w=" << w << " a=" << a;
                ASSERT_EQ(multiplier_error(multiplier, w, a), w * a - want);
                if (encoding == Encoding::unsigned_codes) {
                    ASSERT_GE(multiplier_error(multiplier, w, a), 0);
                }
            }
        }
    }
}

TEST_P(EveryMultiplier, KeptMaskIsTheSetOfKeptBits) {
    int count = 0;
    for (int i = 0; i < 8; ++i) {
        for (int j = 0; j < 8; ++j) {
            count += kept(GetParam(), i, j);
            EXPECT_EQ(kept_weight_mask(GetParam(), i) >> j & 1, kept(GetParam(), i, j)) << i << ' ' << j;
        }
    }
    EXPECT_EQ(kept_partial_products(GetParam()), count);
}

TEST_P(EveryMultiplier, NameParsesBack) { EXPECT_EQ(parse_multiplier(to_string(GetParam())), GetParam()); }

INSTANTIATE_TEST_SUITE_P(Family, EveryMultiplier, ::testing::ValuesIn(testing::all_multipliers()),
                         [](const auto& test) {
                             std::string name = to_string(test.param);
                             const std::size_t colon = name.find(':');
                             return colon == std::string::npos ? name : name.erase(colon, 1);
                         });

TEST(Multiplier, KeptPartialProductsFollowTheClosedForms) {
    EXPECT_EQ(kept_partial_products({}), 64);
    for (int m = 1; m <= 7; ++m) {
        EXPECT_EQ(kept_partial_products({MultiplierFamily::perforated, m}), 64 - 8 * m);
        EXPECT_EQ(kept_partial_products({MultiplierFamily::recursive, m}), 64 - m * m);
    }
    for (int m = 1; m <= 8; ++m) {
        EXPECT_EQ(kept_partial_products({MultiplierFamily::truncated, m}), 64 - m * (m + 1) / 2);
    }
    for (int m = 9; m <= 12; ++m) {  // what is left is a triangle of side 15 - m
        EXPECT_EQ(kept_partial_products({MultiplierFamily::truncated, m}), (15 - m) * (16 - m) / 2);
    }
}

TEST(Multiplier, SignedPerforationKeepsItsForm) {
    EXPECT_EQ(multiplier_error({MultiplierFamily::perforated, 3}, -5, 15), -5 * 7);
    EXPECT_EQ(multiplier_error({MultiplierFamily::recursive, 3}, -5, 15), 3 * 7);  // -5 = ...11111011
    EXPECT_EQ(multiplier_error({MultiplierFamily::truncated, 9}, -5, 1), -5);
}

std::string refusal(void (*parse)(const std::string&), const std::string& text) {
    try {
        parse(text);
    } catch (const InputError& e) {
        return e.what();
    }
    return "accepted";
}

TEST(Multiplier, RefusesEverythingElseInOneLine) {
    for (const char* text : {"truncated:13", "truncated:0", "truncated:", "truncated", "perforated:8",
                             "recursive:8", "recursive:-1", "exact:1", "Exact", "", "truncated:7 ",
                             "truncated:7x", "truncated:+7", "truncated:99999999999", ":3", "evo:3"}) {
        EXPECT_EQ(refusal([](const std::string& t) { parse_multiplier(t); }, text),
                  "--multiplier: got '" + std::string{text} +
                      "', expected exact, perforated:1..7, recursive:1..7, truncated:1..12 or table:FILE");
    }
}

TEST(Encoding, NamesAndRefusal) {
    EXPECT_EQ(parse_encoding("unsigned"), Encoding::unsigned_codes);
    EXPECT_EQ(parse_encoding("signed"), Encoding::signed_codes);
    EXPECT_EQ(to_string(Encoding::signed_codes), "signed");
    EXPECT_EQ(to_string(Encoding::unsigned_codes), "unsigned");
    EXPECT_EQ(refusal([](const std::string& t) { parse_encoding(t); }, "int8"),
              "--encoding: got 'int8', expected unsigned or signed");
}

TEST(Encoding, CodesStandForTwosComplement) {
    EXPECT_EQ(weight_value(255, Encoding::unsigned_codes), 255);
    EXPECT_EQ(weight_value(255, Encoding::signed_codes), -1);
    EXPECT_EQ(weight_value(128, Encoding::signed_codes), -128);
    EXPECT_EQ(weight_value(127, Encoding::signed_codes), 127);
}

}  // namespace
}  // namespace approxtlm
