#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtlm {

/// Products of many pixels with the weights of one column, looked up by byte permutes.
struct LookUpJob {
    static constexpr std::uint32_t kPixels = 256;    ///< of a panel
    static constexpr std::uint32_t kMostRows = 257;  ///< bytes' sums within 16 bits

    const std::uint8_t* tables = nullptr;  ///< [weight code][lower, upper byte][activation], 64-byte aligned
    const std::uint8_t* codes = nullptr;   ///< [row][code_stride], of the column
    std::size_t code_stride = 0;
    const std::uint8_t* panel = nullptr;  ///< [row][kPixels], 64-byte aligned
    std::uint32_t rows = 0, pixels = 0;
    std::uint32_t* sums = nullptr;  ///< [kPixels], added to in whole blocks of 64
};

}  // namespace approxtlm

#if defined(APPROXTLM_KERNELS_ISA)
namespace approxtlm::APPROXTLM_KERNELS_ISA {
void look_up_products(const LookUpJob& job);
}
#endif
