#pragma once

#include <string>

#include "power/gates/netlist.h"
#include "power/gates/timing.h"

namespace approxtlm::power {

/// The multiplier netlist (ports a, b, p) as Verilog with a module per instance, whose specify block holds
/// the delays that GateSimulator uses, and a bench that plays `pairs` operand pairs (i x 40503 modulo 65536),
/// checks every product and prints "toggles N", the edges of all cell outputs.
std::string timed_verilog(const Netlist& netlist, const Timing& timing, unsigned pairs, double period_ps);

}  // namespace approxtlm::power
