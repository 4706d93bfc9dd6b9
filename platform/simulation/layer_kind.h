#pragma once

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"

namespace approxtlm::platform {

/// The layer's kind as reports print it.
inline const char* layer_kind(const LayerDescriptor& d) {
    switch (d.opcode) {
        case Opcode::matrix: {
            const bool whole_input = d.kernel_height == d.input_height && d.kernel_width == d.input_width;
            return whole_input && d.output_height * d.output_width == 1 ? "fully_connected" : "convolution";
        }
        case Opcode::add:
            return "add";
        case Opcode::max_pool:
            return "max_pool";
        case Opcode::average_pool:
            return "average_pool";
        case Opcode::requantize:
            break;
    }
    return "requantize";
}

/// Its dataflow likewise; empty without weights.
inline const char* dataflow_name(const LayerDescriptor& d) {
    return d.opcode == Opcode::matrix ? to_string(d.dataflow) : "";
}

}  // namespace approxtlm::platform
