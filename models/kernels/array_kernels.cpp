// Compiled once per instruction set (CMakeLists.txt); APPROXTLM_KERNELS_ISA is the namespace. Uses no
// standard library templates: the linker might pick this file's copy for machines that cannot run it.
#include "models/kernels/array_kernels.h"

#include "models/kernels/direct_kernels.h"
#include "models/kernels/nibble_kernels.h"
#include "models/kernels/simd.h"
#include "models/kernels/stationary_kernels.h"

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

/// Rows rows of PEs at once: their weights and previous sums stay in registers while the vectors pass.
template <std::uint32_t Rows, std::uint32_t Groups, bool UnsignedWeights>
std::uint64_t toggle_rows(const ToggleJob& job, std::uint32_t row) {
    Vector weights[Rows][Groups], held[Rows], mask[Rows];
    for (std::uint32_t r = 0; r < Rows; ++r) {
        for (std::uint32_t g = 0; g < Groups; ++g) {
            weights[r][g] = Simd::load(job.weights + std::size_t{(row + r) * Groups + g} * kLanes);
        }
        held[r] = Simd::load(job.registers + std::size_t{row + r} * kLanes);
        mask[r] = Simd::all(job.masks[row + r]);
    }
    auto flips = Simd::no_count();
    const std::uint32_t* activation = job.activations + std::size_t{row} * Groups;
    std::int32_t* psum = job.psum;
    for (std::uint32_t t = 0; t < job.vectors; ++t) {
        Vector sum = row == 0 ? Simd::zero() : Simd::load(psum);
        for (std::uint32_t r = 0; r < Rows; ++r) {
            for (std::uint32_t g = 0; g < Groups; ++g) {
                const Vector a = Simd::all(activation[r * Groups + g]);
                sum = UnsignedWeights ? Simd::dot4(sum, weights[r][g], a) : Simd::dot4(sum, a, weights[r][g]);
            }
            flips = Simd::count(flips, Simd::masked_xor(sum, held[r], mask[r]));
            held[r] = sum;
        }
        Simd::store(psum, sum);
        activation += std::size_t{job.rows} * Groups;
        psum += kLanes;
    }
    for (std::uint32_t r = 0; r < Rows; ++r) {
        Simd::store(job.registers + std::size_t{row + r} * kLanes, Simd::bits_and(held[r], mask[r]));
    }
    return Simd::total(flips);
}

template <std::uint32_t Groups, bool UnsignedWeights>
std::uint64_t toggle_all_rows(const ToggleJob& job) {
    constexpr std::uint32_t kRows = kLanes == 16 ? 4 : 2;
    std::uint64_t flips = 0;
    std::uint32_t row = 0;
    for (; row + kRows <= job.rows; row += kRows)
        flips += toggle_rows<kRows, Groups, UnsignedWeights>(job, row);
    for (; row < job.rows; ++row) flips += toggle_rows<1, Groups, UnsignedWeights>(job, row);
    return flips;
}

std::uint64_t psum_toggles(const ToggleJob& job) {
    if (job.groups == 1) {
        return job.unsigned_weights ? toggle_all_rows<1, true>(job) : toggle_all_rows<1, false>(job);
    }
    return job.unsigned_weights ? toggle_all_rows<2, true>(job) : toggle_all_rows<2, false>(job);
}

/// Two neighbouring vectors are neighbouring lanes: sums[t] against sums[t - 1].
std::uint64_t running_sum_toggles(const std::uint8_t* values, std::size_t stride, std::uint32_t rows,
                                  std::uint32_t vectors, std::uint32_t* registers, std::uint32_t* sums) {
    std::uint64_t flips = 0;
    const std::uint32_t whole = vectors / kLanes * kLanes;
    for (std::uint32_t r = 0; r < rows; ++r, values += stride) {
        for (std::uint32_t t = 0; t < whole; t += kLanes) {
            Simd::store(sums + 1 + t, Simd::add(Simd::load(sums + 1 + t), Simd::load_bytes(values + t)));
        }
        for (std::uint32_t t = whole; t < vectors; ++t) sums[1 + t] += values[t];
        sums[0] = registers[r];
        auto count = Simd::no_count();
        const Vector mask = Simd::all(~0u);
        for (std::uint32_t t = 0; t < whole; t += kLanes) {
            count =
                Simd::count(count, Simd::masked_xor(Simd::load(sums + t), Simd::load(sums + 1 + t), mask));
        }
        flips += Simd::total(count);
        for (std::uint32_t t = whole; t < vectors; ++t) {
            flips += static_cast<std::uint32_t>(__builtin_popcount(sums[t] ^ sums[1 + t]));
        }
        registers[r] = sums[vectors];
    }
    return flips;
}

void bit_flips(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t vectors,
               std::uint8_t* registers, std::uint32_t* const flips[8]) {
    constexpr std::uint32_t kMaxRows = 256;
    constexpr std::uint32_t kFlush = 255;  // byte counters
    const std::uint8_t* before = registers;
    for (std::uint32_t first = 0; first < vectors; first += kFlush) {
        const std::uint32_t end = first + kFlush < vectors ? first + kFlush : vectors;
        std::uint8_t counts[8][kMaxRows] = {};
        for (std::uint32_t t = first; t < end; ++t) {
            const std::uint8_t* now = activations + std::size_t{t} * rows;
            for (std::uint32_t i = 0; i < 8; ++i) {
                for (std::uint32_t r = 0; r < rows; ++r) {
                    counts[i][r] = static_cast<std::uint8_t>(counts[i][r] + ((now[r] ^ before[r]) >> i & 1));
                }
            }
            before = now;
        }
        for (std::uint32_t i = 0; i < 8; ++i) {
            for (std::uint32_t r = 0; r < rows; ++r) flips[i][r] += counts[i][r];
        }
    }
    if (vectors != 0) __builtin_memcpy(registers, before, rows);
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
    APPROXTLM_TEXT(APPROXTLM_KERNELS_ISA), kLanes, Simd::kPairsSaturate, &matrix, &psum_toggles,
        &running_sum_toggles, &bit_flips, &finish_row, &add_codes, &stage, &window_sums, &convolve,
#if defined(__AVX512VBMI__)
        &convolve_nibbles,
#else
        nullptr,
#endif
        &sum_masked, &count_nonzero, &count_ones, &output_stationary, &product_toggles, &partial_product_flips
};

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
