#include "power/estimator/operating_point.h"

#include <fmt/format.h>

#include <cmath>

#include "models/common/error.h"

namespace approxtlm::power {

OperatingPoint nominal_point(const Technology& technology) {
    return {technology.clock_mhz(), technology.file.voltage_v};
}

double fastest_clock_mhz(const Technology& technology, double voltage_v) {
    const PublishedFigures& p = technology.file.published;
    // A voltage that was written with a few digits may lie on a limit.
    constexpr double kSlack = 1e-9;
    if (!(voltage_v >= p.lowest_v * (1 - kSlack) && voltage_v <= p.highest_v * (1 + kSlack)))
        throw InputError("--voltage-v", fmt::format("{}", voltage_v),
                         fmt::format("{:.4g} to {:.4g}, where the scaling rule of technology {} holds",
                                     p.lowest_v, p.highest_v, technology.name()));
    const auto delay = [&](double v) { return v / std::pow(v - p.threshold_v, p.alpha); };
    return technology.clock_mhz() * delay(technology.file.voltage_v) / delay(voltage_v);
}

void check_operating_point(const Technology& technology, const OperatingPoint& point) {
    const double fastest = fastest_clock_mhz(technology, point.voltage_v);
    // A clock given with as many digits as reports print is the same clock.
    constexpr double kRounding = 1e-5;
    if (point.clock_mhz > 0 && point.clock_mhz <= fastest * (1 + kRounding)) return;
    throw InputError(
        "--clock-mhz", fmt::format("{}", point.clock_mhz),
        fmt::format(
            "above 0 and at most {:.6g}, the clock that technology {} was made for{}", fastest,
            technology.name(),
            point.voltage_v == technology.file.voltage_v ? "" : fmt::format(", at {} V", point.voltage_v)));
}

double energy_scale(const Technology& technology, double voltage_v) {
    const double ratio = voltage_v / technology.file.voltage_v;
    return ratio * ratio;
}

double leakage_scale(const Technology& technology, double voltage_v) {
    return voltage_v / technology.file.voltage_v;
}

}  // namespace approxtlm::power
