#pragma once

#include "power/circuits/circuit.h"
#include "power/gates/netlist.h"

namespace approxtlm::power {

/// Does a mapped netlist compute what models/arithmetic says? Zero-delay simulation: a PE with all 65,536
/// operand pairs and random partial sums; a sum cell with every activation and random sums; MAC+ with random
/// and extreme operands. Throws std::runtime_error with the first operands that differ.
void check_function(const Netlist& netlist, const PeCircuit& circuit);
void check_function(const Netlist& netlist, const SumCellCircuit& circuit);
void check_function(const Netlist& netlist, const MacPlusCircuit& circuit);

}  // namespace approxtlm::power
