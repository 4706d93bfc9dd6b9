#pragma once

#include "power/circuits/synthesis.h"
#include "power/technology/technology_file.h"

namespace approxtlm::power {

/// One bit of the registers in front of and behind the array: the library's plain flip-flop at its gates.
RegisterBit measure_register_bit(const LibertyLibrary& library, const Synthesis& synthesis, double period_ps);

}  // namespace approxtlm::power
