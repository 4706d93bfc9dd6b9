#pragma once

#include <string>

#include "models/arithmetic/multiplier.h"
#include "power/circuits/generate.h"
#include "power/circuits/synthesis.h"

namespace approxtlm::power {

/// Reads a user's Verilog and finds the two 8-bit inputs and the 16-bit output of module `top` (Yosys reads
/// it; a and b, A and B in the order in which they are declared: the first is the weight). Throws InputError
/// naming the file.
ForeignMultiplier read_foreign_multiplier(const std::string& path, const std::string& top,
                                          const std::string& work);

/// The circuit's 65,536 products by simulation of its gates, written to `table` (.bin, as read_product_table
/// reads it), and the multiplier that reads them. Throws InputError.
Multiplier extract_table(const ForeignMultiplier& foreign, const LibertyLibrary& library,
                         const Synthesis& synthesis, const std::string& table);

}  // namespace approxtlm::power
