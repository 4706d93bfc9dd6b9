#pragma once

#include <cstdint>
#include <tlm>

#include "models/common/buffer_timing.h"
#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// The im2col address pattern on a read of the activation buffer: the payload's address is where the tile's
/// input rows begin, its data the gathered vectors: [pixels][count] bytes, by element [count][pixels]. Never
/// a copy in the buffer.
struct WindowExtension : tlm::tlm_extension<WindowExtension> {
    const LayerDescriptor* layer = nullptr;
    WindowRead window;
    std::uint32_t rows = 0;             ///< input rows present in the buffer
    std::uint64_t conflict_cycles = 0;  ///< answer: cycles of the delay that are bank conflicts

    tlm::tlm_extension_base* clone() const override { return new WindowExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        *this = static_cast<const WindowExtension&>(other);
    }
};

}  // namespace approxtlm
