#pragma once

#include <string>
#include <utility>
#include <vector>

#include "power/gates/timing.h"

namespace approxtlm::power {

/// A run of OpenSTA (`sta`, Debian's 0~20191111) on one of our netlists, to check timing and power against
/// another program.
struct OpenStaJob {
    std::string script;  ///< for `sta -no_splash -exit SCRIPT`
    double period_ps = 0;
};

/// What OpenSTA said.
struct OpenStaResult {
    struct Endpoint {
        std::string name;  ///< "i12/D": instance 12 of the netlist; or an output port's bit, "psum_out[3]"
        double arrival_ps = 0;
        double slack_ps = 0;
    };
    std::vector<Endpoint> endpoints;
    double shortest_period_ps = 0;  ///< period less the worst slack
    /// Per period at the uniform activity, femtojoules; leakage in nanowatts.
    double combinational_internal_fj = 0, combinational_switching_fj = 0, combinational_leakage_nw = 0;
    double sequential_internal_fj = 0, sequential_switching_fj = 0, sequential_leakage_nw = 0;
};

/// Writes script, netlist and unpacked copies of the Liberty files into `folder`. The copies lack their
/// default_wire_load, because our netlists have no wires. `options` must not be abutted and must name both
/// transitions and the input arrival. Every net gets `activity` edges a period.
OpenStaJob write_opensta_job(const Netlist& netlist, const std::vector<std::string>& liberty_paths,
                             const TimingOptions& options, double period_ps, double activity,
                             const std::string& folder);

/// Reads what `sta` printed. Throws InputError when a part is missing or `sta` reported an error.
OpenStaResult read_opensta_log(const std::string& path, const OpenStaJob& job);

}  // namespace approxtlm::power
