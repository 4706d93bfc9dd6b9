#pragma once

#include <optional>
#include <string>
#include <vector>

#include "power/gates/netlist.h"

namespace approxtlm::power {

struct TimingOptions {
    /// Transition at input ports and at clock ports, ps; absent: LibertyLibrary::smallest_transition_ps.
    std::optional<double> input_slew_ps, clock_slew_ps;
    /// When input ports change after the clock edge, ps; absent: with the netlist's own slowest register
    /// output (0 where there is none), because the same registers drive them.
    std::optional<double> input_arrival_ps;
    /// Load at each bit of an output port beyond the netlist's own pins, fF.
    double output_load_ff = 0;
    /// The circuit stands in an array of its like: output NAME_out loads like input NAME_in (instead of
    /// output_load_ff), and input NAME_in arrives with the time and transition of output NAME_out.
    bool abutted = false;
};

struct PathStep {
    std::string instance;  ///< empty: a port
    std::string cell, pin;
    bool rising = false;
    double arrival_ps = 0, slew_ps = 0, load_ff = 0;
};

/// Static timing at one corner: worst arrival and worst transition of either edge of every net.
struct Timing {
    std::vector<Edges<double>> arrival_ps, slew_ps,
        load_ff;  ///< by net; -infinity where an edge cannot happen
    /// The same loads at the pins' nominal capacitances, for energy.
    std::vector<Edges<double>> energy_load_ff;
    std::vector<Edges<double>> required_setup_ps;  ///< by net: the largest setup time among its registers
    /// Shortest clock period: the worst of arrival + setup at registers and arrival at output ports.
    double shortest_period_ps = 0;
    /// Latest output change of any register after its clock edge; 0 without registers.
    double slowest_clock_to_output_ps = 0;
    std::vector<PathStep> worst_path;
    /// Transition at clock ports.
    double clock_slew_ps = 0;

    double slack_ps(double period_ps) const { return period_ps - shortest_period_ps; }
    /// Latest arrival over the bits of a port. Throws InputError for an unknown port.
    double port_arrival_ps(const Netlist& netlist, const std::string& port) const;
};

/// Throws InputError when an arc that the netlist needs is not in the library.
Timing analyse(const Netlist& netlist, const LibertyLibrary& library, const TimingOptions& options = {});

/// Several lines, one step each, for messages and logs.
std::string describe_path(const Timing& timing);

}  // namespace approxtlm::power
