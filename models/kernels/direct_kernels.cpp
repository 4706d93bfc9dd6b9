// Compiled once per instruction set, see array_kernels.cpp. Lanes are filters: a weight vector meets four
// broadcast activation bytes in one dot-product instruction, straight from the staged image.
#include "models/kernels/direct_kernels.h"

#include "models/kernels/finish_pixel.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

using Vector = Simd::Vector;
constexpr std::uint32_t kLanes = Simd::kLanes;
constexpr std::size_t kQuadBytes = 4 * kLanes;

std::uint32_t word(const std::uint8_t* p) {
    std::uint32_t x;
    __builtin_memcpy(&x, p, 4);
    return x;
}

/// Segments [first, end) of the windows that start at `window`.
template <std::uint32_t Blocks, std::uint32_t Pixels>
void tile(const DirectJob& job, std::uint32_t block, const std::uint8_t* window, std::size_t pixel,
          std::uint32_t first, std::uint32_t end) {
    // Copies: a store of codes could change what lies behind the references.
    const FinishJob finish = job.finish;
    const PixelSumsView sums = job.sums;
    std::uint8_t* const out = job.out + pixel * job.out_stride;
    const std::size_t out_stride = job.out_stride;
    Vector sum[Pixels][Blocks];
    for (std::uint32_t p = 0; p < Pixels; ++p) {
        for (std::uint32_t b = 0; b < Blocks; ++b) {
            sum[p][b] = start_of_sum(finish, sums, block + b, pixel + p);
        }
    }
    const std::size_t block_bytes = std::size_t{job.segments} * job.segment_quads * kQuadBytes;
    const std::int8_t* w = job.weights + block * block_bytes + first * job.segment_quads * kQuadBytes;
    const std::size_t step = job.pixel_step;
    window += first * job.segment_step;
    for (std::uint32_t s = first; s < end; ++s, window += job.segment_step) {
        const std::uint8_t* a = window;
        // Eight multiples of the step fit the registers, sixteen do not: the others start from here.
        const std::uint8_t* a8 = window + 8 * step;
        asm("" : "+r"(a8));
        for (std::uint32_t q = 0; q < job.segment_quads; ++q, a += 4, a8 += 4, w += kQuadBytes) {
            Vector weights[Blocks];
            for (std::uint32_t b = 0; b < Blocks; ++b) weights[b] = Simd::load(w + b * block_bytes);
            for (std::uint32_t p = 0; p < Pixels; ++p) {
                const Vector activations = Simd::all(word(p < 8 ? a + p * step : a8 + (p - 8) * step));
                for (std::uint32_t b = 0; b < Blocks; ++b) {
                    sum[p][b] = Simd::dot4(sum[p][b], activations, weights[b]);
                }
            }
        }
    }
    if constexpr (Pixels % 4 == 0) {
        if (finish.packable) {
#pragma GCC unroll 4
            for (std::uint32_t p = 0; p < Pixels; p += 4) {
#pragma GCC unroll 4
                for (std::uint32_t b = 0; b < Blocks; ++b) {
                    Vector four[4] = {sum[p][b], sum[p + 1][b], sum[p + 2][b], sum[p + 3][b]};
                    finish_four(finish, block + b, four, sums, pixel + p, out + p * out_stride, out_stride);
                }
            }
            return;
        }
    }
#pragma GCC unroll 16
    for (std::uint32_t p = 0; p < Pixels; ++p) {
#pragma GCC unroll 4
        for (std::uint32_t b = 0; b < Blocks; ++b) {
            finish_block(finish, block + b, sum[p][b], sums, pixel + p, out + p * out_stride);
        }
    }
}

/// Pixels [x, row_pixels) of a row, as many at a time as fit, halving towards the end.
template <std::uint32_t Blocks, std::uint32_t Pixels>
void row(const DirectJob& job, std::uint32_t block, std::uint32_t y, std::uint32_t x) {
    const std::uint8_t* window = job.staged + y * job.row_step;
    // Segments that hold nothing but zeros are left out.
    const std::uint32_t top = y * job.row_stride, bottom = job.zero_bottom > top ? job.zero_bottom - top : 0;
    const std::uint32_t end = bottom < job.segments ? bottom : job.segments;
    const std::uint32_t above = job.zero_top > top ? job.zero_top - top : 0;
    const std::uint32_t first = above < end ? above : end;
    for (; x + Pixels <= job.row_pixels; x += Pixels) {
        tile<Blocks, Pixels>(job, block, window + x * job.pixel_step, std::size_t{y} * job.row_pixels + x,
                             first, end);
    }
    if constexpr (Pixels > 1) {
        if (x < job.row_pixels) row<Blocks, Pixels / 2>(job, block, y, x);
    }
}

template <std::uint32_t Blocks, std::uint32_t Pixels>
void all_rows(const DirectJob& job, std::uint32_t block) {
    for (std::uint32_t y = 0; y < job.rows; ++y) row<Blocks, Pixels>(job, block, y, 0);
}

}  // namespace

/// Every tile holds as many sums as the registers allow; the number of pixels is a power of two because
/// widths of images often are.
void convolve(const DirectJob& job) {
    constexpr std::uint32_t kSums = Simd::kTileSums;
    std::uint32_t block = 0;
    for (; block + 4 <= job.blocks; block += 4) all_rows<4, kSums / 4>(job, block);
    for (; block + 2 <= job.blocks; block += 2) all_rows<2, kSums / 2>(job, block);
    for (; block < job.blocks; ++block) all_rows<1, kSums>(job, block);
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
