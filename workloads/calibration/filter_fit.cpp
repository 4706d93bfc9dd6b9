#include "workloads/calibration/filter_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "models/arithmetic/control_variate.h"

namespace approxtlm::workloads {
namespace {

/// Samples that saturate in both networks keep this weight: enough for a filter that always does.
constexpr double kSaturatedWeight = 0.01;
constexpr int kMostRounds = 6;
/// Least squares shrinks every noisy sum a little, which costs more than it gains; below this share of the
/// start it is right: the filter's sums are noise.
constexpr double kHopelessGain = 0.5;

/// wanted is near gain got + slope x + tilt a + constant.
struct Plane {
    double gain = 1, slope = 0, tilt = 0, constant = 0;
};

/// The plane's variables and what they should add up to.
enum Variable : std::size_t { kGot, kX, kA, kWanted, kVariables };
using Free = std::array<bool, kWanted>;  ///< which of got, x, a have a factor to find

/// Weighted means and centred second moments.
struct Moments {
    double n = 0;
    std::array<double, kVariables> mean{};
    std::array<std::array<double, kVariables>, kVariables> product{};
};

/// Over the samples as `plane` corrects them.
Moments moments(const FilterSamples& s, const Plane& plane, bool saturation) {
    Moments m;
    for (std::size_t i = 0; i < s.n; ++i) {
        const double x = s.x[i], a = s.a[i], got = s.got[i];
        const double corrected = plane.gain * got + plane.slope * x + plane.tilt * a + plane.constant;
        double wanted = s.wanted[i], weight = 1;
        if (saturation) {
            const bool same_low = wanted <= s.low && corrected <= s.low;
            const bool same_high = wanted >= s.high && corrected >= s.high;
            if (same_low || same_high) {
                weight = kSaturatedWeight;
            } else {
                wanted = std::clamp(wanted, s.low, s.high);
            }
        }
        const std::array<double, kVariables> v{got, x, a, wanted};
        m.n += weight;
        for (std::size_t p = 0; p < kVariables; ++p) {
            const double wp = weight * v[p];
            m.mean[p] += wp;
            for (std::size_t q = 0; q <= p; ++q) m.product[p][q] += wp * v[q];
        }
    }
    for (double& mean : m.mean) mean /= m.n;
    for (std::size_t p = 0; p < kVariables; ++p) {
        for (std::size_t q = 0; q <= p; ++q) {
            m.product[p][q] -= m.n * m.mean[p] * m.mean[q];
            m.product[q][p] = m.product[p][q];
        }
    }
    return m;
}

/// Minimises over the free factors and the constant; the others, and those of constant variables, stay.
Plane solve(Moments m, const Plane& plane, const Free& may_change) {
    constexpr double kDependent = 1e-9;
    const std::array<double, kWanted> before{plane.gain, plane.slope, plane.tilt};
    std::array<double, kWanted> factor = before, spread{};
    Free free = may_change;
    for (std::size_t p = 0; p < kWanted; ++p) {
        spread[p] = m.product[p][p];
        free[p] = free[p] && spread[p] > kDependent * m.n * m.mean[p] * m.mean[p];
        if (free[p]) continue;
        for (auto& row : m.product) row[kWanted] -= factor[p] * row[p];
    }
    // Gauss-Jordan elimination; a variable that earlier ones explain gets factor 0.
    for (std::size_t p = 0; p < kWanted; ++p) {
        if (!free[p]) continue;
        factor[p] = 0;
        const double pivot = m.product[p][p];
        if (!(pivot > kDependent * spread[p])) {
            free[p] = false;
            continue;
        }
        for (double& v : m.product[p]) v /= pivot;
        for (std::size_t q = 0; q < kWanted; ++q) {
            if (q == p) continue;
            const double times = m.product[q][p];
            for (std::size_t c = 0; c < kVariables; ++c) m.product[q][c] -= times * m.product[p][c];
        }
    }
    double constant = m.mean[kWanted];
    for (std::size_t p = 0; p < kWanted; ++p) {
        if (free[p]) factor[p] = m.product[p][kWanted];
        constant -= factor[p] * m.mean[p];
    }
    return {factor[kGot], factor[kX], factor[kA], constant};
}

/// The loss is convex: which samples saturate settles in a few rounds.
Plane settle(const FilterSamples& s, Plane plane, const Free& free, bool saturation) {
    for (int round = 0; round < kMostRounds; ++round) {
        const Plane before = plane;
        plane = solve(moments(s, plane, saturation), plane, free);
        if (!saturation || std::abs(plane.constant - before.constant) < 0.5) break;
    }
    return plane;
}

}  // namespace

FilterCorrection fit_filter(const FilterSamples& samples, const FitTerms& terms, const FitStart& start,
                            const CorrectionConfig& correction) {
    FilterCorrection found;
    if (samples.n == 0) return found;
    std::vector<std::int32_t> got(samples.got, samples.got + samples.n);
    FilterSamples s = samples;
    s.got = got.data();  // takes in what is settled

    bool gain_free = terms.gain;
    const auto fit_all = [&] {
        const Free free{gain_free, terms.slope, terms.zero_point};
        return settle(s, settle(s, {start.gain, start.slope * start.gain, 0, 0}, free, false), free,
                      terms.saturation);
    };
    Plane plane = fit_all();
    if (gain_free && plane.gain > kHopelessGain * start.gain) {
        gain_free = false;
        plane = fit_all();
    }
    plane.gain = std::max(plane.gain, start.least_gain);
    if (terms.zero_point) {
        found.zero_point_shift =
            static_cast<std::int32_t>(std::clamp(-std::round(plane.tilt / plane.gain), -255.0, 255.0));
        for (std::size_t i = 0; i < s.n; ++i) got[i] -= found.zero_point_shift * s.a[i];
        plane.tilt = 0;
    }
    if (terms.slope) plane = settle(s, plane, {gain_free, true, false}, terms.saturation);
    plane.gain = std::max(plane.gain, start.least_gain);
    const auto fraction_bits = static_cast<int>(correction.coefficient_fraction_bits);
    found.coefficient = to_fixed_point(plane.slope / plane.gain, fraction_bits,
                                       static_cast<int>(correction.coefficient_bits));
    for (std::size_t i = 0; i < s.n; ++i)
        got[i] += static_cast<std::int32_t>(correction_term(found.coefficient, s.x[i], fraction_bits));
    plane.slope = 0;
    plane = settle(s, plane, {gain_free, false, false}, terms.saturation);
    if (plane.gain < start.least_gain) {
        plane.gain = start.least_gain;
        plane = settle(s, plane, {false, false, false}, terms.saturation);
    }
    found.gain = static_cast<float>(plane.gain);
    constexpr double kLimit = 1 << 30;
    found.constant =
        static_cast<std::int32_t>(std::clamp(std::round(plane.constant / plane.gain), -kLimit, kLimit));
    return found;
}

void missing_sums(const FilterSamples& s, const FilterCorrection& correction, std::uint32_t fraction_bits,
                  std::int32_t* missing) {
    const auto bits = static_cast<int>(fraction_bits);
    const double gain = static_cast<double>(correction.gain);
    const double low = s.low / gain, high = s.high / gain;
    for (std::size_t i = 0; i < s.n; ++i) {
        const double corrected =
            static_cast<double>(s.got[i] - std::int64_t{correction.zero_point_shift} * s.a[i] +
                                correction_term(correction.coefficient, s.x[i], bits) + correction.constant);
        const double wanted = s.wanted[i] / gain;
        const bool same = (wanted <= low && corrected <= low) || (wanted >= high && corrected >= high);
        constexpr double kLimit = 1 << 30;
        missing[i] = same ? 0
                          : static_cast<std::int32_t>(std::round(
                                std::clamp(std::clamp(wanted, low, high) - corrected, -kLimit, kLimit)));
    }
}

}  // namespace approxtlm::workloads
