#pragma once

#include <vector>

#include "power/circuits/circuit.h"
#include "power/gates/gate_simulator.h"
#include "power/macro_model/macro_model.h"
#include "power/technology/technology_file.h"

namespace approxtlm::power {

/// A mapped and sized netlist with its timing, ready to be simulated at a period.
struct MappedCircuit {
    Netlist netlist;
    Timing timing;
    std::string structure;  ///< "fused/sklansky/cells map/D1"

    double leakage_nw() const;
};

/// Of the design that the PE is one of.
StreamDesign stream_design(const PeCircuit& circuit);

/// Every block of these streams at the PE's gates: features and energies per cycle.
std::vector<Observation> observe(const MappedCircuit& pe, const LibertyLibrary& library,
                                 const PeCircuit& circuit, double period_ps,
                                 const std::vector<StreamSpec>& streams);
/// Femtojoules a cycle of one stream, everything but the weight register's clock.
double mean_energy_fj(const MappedCircuit& pe, const LibertyLibrary& library, const PeCircuit& circuit,
                      double period_ps, const StreamSpec& stream);
/// Clock pins of the weight register, one clock edge.
double weight_clock_fj(const MappedCircuit& pe, const LibertyLibrary& library, double period_ps);

/// Toggles a cycle of every net on one stream, without glitches.
std::vector<double> pe_toggles(const Netlist& netlist, const PeCircuit& circuit, const StreamSpec& stream);
std::vector<double> sum_cell_toggles(const Netlist& netlist, const SumCellCircuit& circuit,
                                     const StreamSpec& stream);
std::vector<double> mac_plus_toggles(const Netlist& netlist, const MacPlusCircuit& circuit,
                                     const StreamDesign& design, unsigned array_rows,
                                     const StreamSpec& stream);

/// Fitted to `training`, judged on `held_out`.
SumCell measure_sum_cell(const MappedCircuit& cell, const LibertyLibrary& library,
                         const SumCellCircuit& circuit, double period_ps,
                         const std::vector<StreamSpec>& training, const std::vector<StreamSpec>& held_out);

MacPlus measure_mac_plus(const MappedCircuit& unit, const LibertyLibrary& library,
                         const MacPlusCircuit& circuit, const StreamDesign& design, unsigned array_rows,
                         double period_ps, const std::vector<StreamSpec>& streams);

}  // namespace approxtlm::power
