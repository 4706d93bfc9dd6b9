#pragma once

#include <cstddef>
#include <cstdint>

#include "models/kernels/direct_kernels.h"

namespace approxtlm {

/// How a truncated product T is formed from 16-entry tables of low(A mod 16) and high(A / 16). V is the
/// weight's value, less 128 where codes are unsigned (by factor128 the caller puts 128 sum A back).
enum class NibbleForm {
    error,      ///< m <= 4: V A - low, low at most 49; factor128
    parts,      ///< m = 5, 6: 2^m [W (A >> m) + low + high], what bits below m add
    magnitude,  ///< m = 7: 2^7 [low + high] with the sign of V; factor128
    all_parts   ///< m >= 8: 2^m [low + high]
};
constexpr NibbleForm nibble_form(int m) {
    return m <= 4   ? NibbleForm::error
           : m <= 6 ? NibbleForm::parts
           : m == 7 ? NibbleForm::magnitude
                    : NibbleForm::all_parts;
}

/// Truncated products over windows of a staged image (one plane, StageJob), finished and written as codes.
struct NibbleJob {
    static constexpr std::uint32_t kFilters = 2;   ///< filters that lie together
    static constexpr std::uint32_t kPixels = 128;  ///< pixels of a panel

    const std::uint8_t* staged = nullptr;  ///< readable for 16 bytes past the end
    std::size_t segment_step = 0;          ///< bytes
    std::uint32_t segments = 0, segment_quads = 0;
    const std::uint32_t* pixel_offset = nullptr;  ///< [pixel], bytes
    std::uint32_t pixels = 0, blocks = 0;         ///< blocks of 16 filters
    /// [filter / kFilters][quad][filter % kFilters][slot][16]
    const std::uint8_t* low_tables = nullptr;
    const std::uint8_t* high_tables = nullptr;  ///< m > 4
    /// [filter / kFilters][quad][filter % kFilters], a byte a slot: V, W, the sign of V, nothing
    const std::uint32_t* weights = nullptr;
    std::uint32_t m = 0;
    bool signed_weights = false;
    PixelSumsView sums;
    FinishJob finish;
    std::uint8_t* out = nullptr;
    const std::uint32_t* out_offset = nullptr;  ///< [pixel], bytes
    std::uint8_t* panel = nullptr;              ///< scratch, 64-byte aligned: panel_bytes()
    std::int32_t* psum = nullptr;               ///< scratch [blocks * 16][kPixels]

    static std::size_t panel_bytes(std::uint32_t quads) { return std::size_t{quads} * kPixels * 4 * 3; }
};

}  // namespace approxtlm

#if defined(APPROXTLM_KERNELS_ISA)
namespace approxtlm::APPROXTLM_KERNELS_ISA {
void convolve_nibbles(const NibbleJob& job);
}
#endif
