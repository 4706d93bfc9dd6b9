#pragma once

#include "power/technology/technology.h"

namespace approxtlm::power {

struct OperatingPoint {
    double clock_mhz = 0;
    double voltage_v = 0;
};

/// The file's voltage and clock.
OperatingPoint nominal_point(const Technology& technology);

/// What the file's clock becomes at another voltage: delay ~ V / (V - Vt)^alpha (alpha-power law, Sakurai and
/// Newton, IEEE JSSC 25(2), 1990), Vt and alpha from the file. Throws InputError ("--voltage-v") outside the
/// file's limits.
double fastest_clock_mhz(const Technology& technology, double voltage_v);

/// Throws InputError for a voltage out of limits, and for a clock that is not above 0 or faster than that.
void check_operating_point(const Technology& technology, const OperatingPoint& point);

/// Energy of an event, and power of leakage, over those at the file's voltage: E ~ V^2, P ~ V.
double energy_scale(const Technology& technology, double voltage_v);
double leakage_scale(const Technology& technology, double voltage_v);

}  // namespace approxtlm::power
