#pragma once

#include <vector>

#include "models/arithmetic/control_variate.h"
#include "power/circuits/logic.h"

namespace approxtlm::power {

/// x of the `low_bits` low bits of `activation` (8 bits, of which x reads only those), as
/// variate_of_low_bits() has it; `bits` of it, lowest first.
std::vector<Signal> variate_logic(Logic& logic, const Variate& variate, unsigned low_bits,
                                  const std::vector<Signal>& activation, unsigned bits);

/// Which bits of the activation x reads.
unsigned variate_inputs(const Variate& variate, unsigned low_bits);

}  // namespace approxtlm::power
