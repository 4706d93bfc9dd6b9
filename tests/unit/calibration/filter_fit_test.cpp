#include "workloads/calibration/filter_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace approxtlm::workloads {
namespace {

constexpr double kFar = 1e9;

/// Samples whose wanted sums lie on slope x - shift a + constant above the products.
struct Planted {
    std::vector<std::int32_t> x, a, got, wanted;

    Planted(double slope, int shift, int constant, int noise, std::uint32_t seed = 5) {
        std::mt19937 random(seed);
        for (int i = 0; i < 2000; ++i) {
            x.push_back(static_cast<std::int32_t>(random() % 64) * 4);
            a.push_back(static_cast<std::int32_t>(random() % 5000));
            got.push_back(static_cast<std::int32_t>(random() % 100000) - 50000);
            const int error = noise == 0 ? 0 : static_cast<int>(random() % (2 * noise + 1)) - noise;
            wanted.push_back(got.back() + static_cast<std::int32_t>(std::lround(slope * x.back())) -
                             shift * a.back() + constant + error);
        }
    }
    FilterSamples samples(double low = -kFar, double high = kFar) const {
        return {x.size(), x.data(), a.data(), got.data(), wanted.data(), low, high};
    }
};

TEST(FilterFit, FindsWhatWasPlantedExactly) {
    const Planted planted(12.25, 3, -7000, 0);
    const FilterCorrection found = fit_filter(planted.samples(), {}, {}, {});
    EXPECT_EQ(found.coefficient, 12 * 256 + 64);
    EXPECT_EQ(found.zero_point_shift, 3);
    EXPECT_EQ(found.constant, -7000);
    std::vector<std::int32_t> missing(planted.x.size(), -1);
    missing_sums(planted.samples(), found, 8, missing.data());
    EXPECT_EQ(missing, std::vector<std::int32_t>(missing.size(), 0));
}

/// Against sum (x - mean x)(e - mean e) / sum (x - mean x)^2, formed the long way.
TEST(FilterFit, StraightLineEqualsTheClosedForm) {
    const Planted planted(-3.4, 0, 900, 4000);
    const FilterCorrection found = fit_filter(planted.samples(), {true, false, false}, {}, {});
    long double x_mean = 0, e_mean = 0, xx = 0, xe = 0;
    const auto n = static_cast<long double>(planted.x.size());
    for (std::size_t i = 0; i < planted.x.size(); ++i) {
        x_mean += planted.x[i] / n;
        e_mean += (planted.wanted[i] - planted.got[i]) / n;
    }
    for (std::size_t i = 0; i < planted.x.size(); ++i) {
        const long double x = planted.x[i] - x_mean;
        xx += x * x;
        xe += x * (planted.wanted[i] - planted.got[i] - e_mean);
    }
    EXPECT_EQ(found.coefficient, std::lround(xe / xx * 256));
    EXPECT_EQ(found.constant, std::lround(e_mean - found.coefficient / 256.0L * x_mean));
    EXPECT_EQ(found.zero_point_shift, 0);
}

TEST(FilterFit, CoefficientSaturatesAtItsWidth) {
    CorrectionConfig narrow;
    narrow.coefficient_fraction_bits = 2;
    narrow.coefficient_bits = 6;
    EXPECT_EQ(fit_filter(Planted(100, 0, 0, 0).samples(), {}, {}, narrow).coefficient, 31);
    EXPECT_EQ(fit_filter(Planted(-100, 0, 0, 0).samples(), {}, {}, narrow).coefficient, -32);
}

TEST(FilterFit, SlopeThatIsNotFreeStays) {
    EXPECT_EQ(fit_filter(Planted(9, 0, 50, 0).samples(), {false, false, false}, {2.5}, {}).coefficient, 640);
}

TEST(FilterFit, NothingToLearnFromIsNoCorrection) {
    const FilterCorrection none = fit_filter({}, {}, {}, {});
    EXPECT_EQ(none.coefficient, 0);
    EXPECT_EQ(none.constant, 0);
    EXPECT_EQ(none.zero_point_shift, 0);
    Planted flat(0, 0, 30, 0);
    flat.x.assign(flat.x.size(), 7);
    const FilterCorrection constant = fit_filter(flat.samples(), {true, false, true}, {}, {});
    EXPECT_EQ(constant.coefficient, 0);
    EXPECT_EQ(constant.constant, 30);
}

/// Sums that ReLU cuts off in both networks are free to differ: the others are met better.
TEST(FilterFit, SaturatedSamplesCountLittle) {
    Planted planted(5, 0, 100, 0);
    for (std::size_t i = 0; i < planted.x.size(); ++i)
        if (planted.wanted[i] < 0) planted.wanted[i] -= 3000;  // an offset that nobody sees
    const FilterSamples s = planted.samples(0);
    const auto loss = [&](const FilterCorrection& c) {
        std::vector<std::int32_t> missing(s.n);
        missing_sums(s, c, 8, missing.data());
        double sum = 0;
        for (const std::int32_t e : missing) sum += static_cast<double>(e) * e;
        return sum;
    };
    const double seen = loss(fit_filter(s, {true, false, true}, {}, {}));
    const double blind = loss(fit_filter(s, {true, false, false}, {}, {}));
    EXPECT_LT(seen, 0.05 * blind);
}

/// Sums that are noise beside a constant target are scaled away; sums that tell something keep their scale.
TEST(FilterFit, GainFallsOnlyWhereTheSumsAreNoise) {
    Planted noise(0, 0, 0, 0), useful(0, 0, 0, 30000);
    noise.wanted.assign(noise.wanted.size(), 1000);
    const FitStart start{0, 1, 1.0 / 1024};
    const FilterCorrection silenced = fit_filter(noise.samples(), {}, start, {});
    EXPECT_EQ(silenced.gain, 1.0f / 1024);
    std::vector<std::int32_t> missing(noise.x.size());
    missing_sums(noise.samples(), silenced, 8, missing.data());
    const double unit = static_cast<double>(silenced.gain);
    for (const std::int32_t e : missing) EXPECT_LT(std::abs(e * unit), 100);
    EXPECT_EQ(fit_filter(useful.samples(), {}, start, {}).gain, 1.0f);
    FitTerms fixed;
    fixed.gain = false;
    EXPECT_EQ(fit_filter(noise.samples(), fixed, start, {}).gain, 1.0f);
}

/// Codes of a quarter of the step: sums four times as large, the gain puts it right.
TEST(FilterFit, StartsFromTheStepOfTheCodes) {
    Planted planted(10, 0, 400, 0);
    for (std::size_t i = 0; i < planted.x.size(); ++i) planted.got[i] *= 4;
    for (std::size_t i = 0; i < planted.x.size(); ++i)
        planted.wanted[i] = planted.got[i] / 4 + 10 * planted.x[i] + 400;
    const FilterCorrection found = fit_filter(planted.samples(), {}, {0, 0.25, 1.0 / 1024}, {});
    EXPECT_EQ(found.gain, 0.25f);
    EXPECT_EQ(found.coefficient, 40 * 256);
    EXPECT_EQ(found.constant, 1600);
}

}  // namespace
}  // namespace approxtlm::workloads
