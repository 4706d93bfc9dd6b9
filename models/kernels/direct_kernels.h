#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtlm {

/// Copies one image of one group into the layout that convolve() reads: every position that the windows
/// touch, padding written out, as [position][plane][channel], channels padded to a multiple of 4 with
/// zeros and masked by plane. On the way it sums over the channels what the filters share.
struct StageJob {
    const std::uint8_t* image = nullptr;  ///< first channel of the group, HWC
    std::uint32_t image_height = 0, image_width = 0, pixel_stride = 0;
    std::uint32_t depth = 0;  ///< channels of the group
    std::uint32_t pad_top = 0, pad_left = 0;
    std::uint32_t height = 0, width = 0;  ///< staged positions
    std::uint8_t zero_point = 0;
    const std::uint8_t* masks = nullptr;  ///< [plane]
    std::uint32_t planes = 0;
    bool write_padding = true;  ///< false: an image of this shape was staged here before
    std::uint8_t* staged = nullptr;
};

/// One of the sums over windows that all filters share: of a & mask; of (a & mask) != 0; of ones in a & mask.
struct WindowSum {
    enum class Map { masked, any, ones };
    Map map = Map::masked;
    std::uint8_t mask = 0xFF;
    std::int32_t factor = 0;       ///< its part in WindowSumJob::offset
    std::int32_t* sums = nullptr;  ///< [output pixel], or null
};

/// Sums of mapped bytes over the channels of every staged position, then over every window.
struct WindowSumJob {
    const StageJob* stage = nullptr;
    const WindowSum* terms = nullptr;
    std::uint32_t term_count = 0;
    std::uint32_t kernel_height = 0, kernel_width = 0, stride_y = 0, stride_x = 0;
    std::uint32_t output_height = 0, output_width = 0;
    std::int32_t* positions = nullptr;  ///< scratch [3][area]
    std::int32_t* offset = nullptr;     ///< [output pixel], sum of factor * sum over the terms

    /// Results may be followed by this many scratch numbers.
    static constexpr std::size_t kRoom = 16;
    static std::size_t area(std::uint32_t height, std::uint32_t width) {
        return std::size_t{height} * width + 2 * kRoom;
    }
};

/// What finishes a sum: FilterParameters column by column, padded to whole blocks of lanes.
struct FinishJob {
    const std::int32_t* constant = nullptr;
    const std::int32_t* zero_point = nullptr;
    const std::int32_t* coefficient = nullptr;  ///< null without correction
    const float* scale = nullptr;
    std::int64_t coefficient_half = 0;  ///< 2^(fraction bits - 1); 0 for none
    std::int64_t coefficient_shift = 0;
    std::int32_t output_zero_point = 0, low = 0, high = 255;
    std::uint32_t columns = 0;
    /// coefficient * sum_x + half stays within 32 bits; for blocks of lanes also: all zero points are equal.
    bool narrow = false;
    bool packable = false;  ///< narrow, and every scale is below 1: scaled sums stay within 32 bits
};

/// add_elements: clamp(round(fma(a, a_scale, fma(b, b_scale, offset)))).
struct AddJob {
    const std::uint8_t* a = nullptr;
    const std::uint8_t* b = nullptr;
    std::uint8_t* out = nullptr;
    std::size_t count = 0;
    float a_scale = 0, b_scale = 0, offset = 0, low = 0, high = 255;
};

/// What a pixel's filters share.
struct PixelSumsView {
    const std::int32_t* offset = nullptr;  ///< added to every sum
    const std::int32_t* sum_a = nullptr;   ///< read unless FinishJob::narrow
    const std::int32_t* sum_x = nullptr;   ///< read with correction
};

/// Rows of output pixels: sums of byte products over the window, finished and written as codes. Windows are
/// `segments` runs of `segment_quads` * 4 staged bytes; neighbouring pixels are `pixel_step` bytes apart.
struct DirectJob {
    const std::uint8_t* staged = nullptr;
    std::size_t row_step = 0, pixel_step = 0, segment_step = 0;  ///< bytes
    std::uint32_t segments = 0, segment_quads = 0;
    std::uint32_t rows = 0, row_pixels = 0;
    /// Staged rows above zero_top, and from zero_bottom on, are all zero; a row of windows starts row_stride
    /// staged rows below the one before.
    std::uint32_t zero_top = 0, zero_bottom = ~0u, row_stride = 1;
    const std::int8_t* weights = nullptr;  ///< [block of lanes][segment][quad][lane][4]
    std::uint32_t blocks = 0;
    PixelSumsView sums;
    FinishJob finish;
    std::uint8_t* out = nullptr;
    std::size_t out_stride = 0;  ///< bytes from pixel to pixel
};

}  // namespace approxtlm

#if defined(APPROXTLM_KERNELS_ISA)
namespace approxtlm::APPROXTLM_KERNELS_ISA {
void add_codes(const AddJob& job);
void stage(const StageJob& job);
void window_sums(const WindowSumJob& job);
void convolve(const DirectJob& job);
void finish_row(const FinishJob& job, const std::int32_t* psum, std::int32_t sum_a, std::int32_t sum_x,
                std::uint8_t* out);
}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
#endif
