#pragma once

#include <string>
#include <vector>

#include "power/circuits/cell_choice.h"
#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// Finds adders and the flip-flop by what the library says they do: of several the smallest, a plain
/// flip-flop before one with set or reset. A library without adder cells is no error (gates take their
/// place); without a flip-flop throws InputError naming the library's first file.
CellChoice choose_cells(const LibertyLibrary& library);

/// Single-output gates that logic synthesis may use: not marked dont_use, at most six inputs, and no buffer
/// or inverter that is there to be slow (over 2.5 times the delay of the fastest of its kind at the same
/// load).
std::vector<const Cell*> synthesis_cells(const LibertyLibrary& library);

/// Function over the cell's input pins, in their order; empty unless the cell is a gate with one output.
std::vector<bool> gate_function(const Cell& cell);

}  // namespace approxtlm::power
