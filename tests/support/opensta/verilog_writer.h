#pragma once

#include <string>

#include "power/gates/netlist.h"

namespace approxtlm::power {

/// The netlist as structural Verilog for other tools: nets n0, n1, ..., instances i0, i1, ... by their index
/// here; ports keep their names, each bit joined to its net by a buffer of the language, an assign.
std::string structural_verilog(const Netlist& netlist);

}  // namespace approxtlm::power
