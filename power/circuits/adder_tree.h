#pragma once

#include <vector>

#include "power/circuits/circuit.h"
#include "power/circuits/logic.h"

namespace approxtlm::power {

/// Bits to be added, by weight: columns[i] holds those that count 2^i.
using Columns = std::vector<std::vector<Signal>>;

/// A row: bit i counts 2^(first + i). Grows `columns` as needed up to `width`; what is beyond is dropped.
void add_row(Columns& columns, const std::vector<Signal>& row, std::size_t first, std::size_t width);
/// The ones of a constant, modulo 2^width.
void add_constant(Columns& columns, std::uint64_t constant, std::size_t width);

/// Dadda tree: carry-save adders until no column holds more than `height` bits, at least two; carries out of
/// the last column are dropped. Inputs that settle first are added first; among equals, those of one polarity
/// together.
void reduce(Logic& logic, Columns& columns, std::size_t height = 2);

/// The sum of at most two rows, modulo 2^columns.size().
std::vector<Signal> add_rows(Logic& logic, const Columns& columns, FinalAdder adder);

}  // namespace approxtlm::power
