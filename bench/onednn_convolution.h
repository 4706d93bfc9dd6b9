#pragma once

#include <cstdint>
#include <memory>

#include "models/common/layer_descriptor.h"

namespace approxtlm::bench {

/// oneDNN's exact u8 x s8 -> u8 convolution with bias and a scale per channel, weights packed beforehand,
/// layouts of its own choice.
class OnednnConvolution {
public:
    OnednnConvolution(const LayerDescriptor& d, std::uint32_t images);
    ~OnednnConvolution();
    OnednnConvolution(OnednnConvolution&&) noexcept;
    void run();

    /// One thread, and for "avx2" nothing beyond AVX2. Before the first convolution.
    static void compete_with(const char* isa);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace approxtlm::bench
