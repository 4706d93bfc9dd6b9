#include "workloads/calibration/filter_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "models/arithmetic/control_variate.h"

namespace approxtlm::workloads {
namespace {

/// Samples that saturate in both networks keep this weight: enough for a filter that always does.
constexpr double kSaturatedWeight = 0.01;
constexpr int kMostRounds = 6;

/// wanted is near got + slope x + tilt a + constant.
struct Plane {
    double slope = 0, tilt = 0, constant = 0;
};

/// Weighted sums of (x, a, e) and their products.
struct Moments {
    double n = 0, x = 0, a = 0, e = 0, xx = 0, xa = 0, aa = 0, xe = 0, ae = 0;
};

/// Sums over the samples with `plane`'s corrections as they are; e is measured from zero correction.
Moments moments(const FilterSamples& s, const Plane& plane, bool saturation) {
    Moments m;
    for (std::size_t i = 0; i < s.n; ++i) {
        const double x = s.x[i], a = s.a[i], got = s.got[i];
        const double corrected = got + plane.slope * x + plane.tilt * a + plane.constant;
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
        const double e = wanted - got, wx = weight * x, wa = weight * a;
        m.n += weight;
        m.x += wx;
        m.a += wa;
        m.e += weight * e;
        m.xx += wx * x;
        m.xa += wx * a;
        m.aa += wa * a;
        m.xe += wx * e;
        m.ae += wa * e;
    }
    return m;
}

/// Minimises over the free ones of slope and tilt, and over the constant.
Plane solve(const Moments& m, Plane plane, bool slope, bool tilt) {
    const double n = m.n;
    const double xx = m.xx - m.x * m.x / n, aa = m.aa - m.a * m.a / n, xa = m.xa - m.x * m.a / n;
    const double xe = m.xe - m.x * m.e / n, ae = m.ae - m.a * m.e / n;
    constexpr double kDependent = 1e-9;  // x and a tell the same: x alone serves
    const double determinant = xx * aa - xa * xa;
    if (slope && tilt && determinant > kDependent * xx * aa) {
        plane.slope = (xe * aa - ae * xa) / determinant;
        plane.tilt = (ae * xx - xe * xa) / determinant;
    } else if (slope && xx > 0) {
        plane.slope = (xe - plane.tilt * xa) / xx;
    } else if (tilt && aa > 0) {
        plane.tilt = (ae - plane.slope * xa) / aa;
    }
    plane.constant = (m.e - plane.slope * m.x - plane.tilt * m.a) / n;
    return plane;
}

/// The loss is convex: which samples saturate settles in a few rounds.
Plane settle(const FilterSamples& s, Plane plane, bool slope, bool tilt, bool saturation) {
    for (int round = 0; round < kMostRounds; ++round) {
        const Plane before = plane;
        plane = solve(moments(s, plane, saturation), plane, slope, tilt);
        if (!saturation || std::abs(plane.constant - before.constant) < 0.5) break;
    }
    return plane;
}

}  // namespace

FilterCorrection fit_filter(const FilterSamples& samples, const FitTerms& terms, double start,
                            const CorrectionConfig& correction) {
    FilterCorrection found;
    if (samples.n == 0) return found;
    Plane plane{start, 0, 0};
    plane = settle(samples, plane, terms.slope, terms.zero_point, false);
    if (terms.zero_point) {
        plane = settle(samples, plane, terms.slope, true, terms.saturation);
        found.zero_point_shift =
            static_cast<std::int32_t>(std::clamp(-std::round(plane.tilt), -255.0, 255.0));
        plane.tilt = -found.zero_point_shift;
    }
    if (terms.slope) plane = settle(samples, plane, true, false, terms.saturation);
    const auto fraction_bits = static_cast<int>(correction.coefficient_fraction_bits);
    found.coefficient =
        to_fixed_point(plane.slope, fraction_bits, static_cast<int>(correction.coefficient_bits));
    plane.slope = std::ldexp(static_cast<double>(found.coefficient), -fraction_bits);
    plane = settle(samples, plane, false, false, terms.saturation);
    constexpr double kLimit = std::numeric_limits<std::int32_t>::max();
    found.constant = static_cast<std::int32_t>(std::clamp(std::round(plane.constant), -kLimit, kLimit));
    return found;
}

void missing_sums(const FilterSamples& s, const FilterCorrection& correction, std::uint32_t fraction_bits,
                  std::int32_t* missing) {
    const auto bits = static_cast<int>(fraction_bits);
    for (std::size_t i = 0; i < s.n; ++i) {
        const double corrected =
            static_cast<double>(s.got[i] - std::int64_t{correction.zero_point_shift} * s.a[i] +
                                correction_term(correction.coefficient, s.x[i], bits) + correction.constant);
        const double wanted = s.wanted[i];
        const bool same =
            (wanted <= s.low && corrected <= s.low) || (wanted >= s.high && corrected >= s.high);
        missing[i] =
            same ? 0 : static_cast<std::int32_t>(std::round(std::clamp(wanted, s.low, s.high) - corrected));
    }
}

}  // namespace approxtlm::workloads
