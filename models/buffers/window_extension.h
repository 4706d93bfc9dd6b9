#pragma once

#include <cstdint>
#include <tlm>

#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// The im2col address pattern on a read of the activation buffer: the payload's address is where the tile's
/// input rows begin, its data the gathered vectors ([pixels][count] bytes, each vector one access). Never a
/// copy in the buffer.
struct WindowExtension : tlm::tlm_extension<WindowExtension> {
    const LayerDescriptor* layer = nullptr;
    std::uint32_t first_row = 0, rows = 0;  ///< input rows present in the buffer
    std::uint32_t group = 0;
    std::uint32_t first_k = 0, count = 0;       ///< reduction elements: the fold's rows
    std::uint32_t first_pixel = 0, pixels = 0;  ///< output pixels: the vectors
    /// Reduction element by reduction element instead, [count][pixels], each as one access.
    bool by_element = false;

    tlm::tlm_extension_base* clone() const override { return new WindowExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        *this = static_cast<const WindowExtension&>(other);
    }
};

}  // namespace approxtlm
