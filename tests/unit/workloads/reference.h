#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/network/network.h"

namespace approxtlm::workloads::test {

/// Runs the network on one image of HWC codes: the obvious slow loops, 64-bit sums, requantised as ONNX
/// Runtime does. Codes are HWC.
std::vector<std::uint8_t> reference_logits(const Network& network, const std::vector<std::uint8_t>& image);

/// $APPROXTLM_SHARED_DATA, or the folder beside the repository.
std::string shared_data();

}  // namespace approxtlm::workloads::test
