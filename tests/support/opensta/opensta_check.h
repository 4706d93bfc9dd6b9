#pragma once

#include <string>

#include "tests/support/opensta/opensta.h"
#include "tests/support/opensta/uniform_energy.h"

namespace approxtlm::power {

/// OpenSTA beside our own timing and power on one netlist. Errors are |ours / theirs - 1|.
struct OpenStaCheck {
    std::size_t endpoints = 0;
    double worst_arrival_error = 0;
    double shortest_period_ps = 0, opensta_shortest_period_ps = 0;
    UniformEnergy by_its_rule;  ///< our tables, transitions and loads, weighed as that OpenSTA does
    double combinational_error = 0, sequential_error = 0;  ///< internal and switching energy by its rule

    /// "48 endpoints, arrivals within 0.000 %; period 193.6 / 193.6 ps; combinational energy 0.1 %,
    /// sequential 2.0 %"
    std::string summary() const;
};

/// `timing` is analyse() with the options that the job was written with, `result` what it printed. Throws
/// InputError for an endpoint that the netlist lacks.
OpenStaCheck compare_with_opensta(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                                  double activity, const OpenStaResult& result);

}  // namespace approxtlm::power
