#include "models/arithmetic/control_variate.h"

#include <gtest/gtest.h>

#include "models/common/error.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/arithmetic/all_multipliers.h"

namespace approxtlm {
namespace {

TEST(ControlVariate, ReadsOnlyTheLowBits) {
    for (const Multiplier& multiplier : testing::all_multipliers()) {
        const int m = std::min(multiplier.m, 8);
        for (int a = 0; a < 256; ++a) {
            int low = 0, ones = 0;
            for (int i = 0; i < m; ++i) {
                low += (a >> i & 1) * (1 << i);
                ones += a >> i & 1;
            }
            EXPECT_EQ(variate_value(Variate::low_bits, multiplier, a), low);
            EXPECT_EQ(variate_value(Variate::any_low, multiplier, a), low > 0 ? 1 : 0);
            EXPECT_EQ(variate_value(Variate::popcount, multiplier, a), ones);
        }
    }
}

TEST(ControlVariate, WidthHoldsTheLargestValueAndNoMore) {
    for (const Multiplier& multiplier : testing::all_multipliers()) {
        for (const Variate& variate : kVariates) {
            const int bits = variate_bits(variate, multiplier);
            const int largest = variate_value(variate, multiplier, 255);
            EXPECT_LT(largest, 1 << bits);
            EXPECT_GE(2 * largest, multiplier.m == 0 ? 0 : 1 << bits);
        }
    }
    EXPECT_EQ(variate_bits(Variate::popcount, {MultiplierFamily::truncated, 12}), 4);
    EXPECT_EQ(variate_bits(Variate::low_bits, {MultiplierFamily::truncated, 12}), 8);
}

/// METHOD.md: E[a_i] = 1/2, so E[eps] = sum over dropped rows of 2^(i-1) (W mod 2^(m-i)).
TEST(ControlVariate, AnalyticCoefficientFollowsTheClosedForms) {
    for (int w = 0; w < 256; ++w) {
        for (int m = 1; m <= 7; ++m) {
            EXPECT_DOUBLE_EQ(analytic_coefficient({MultiplierFamily::perforated, m}, Variate::low_bits, w),
                             w);
            EXPECT_DOUBLE_EQ(
                analytic_coefficient({MultiplierFamily::perforated, m}, Variate::low_bits, w - 128), w - 128);
            EXPECT_DOUBLE_EQ(analytic_coefficient({MultiplierFamily::recursive, m}, Variate::low_bits, w),
                             w % (1 << m));
        }
        for (int m = 1; m <= 12; ++m) {
            double error = 0;
            for (int i = 0; i < std::min(m, 8); ++i) {
                error += (1 << i) / 2.0 * (m - i >= 8 ? w : w % (1 << (m - i)));
            }
            const int low = std::min(m, 8);
            const Multiplier truncated{MultiplierFamily::truncated, m};
            EXPECT_DOUBLE_EQ(analytic_coefficient(truncated, Variate::any_low, w),
                             error / (1.0 - 1.0 / (1 << low)));
            EXPECT_DOUBLE_EQ(analytic_coefficient(truncated, Variate::popcount, w), error / (low / 2.0));
        }
    }
    EXPECT_EQ(analytic_coefficient({}, Variate::low_bits, 200), 0.0);
}

TEST(ControlVariate, FixedPointRoundsHalfAwayAndSaturates) {
    EXPECT_EQ(to_fixed_point(1.5, 4, 16), 24);
    EXPECT_EQ(to_fixed_point(1.0 / 32, 4, 16), 1);
    EXPECT_EQ(to_fixed_point(-1.0 / 32, 4, 16), -1);
    EXPECT_EQ(to_fixed_point(0.03, 4, 16), 0);
    EXPECT_EQ(to_fixed_point(1e9, 4, 16), 32767);
    EXPECT_EQ(to_fixed_point(-1e9, 4, 16), -32768);
    EXPECT_EQ(to_fixed_point(1e9, 12, 2), 1);
    EXPECT_EQ(to_fixed_point(1e9, 0, 24), (1 << 23) - 1);
}

TEST(ControlVariate, CorrectionRoundsHalfUp) {
    EXPECT_EQ(correction_term(8, 1, 4), 1);    // 0.5
    EXPECT_EQ(correction_term(-8, 1, 4), 0);   // -0.5
    EXPECT_EQ(correction_term(-9, 1, 4), -1);  // -0.5625
    EXPECT_EQ(correction_term(7, 1, 4), 0);
    EXPECT_EQ(correction_term(-3, 5, 0), -15);
    EXPECT_EQ(correction_term(1 << 22, 1 << 22, 12), std::int64_t{1} << 32);
}

TEST(ControlVariate, NamesAndDefaults) {
    for (const Variate& v : kVariates) EXPECT_EQ(parse_variate(to_string(v)), v);
    EXPECT_EQ(to_string(Variate::any_low), "or");
    EXPECT_EQ(default_variate({MultiplierFamily::truncated, 7}), Variate::any_low);
    EXPECT_EQ(default_variate({MultiplierFamily::perforated, 2}), Variate::low_bits);
    EXPECT_EQ(default_variate({MultiplierFamily::recursive, 2}), Variate::low_bits);
    try {
        parse_variate("xor");
        FAIL();
    } catch (const InputError& e) {
        EXPECT_STREQ(e.what(), "--variate: got 'xor', expected low_bits, or, popcount or file:PATH");
    }
}

/// x(0) .. x(255) as text, `change` at its place.
std::string variate_text(std::size_t at, const std::string& change, const char* gap = "\n") {
    std::string text;
    for (std::size_t a = 0; a < 256; ++a) text += (a == at ? change : std::to_string(a * 7 % 256)) + gap;
    return text;
}

std::string refusal(const std::string& text) {
    const test::TemporaryFile file(".x", text);
    try {
        parse_variate("file:" + file.path());
    } catch (const InputError& e) {
        return std::string(e.what()).substr(file.path().size());
    }
    return "accepted";
}

TEST(ControlVariate, AnyTableComesFromAFile) {
    const Multiplier truncated{MultiplierFamily::truncated, 3};
    Variate::Table table{};
    for (std::size_t a = 0; a < 256; ++a) table[a] = static_cast<std::uint8_t>(a * 7 % 256);
    for (const char* gap : {"\n", ",", ", ", "\r\n", " "}) {
        const test::TemporaryFile file(".x", variate_text(256, "", gap));
        const Variate read = parse_variate("file:" + file.path());
        EXPECT_EQ(read, Variate(table));
        for (int a = 0; a < 256; ++a) EXPECT_EQ(variate_value(read, truncated, a), a * 7 % 256);
        EXPECT_EQ(to_string(read), "file#de9a18c5");
    }
    EXPECT_EQ(variate_value(Variate(table), {}, 3), 0) << "the exact multiplier needs none";
    table[200] = 1;
    EXPECT_NE(to_string(Variate(table)), "file#de9a18c5");
    EXPECT_NE(Variate(table), Variate::popcount);
}

TEST(ControlVariate, WidthOfATableIsThatOfItsLargestEntry) {
    Variate::Table table{};
    for (const int largest : {1, 2, 3, 4, 127, 128, 255}) {
        table[100] = static_cast<std::uint8_t>(largest);
        const int bits = variate_bits(Variate(table), {MultiplierFamily::truncated, 2});
        EXPECT_LT(largest, 1 << bits);
        EXPECT_GE(largest, 1 << (bits - 1));
    }
}

TEST(ControlVariate, BadTablesAreRefusedByPlace) {
    EXPECT_EQ(refusal(variate_text(2, "256")), ":3: x(2): got 256, expected an integer in [0, 255]");
    EXPECT_EQ(refusal(variate_text(255, "-1")), ":256: x(255): got -1, expected an integer in [0, 255]");
    EXPECT_EQ(refusal(variate_text(7, "1.5", ",")), ":1: x(7): got 1.5, expected an integer in [0, 255]");
    EXPECT_EQ(refusal(variate_text(0, "1 1")), ":256: x(256): got 249, expected no more than 256 numbers");
    EXPECT_EQ(refusal("1\n2\n"), ":3: x: got 2 numbers, expected 256");
    EXPECT_EQ(refusal(""), ":1: x: got 0 numbers, expected 256");
    std::string flat;
    for (int a = 0; a < 256; ++a) flat += "4 ";
    EXPECT_EQ(refusal(flat), ":1: x: got 256 times 4, expected numbers that differ");
    EXPECT_EQ(refusal(std::string("1 \x01")), ":1: x(1): got \\x01, expected an integer in [0, 255]");
}

TEST(RegisteredActivationBits, WhatMultiplierAndXRead) {
    const auto bits = [](const char* multiplier, bool inside) {
        return int{registered_activation_bits(parse_multiplier(multiplier), Variate::any_low, inside)};
    };
    EXPECT_EQ(bits("exact", true), 255);
    EXPECT_EQ(bits("perforated:3", false), 0b11111000);
    EXPECT_EQ(bits("perforated:3", true), 255);
    EXPECT_EQ(bits("truncated:7", false), 255);  // bit 0 still meets weight bit 7
    EXPECT_EQ(bits("truncated:9", false), 0b11111100);
    EXPECT_EQ(bits("truncated:9", true), 255);
}

}  // namespace
}  // namespace approxtlm
