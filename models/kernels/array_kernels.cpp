// Compiled once per instruction set (CMakeLists.txt); APPROXTLM_KERNELS_ISA is the namespace. Uses no
// standard library templates: the linker might pick this file's copy for machines that cannot run it.
#include "models/kernels/array_kernels.h"

#include "models/kernels/activity_kernels.h"
#include "models/kernels/direct_kernels.h"
#include "models/kernels/nibble_kernels.h"
#include "models/kernels/simd.h"
#include "models/kernels/stationary_kernels.h"
#include "models/kernels/table_kernels.h"

#define APPROXTLM_TEXT_(a) #a
#define APPROXTLM_TEXT(a) APPROXTLM_TEXT_(a)

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

using Vector = Simd::Vector;
constexpr std::uint32_t kLanes = Simd::kLanes;

std::uint32_t word(const std::uint8_t* p) {
    std::uint32_t x;
    __builtin_memcpy(&x, p, 4);
    return x;
}

/// Blocks x Pixels accumulators over quads [first, end) of every plane.
template <std::uint32_t Blocks, std::uint32_t Pixels>
void matrix_tile(const MatrixJob& job, std::uint32_t block, std::uint32_t pixel, std::uint32_t first,
                 std::uint32_t end) {
    Vector sum[Pixels][Blocks];
    std::int32_t* psum = job.psum + pixel * job.psum_stride + std::size_t{block} * kLanes;
    for (std::uint32_t p = 0; p < Pixels; ++p) {
        for (std::uint32_t b = 0; b < Blocks; ++b) {
            sum[p][b] = first == 0 ? Simd::all(static_cast<std::uint32_t>(job.offset[pixel + p]))
                                   : Simd::load(psum + p * job.psum_stride + b * kLanes);
        }
    }
    constexpr std::size_t kQuadBytes = 4 * kLanes;
    const std::size_t plane_bytes = job.quads * kQuadBytes;
    const std::size_t block_bytes = job.planes * plane_bytes;
    const std::uint8_t* rows = job.activations + pixel * job.activation_stride;
    const std::size_t stride = job.activation_stride;
    for (std::uint32_t plane = 0; plane < job.planes; ++plane) {
        const Vector mask = Simd::all(job.masks[plane] * 0x01010101u);
        const std::int8_t* w = job.weights + block * block_bytes + plane * plane_bytes + first * kQuadBytes;
        for (std::uint32_t q = first; q < end; ++q, w += kQuadBytes) {
            Vector weights[Blocks];
            for (std::uint32_t b = 0; b < Blocks; ++b) weights[b] = Simd::load(w + b * block_bytes);
            for (std::uint32_t p = 0; p < Pixels; ++p) {
                const Vector a = Simd::bits_and(Simd::all(word(rows + p * stride + 4 * q)), mask);
                for (std::uint32_t b = 0; b < Blocks; ++b) sum[p][b] = Simd::dot4(sum[p][b], a, weights[b]);
            }
        }
    }
    for (std::uint32_t p = 0; p < Pixels; ++p) {
        for (std::uint32_t b = 0; b < Blocks; ++b)
            Simd::store(psum + p * job.psum_stride + b * kLanes, sum[p][b]);
    }
}

template <std::uint32_t Blocks, std::uint32_t Pixels>
void matrix_blocks(const MatrixJob& job, std::uint32_t block) {
    // The planes' weights of one pass stay in the second-level cache.
    constexpr std::uint32_t kPassBytes = 256 * 1024;
    const std::uint32_t quads = kPassBytes / (4 * kLanes * Blocks * job.planes);
    for (std::uint32_t first = 0; first < job.quads; first += quads) {
        const std::uint32_t end = first + quads < job.quads ? first + quads : job.quads;
        std::uint32_t pixel = 0;
        for (; pixel + Pixels <= job.pixels; pixel += Pixels) {
            matrix_tile<Blocks, Pixels>(job, block, pixel, first, end);
        }
        for (; pixel < job.pixels; ++pixel) matrix_tile<Blocks, 1>(job, block, pixel, first, end);
    }
}

void matrix(const MatrixJob& job) {
    constexpr std::uint32_t kWide = Simd::kBlocks, kAccumulators = Simd::kBlocks * Simd::kPixels;
    std::uint32_t block = 0;
    for (; block + kWide <= job.blocks; block += kWide) matrix_blocks<kWide, Simd::kPixels>(job, block);
    for (; block + 2 <= job.blocks; block += 2) matrix_blocks<2, kAccumulators / 2>(job, block);
    for (; block < job.blocks; ++block) matrix_blocks<1, kAccumulators / 2>(job, block);
}

std::uint32_t sum_masked(const std::uint8_t* a, std::size_t n, std::uint8_t mask) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += static_cast<std::uint8_t>(a[i] & mask);
    return sum;
}

std::uint32_t count_nonzero(const std::uint8_t* a, std::size_t n, std::uint8_t mask) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (a[i] & mask) != 0;
    return sum;
}

std::uint32_t count_ones(const std::uint8_t* a, std::size_t n, std::uint8_t mask) {
    std::uint32_t sum = 0;
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        std::uint64_t x;
        __builtin_memcpy(&x, a + i, 8);
        sum += static_cast<std::uint32_t>(__builtin_popcountll(x & mask * 0x0101010101010101u));
    }
    for (; i < n; ++i) sum += static_cast<std::uint32_t>(__builtin_popcount(a[i] & mask));
    return sum;
}

}  // namespace

extern const ArrayKernels kKernels;
const ArrayKernels kKernels {
    APPROXTLM_TEXT(APPROXTLM_KERNELS_ISA), kLanes, Simd::kWords, Simd::kPairsSaturate, &matrix, &psum_toggles,
        &sum_toggles, &bit_flips, &flipped_bits, &expand_slots, &translate, &finish_row, &add_codes, &stage,
        &window_sums, &convolve,
#if defined(__AVX512VBMI__)
        &convolve_nibbles, &look_up_products,
#else
        nullptr, nullptr,
#endif
        &sum_masked, &count_nonzero, &count_ones, &output_stationary, &product_toggles, &partial_product_flips
};

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
