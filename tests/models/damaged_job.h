#pragma once

#include <stdexcept>
#include <string>

#include "models/common/layer_descriptor.h"
#include "platform/simulation/simulate.h"

namespace approxtlm::test {

/// Descriptor `layer` in the program's memory image.
inline LayerDescriptor& descriptor(workloads::Program& program, std::size_t layer) {
    return reinterpret_cast<LayerDescriptor*>(program.memory_image.data() +
                                              program.descriptor_address)[layer];
}

/// What a job that cannot run says.
inline std::string error_of(const platform::SimulationJob& job) {
    try {
        platform::simulate({job});
    } catch (const std::runtime_error& e) {
        return e.what();
    }
    return "no error";
}

/// The text of a job named "damaged" that stopped with `code` at `address`.
inline std::string stopped(int code, std::uint64_t address) {
    return "design damaged: the accelerator stopped with error code " + std::to_string(code) +
           " at address " + std::to_string(address);
}

}  // namespace approxtlm::test
