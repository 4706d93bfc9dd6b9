#include "models/arithmetic/error_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/arithmetic/all_multipliers.h"

namespace approxtlm {
namespace {

TEST(ErrorStatistics, ExactHasNoError) {
    for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
        const ErrorStatistics s = error_statistics({}, encoding);
        EXPECT_EQ(s.mae + s.wce + s.mre_percent + s.mse + s.error_probability_percent + s.bias, 0);
        EXPECT_EQ(error_variance({}, encoding), 0);
    }
}

/// eps = W (A mod 2^m): mean and largest are products of those of W and of the low bits.
TEST(ErrorStatistics, PerforatedFollowsTheClosedForms) {
    for (int m = 1; m <= 7; ++m) {
        const double low = (1 << m) - 1, low_squared = low * (2 * low + 1) / 6, w_squared = 255.0 * 511 / 6;
        const Multiplier perforated{MultiplierFamily::perforated, m};
        const ErrorStatistics s = error_statistics(perforated, Encoding::unsigned_codes);
        EXPECT_DOUBLE_EQ(s.mae, 127.5 * low / 2);
        EXPECT_DOUBLE_EQ(s.bias, s.mae);
        EXPECT_EQ(s.wce, 255 * static_cast<int>(low));
        EXPECT_NEAR(s.mse, w_squared * low_squared, 1e-6);
        EXPECT_DOUBLE_EQ(s.error_probability_percent, 100 * (255 / 256.0) * (1 - 1.0 / (1 << m)));
        EXPECT_NEAR(error_variance(perforated, Encoding::unsigned_codes),
                    w_squared * (low_squared - low * low / 4), 1e-6);
    }
}

TEST(ErrorStatistics, RecursiveFollowsTheClosedForms) {
    for (int m = 1; m <= 7; ++m) {
        const double low = (1 << m) - 1;
        const ErrorStatistics s =
            error_statistics({MultiplierFamily::recursive, m}, Encoding::unsigned_codes);
        EXPECT_DOUBLE_EQ(s.mae, low / 2 * low / 2);
        EXPECT_EQ(s.wce, static_cast<int>(low * low));
        EXPECT_DOUBLE_EQ(s.error_probability_percent, 100 * std::pow(1 - 1.0 / (1 << m), 2));
    }
}

TEST(ErrorStatistics, TruncatedFollowsTheClosedForms) {
    for (int m = 1; m <= 8;
         ++m) {  // each dropped partial product w_j a_i 2^(i + j) is 1 a quarter of the time
        double mean = 0, largest = 0;
        for (int i = 0; i < m; ++i)
            for (int j = 0; j < m - i; ++j) largest += 1 << (i + j);
        mean = largest / 4;
        const ErrorStatistics s =
            error_statistics({MultiplierFamily::truncated, m}, Encoding::unsigned_codes);
        EXPECT_DOUBLE_EQ(s.mae, mean);
        EXPECT_EQ(s.wce, static_cast<int>(largest));
    }
}

/// With both operands signed, relative errors are those of the circuit's own operands.
TEST(ErrorStatistics, SignedTablesCompareWithTheSignedProduct) {
    std::vector<std::int32_t> products;
    for (int code = 0; code < 256; ++code)
        for (int a = 0; a < 256; ++a)
            products.push_back(2 * weight_value(static_cast<std::uint8_t>(code), Encoding::signed_codes) *
                                   (a - 128) +
                               128 * weight_value(static_cast<std::uint8_t>(code), Encoding::signed_codes));
    const Multiplier twice{
        MultiplierFamily::table, 1,
        std::make_shared<const ProductTable>("twice", Encoding::signed_codes, -128, products)};
    const ErrorStatistics s = error_statistics(twice, Encoding::signed_codes);
    EXPECT_DOUBLE_EQ(s.mre_percent, 100);
    EXPECT_EQ(s.wce, 128 * 128);
    EXPECT_DOUBLE_EQ(s.mae, 64.0 * 64.0);
}

TEST(VariateFits, PerforatedIsRemovedByItsLowBits) {
    for (int m = 1; m <= 7; ++m) {
        const VariateFit best =
            variate_fits({MultiplierFamily::perforated, m}, Encoding::unsigned_codes).front();
        EXPECT_EQ(best.variate, Variate::low_bits);
        EXPECT_EQ(best.bits, m);
        EXPECT_EQ(best.residual_variance, 0);
    }
}

/// The residual is what remains of eps - C x - C0 with C and C0 spelt out, and no other C does better.
TEST(VariateFits, ResidualIsTheLeastSquares) {
    const Multiplier table = testing::random_table(9, Encoding::signed_codes, -128, 5);
    for (const VariateFit& fit : variate_fits(table, Encoding::signed_codes)) {
        if (fit.bits != 5) continue;
        double sum = 0;
        for (int w = -128; w < 128; ++w) {
            const double c = analytic_coefficient(table, fit.variate, w);
            const double c0 = mean_error(table, w) - c * mean_variate(fit.variate, table);
            double left = 0, mean = 0, steeper = 0;
            for (int a = 0; a < 256; ++a) {
                const double x = variate_value(fit.variate, table, a);
                const double e = multiplier_error(table, w, a) - c * x - c0;
                const double other = e - 3 * (x - mean_variate(fit.variate, table));
                mean += e / 256;
                left += e * e / 256;
                steeper += other * other / 256;
            }
            EXPECT_NEAR(mean, 0, 1e-6);
            EXPECT_LT(left, steeper);
            sum += left / 256;
        }
        EXPECT_NEAR(fit.residual_variance, sum, 1e-9 * sum) << to_string(fit.variate);
    }
}

TEST(VariateFits, TablesTakeTheBestByDefault) {
    const Multiplier table = testing::random_table(9, Encoding::unsigned_codes, 0, 5);
    const auto fits = variate_fits(table, Encoding::unsigned_codes);
    for (const VariateFit& fit : fits) {
        if (fit.bits != 5) continue;
        EXPECT_EQ(default_variate(table), fit.variate);
        break;
    }
    EXPECT_EQ(fits.size(), 24u);
}

}  // namespace
}  // namespace approxtlm
