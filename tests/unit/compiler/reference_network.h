#pragma once

#include <cstdint>
#include <vector>

#include "models/arithmetic/multiplier.h"
#include "workloads/network/network.h"

namespace approxtlm::testing {

/// The obvious evaluation of a network with exact products: integers from the network's own codes, real
/// scales in long double. `input` and the result are HWC codes.
std::vector<std::uint8_t> evaluate(const workloads::Network& network, const std::vector<std::uint8_t>& input);

}  // namespace approxtlm::testing
