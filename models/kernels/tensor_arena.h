#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// The addresses [first, end) that a program's tensors occupy.
struct TensorSpan {
    std::uint32_t first = ~0u, end = 0;

    void cover(std::uint32_t address, std::size_t bytes) {
        first = std::min(first, address);
        end = std::max(end, static_cast<std::uint32_t>(address + bytes));
    }
    std::size_t bytes() const { return end - first; }
};

inline TensorSpan span_of_tensors(const std::vector<LayerDescriptor>& layers) {
    TensorSpan span;
    for (const LayerDescriptor& d : layers) {
        const std::size_t input = std::size_t{d.input_channels} * d.input_height * d.input_width;
        span.cover(d.input_address, input);
        if (d.opcode == Opcode::add) span.cover(d.input2_address, input);
        span.cover(d.output_address, std::size_t{d.output_channels} * d.output_height * d.output_width);
    }
    return span;
}

/// Private copies of the tensors for a number of images.
class TensorArena {
public:
    TensorArena(const TensorSpan& span, const std::vector<std::uint8_t>& memory, std::size_t images)
        : span_(span), bytes_(images * span.bytes()) {
        const std::size_t present = std::min(memory.size(), std::size_t{span.end});
        for (std::size_t i = 0; i < images && present > span.first; ++i) {
            std::copy(memory.begin() + span.first, memory.begin() + static_cast<std::ptrdiff_t>(present),
                      at(i, span.first));
        }
    }
    std::uint8_t* at(std::size_t image, std::uint32_t address) {
        return bytes_.data() + image * span_.bytes() + (address - span_.first);
    }

private:
    TensorSpan span_;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace approxtlm
