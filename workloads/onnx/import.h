#pragma once

#include <string>

#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// Reads a QDQ or QLinear ONNX file. Throws InputError (one line, naming file and node) for a missing,
/// truncated or foreign file and for any operator, type or shape outside the supported set
/// (docs/architecture.md).
Network import_onnx(const std::string& path);

/// Same from bytes in memory; `name` stands for the file in messages.
Network import_onnx_bytes(const std::string& bytes, const std::string& name);

}  // namespace approxtlm::workloads
