#pragma once

#include "power/gates/netlist.h"
#include "power/gates/timing.h"

namespace approxtlm::power {

/// Energy per clock period, femtojoules.
struct UniformEnergy {
    double combinational_internal_fj = 0;
    double combinational_switching_fj = 0;
    double sequential_internal_fj = 0;  ///< register outputs, data pins and clock pins
    double sequential_switching_fj = 0;
    double combinational_leakage_nw = 0, sequential_leakage_nw = 0;

    double combinational_fj() const { return combinational_internal_fj + combinational_switching_fj; }
    double sequential_fj() const { return sequential_internal_fj + sequential_switching_fj; }
};

enum class LoadCapacitance { nominal, largest };

/// What the netlist spends when every net has `activity` edges a period and is 1 half of the time,
/// independently of every other net; clocks have two edges. No simulation: the figure that other tools give
/// for the same activity. An output's internal energy is the mean over the inputs and states from which one
/// input edge flips it, an input's the mean over all states. `loads`: pins' capacitances for the switching of
/// nets, nominal as in GateSimulator.
UniformEnergy uniform_energy(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                             double activity, LoadCapacitance loads = LoadCapacitance::nominal);

}  // namespace approxtlm::power
