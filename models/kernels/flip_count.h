#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/array_kernels.h"

namespace approxtlm {

/// Bits that flip when registers take new values, counted for many registers at once: one at a time they
/// would cost a function call each, as this code runs on machines without a population count.
class FlipCount {
public:
    void add(std::uint32_t held, std::uint32_t taken) { flipped_.push_back(held ^ taken); }
    /// Of all since the last call.
    std::uint64_t take(const ArrayKernels& kernels) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(flipped_.data());
        const std::uint64_t ones = kernels.count_ones(bytes, flipped_.size() * sizeof(std::uint32_t), 255);
        flipped_.clear();
        return ones;
    }

private:
    std::vector<std::uint32_t> flipped_;
};

}  // namespace approxtlm
