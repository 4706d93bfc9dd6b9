#include "workloads/calibration/choose_codes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "models/arithmetic/control_variate.h"
#include "workloads/calibration/filter_fit.h"

namespace approxtlm::workloads {
namespace {

/// One filter that should give the exact sums of random weights.
GroupSamples planted_samples(const Multiplier& multiplier, std::vector<std::int16_t>& codes,
                             std::uint32_t seed) {
    std::mt19937 random(seed);
    GroupSamples g;
    g.n = 1500;
    g.reduction = 12;
    g.filters = 1;
    const Variate variate = default_variate(multiplier);
    codes.clear();
    for (std::uint32_t k = 0; k < g.reduction; ++k)
        codes.push_back(static_cast<std::int16_t>(random() % 256));
    for (std::size_t s = 0; s < g.n; ++s) {
        std::int32_t x = 0, a_sum = 0, wanted = 0;
        for (std::uint32_t k = 0; k < g.reduction; ++k) {
            const auto a = static_cast<std::uint8_t>(random() % 256);
            g.window.push_back(a);
            x += variate_value(variate, multiplier, a);
            a_sum += a;
            wanted += codes[k] * a;
        }
        g.x.push_back(x);
        g.a.push_back(a_sum);
        g.wanted.push_back(wanted);
    }
    return g;
}

/// Mean square of what is missing with the best C and C0.
double loss(GroupSamples& g, const Multiplier& multiplier, const std::vector<std::int16_t>& codes,
            std::vector<std::int32_t>& missing) {
    g.got.assign(g.n, 0);
    for (std::size_t s = 0; s < g.n; ++s) {
        for (std::uint32_t k = 0; k < g.reduction; ++k)
            g.got[s] += approximate_product(multiplier, codes[k], g.window[s * g.reduction + k]);
    }
    const FilterSamples samples{g.n, g.x.data(), g.a.data(), g.got.data(), g.wanted.data(), -1e9, 1e9};
    const FilterCorrection c = fit_filter(samples, {true, false, false, false}, {}, {});
    missing.resize(g.n);
    missing_sums(samples, c, 8, missing.data());
    double sum = 0;
    for (const std::int32_t e : missing) sum += static_cast<double>(e) * e;
    return sum / static_cast<double>(g.n);
}

TEST(ProductForms, AreTheProductsOfTheLinearFamilies) {
    for (const Multiplier& m : {Multiplier{MultiplierFamily::perforated, 3},
                                {MultiplierFamily::recursive, 5},
                                {MultiplierFamily::truncated, 9},
                                {MultiplierFamily::exact, 0}}) {
        for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
            const ProductForms f = product_forms(m, encoding);
            for (int code = 0; code < 256; ++code) {
                for (int a = 0; a < 256; ++a) {
                    double sum = 0;
                    for (std::size_t b = 0; b < f.bit.size(); ++b)
                        if ((a >> f.bit[b] & 1) != 0)
                            sum += static_cast<double>(f.forms[b * 256 + static_cast<std::size_t>(code)]);
                    ASSERT_EQ(sum, approximate_product(m, code + f.lowest, a)) << to_string(m) << ' ' << code;
                }
            }
        }
    }
    EXPECT_EQ(product_forms({MultiplierFamily::perforated, 3}, Encoding::unsigned_codes).bit,
              (std::vector<int>{3, 4, 5, 6, 7}));
}

/// A table that no linear form of A's bits gives: truncated:9, and 256 more where bits 3 and 5 of A are both
/// set.
Multiplier nonlinear_table() {
    const Multiplier truncated{MultiplierFamily::truncated, 9};
    std::vector<std::int32_t> products;
    for (int w = 0; w < 256; ++w) {
        for (int a = 0; a < 256; ++a)
            products.push_back(approximate_product(truncated, w, a) + 256 * (a >> 3 & a >> 5 & 1));
    }
    return {MultiplierFamily::table, 8,
            std::make_shared<ProductTable>("nonlinear", Encoding::unsigned_codes, 0, products)};
}

// Least squares: what the form leaves of the products is orthogonal to each bit and to a constant.
TEST(ProductForms, AreTheNearestFormOfANonlinearTable) {
    const Multiplier m = nonlinear_table();
    const ProductForms f = product_forms(m, Encoding::unsigned_codes);
    EXPECT_EQ(f.bit, (std::vector<int>{2, 3, 4, 5, 6, 7}));  // truncated:9 reads no lower ones
    double largest_residual = 0;
    for (int w = 0; w < 256; w += 5) {
        std::vector<double> residual(256);
        double mean = 0;
        for (int a = 0; a < 256; ++a) {
            double form = 0;
            for (std::size_t b = 0; b < f.bit.size(); ++b)
                form +=
                    (a >> f.bit[b] & 1) * static_cast<double>(f.forms[b * 256 + static_cast<std::size_t>(w)]);
            residual[static_cast<std::size_t>(a)] = approximate_product(m, w, a) - form;
            mean += residual[static_cast<std::size_t>(a)] / 256;
        }
        for (const int b : f.bit) {
            double product = 0;
            for (int a = 0; a < 256; ++a)
                product += (residual[static_cast<std::size_t>(a)] - mean) * ((a >> b & 1) - 0.5);
            EXPECT_NEAR(product, 0, 0.05) << "weight " << w << ", bit " << b;
        }
        for (const double r : residual) largest_residual = std::max(largest_residual, std::abs(r - mean));
    }
    EXPECT_NEAR(largest_residual, 64, 1e-3);  // of 256 a b the nearest form leaves 256 (a - 1/2) (b - 1/2)
}

TEST(CodeChooser, LowersTheErrorOnTheTrueTable) {
    const Multiplier m = nonlinear_table();
    std::vector<std::int16_t> codes;
    GroupSamples g = planted_samples(m, codes, 11);
    const std::vector<std::int16_t> planted = codes;
    const CodeChooser chooser(g, product_forms(m, Encoding::unsigned_codes), 2);
    std::vector<std::int32_t> missing;
    const double before = loss(g, m, codes, missing);
    double best = before;
    for (int pass = 0; pass < 4; ++pass) {
        chooser.sweep(missing, codes.data());
        best = std::min(best, loss(g, m, codes, missing));
    }
    EXPECT_NE(codes, planted);
    EXPECT_LT(best, 0.95 * before);
}

TEST(BitSums, EqualTheSumsByHand) {
    std::vector<std::int16_t> codes;
    const GroupSamples g = planted_samples({MultiplierFamily::truncated, 8}, codes, 3);
    const std::vector<int> bit{1, 4, 7};
    const BitRows rows = activation_bits(g, bit);
    std::vector<std::int32_t> values;
    for (std::size_t s = 0; s < 2 * g.n; ++s)
        values.push_back(static_cast<std::int32_t>(s * 7919 % 30011) - 15000);
    const std::vector<double> sums = bit_sums(rows, values, g.n, 2);
    for (std::size_t list = 0; list < 2; ++list) {
        for (std::size_t r = 0; r < g.reduction * bit.size(); ++r) {
            double want = 0;
            for (std::size_t s = 0; s < g.n; ++s)
                if ((g.window[s * g.reduction + r / 3] >> bit[r % 3] & 1) != 0)
                    want += values[list * g.n + s];
            ASSERT_EQ(sums[list * rows.rows + r], want) << "list " << list << ", row " << r;
        }
    }
}

TEST(CodeChooser, SweepsLowerTheError) {
    for (const Multiplier& m : {Multiplier{MultiplierFamily::perforated, 3},
                                {MultiplierFamily::truncated, 9},
                                {MultiplierFamily::recursive, 6}}) {
        std::vector<std::int16_t> codes;
        GroupSamples g = planted_samples(m, codes, 11);
        const ProductForms forms = product_forms(m, Encoding::unsigned_codes);
        const CodeChooser one(g, forms, 1), three(g, forms, 3);
        std::vector<std::int32_t> missing;
        const double before = loss(g, m, codes, missing);
        double last = before;
        for (int pass = 0; pass < 4; ++pass) {
            std::vector<std::int16_t> again = codes;
            one.sweep(missing, codes.data());
            three.sweep(missing, again.data());
            EXPECT_EQ(codes, again) << to_string(m);
            const double now = loss(g, m, codes, missing);
            EXPECT_LE(now, last * 1.001 + 1) << to_string(m) << ", pass " << pass;
            last = now;
        }
        // Perforation drops bits that nothing kept tells about here: independent activations leave no gain.
        if (m.family != MultiplierFamily::perforated) {
            EXPECT_LT(last, 0.8 * before) << to_string(m);
        }
    }
}

}  // namespace
}  // namespace approxtlm::workloads
