#pragma once

#include <string>

namespace approxtlm::workloads {

/// The bytes of workloads/zoo/embedded.onnx: a small residual network for the synthetic set
/// (workloads/zoo/README.md).
std::string embedded_network_bytes();

}  // namespace approxtlm::workloads
