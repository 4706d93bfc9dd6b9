// AVX-512 VBMI only. Lanes are pixels: a truncated product is linear in the bits of A, so 16-entry tables per
// weight, indexed by a nibble of A, give what the bits below m contribute. One byte permute looks up four
// reduction terms of 16 pixels, already where the dot product wants them.
#include "models/kernels/nibble_kernels.h"

#include <immintrin.h>

#include "models/kernels/finish_pixel.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

constexpr std::uint32_t kFilters = NibbleJob::kFilters;
constexpr std::size_t kLine = 64;
/// Of a panel: what stays in the first-level cache while all filters pass.
constexpr std::size_t kPassBytes = 20 * 1024;

__m512i load(const void* p) { return _mm512_loadu_si512(p); }
__m512i low_half(__m512i a, __m512i b) { return _mm512_maskz_unpacklo_epi32(0xFFFF, a, b); }
__m512i high_half(__m512i a, __m512i b) { return _mm512_maskz_unpackhi_epi32(0xFFFF, a, b); }
__m512i low_pairs(__m512i a, __m512i b) { return _mm512_maskz_unpacklo_epi64(0xFF, a, b); }
__m512i high_pairs(__m512i a, __m512i b) { return _mm512_maskz_unpackhi_epi64(0xFF, a, b); }

/// sum + four products of unsigned and signed bytes; g++ 12 spills around the intrinsic.
__m512i dot(__m512i sum, __m512i unsigned_bytes, __m512i signed_bytes) {
    asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(unsigned_bytes), "v"(signed_bytes));
    return sum;
}

/// table[index] in every byte; the intrinsic reads an undefined vector in g++ 12 and draws a warning.
__m512i look_up(__m512i table, __m512i index) {
    __m512i found;
    asm("vpermb %2, %1, %0" : "=v"(found) : "v"(index), "v"(table));
    return found;
}

/// Which parts a product has: dot of A >> m with W below 8, a second table from m = 5.
template <bool IsSigned, bool HasDot, bool HasHigh, std::uint32_t VectorCount>
struct Shape {
    static constexpr bool kSigned = IsSigned, kDot = HasDot, kHigh = HasHigh;
    static constexpr std::uint32_t kVectors = VectorCount;  ///< of 16 pixels
    static constexpr std::uint32_t kPixels = 16 * kVectors;
    static constexpr std::size_t kPartBytes = kLine * kVectors;
    static constexpr std::size_t kQuadBytes = kPartBytes * (1 + kDot + kHigh);  ///< of a panel
};

/// 16 bytes each of pixels i, i + 4, i + 8, i + 12.
__m512i four_pixels(const std::uint8_t* base, const std::uint32_t* offset) {
    const auto quarter = [&](int i) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(base + offset[i]));
    };
    __m512i x = _mm512_zextsi128_si512(quarter(0));
    x = _mm512_inserti32x4(x, quarter(4), 1);
    x = _mm512_inserti32x4(x, quarter(8), 2);
    return _mm512_inserti32x4(x, quarter(12), 3);
}

/// One quad of 16 pixels, ready for the permutes: nibbles with the slot's number above them.
template <class S>
void store_indices(__m512i a, std::uint32_t m, std::uint8_t* to) {
    const __m512i nibble = _mm512_set1_epi8(15), slots = _mm512_set1_epi32(0x30201000);
    _mm512_store_si512(to, _mm512_ternarylogic_epi32(a, nibble, slots, 0xEA));  // (a & nibble) | slots
    to += S::kPartBytes;
    if constexpr (S::kHigh) {
        _mm512_store_si512(to, _mm512_ternarylogic_epi32(_mm512_srli_epi16(a, 4), nibble, slots, 0xEA));
        to += S::kPartBytes;
    }
    if constexpr (S::kDot) {
        const __m512i shifted = _mm512_maskz_srl_epi16(~0u, a, _mm_cvtsi32_si128(static_cast<int>(m)));
        _mm512_store_si512(to, _mm512_and_si512(shifted, _mm512_set1_epi8(static_cast<char>(255 >> m))));
    }
}

/// The reduction of a panel's pixels as [quad][part][vector of 16 pixels].
template <class S>
void gather_panel(const NibbleJob& job, const std::uint32_t* offset, std::uint8_t* panel) {
    for (std::uint32_t s = 0; s < job.segments; ++s) {
        const std::uint8_t* segment = job.staged + s * job.segment_step;
        for (std::uint32_t q = 0; q < job.segment_quads; q += 4) {
            // The last quads of a segment may read past it: the buffer has room, the panel skips them.
            const std::uint32_t used = job.segment_quads - q < 4 ? job.segment_quads - q : 4;
            for (std::uint32_t v = 0; v < S::kVectors; ++v) {
                const std::uint32_t* at = offset + 16 * v;
                const std::uint8_t* base = segment + 4 * q;
                const __m512i r0 = four_pixels(base, at), r1 = four_pixels(base, at + 1),
                              r2 = four_pixels(base, at + 2), r3 = four_pixels(base, at + 3);
                const __m512i a = low_half(r0, r1), b = high_half(r0, r1), c = low_half(r2, r3),
                              d = high_half(r2, r3);
                const __m512i quads[4] = {low_pairs(a, c), high_pairs(a, c), low_pairs(b, d),
                                          high_pairs(b, d)};
                for (std::uint32_t i = 0; i < used; ++i)
                    store_indices<S>(quads[i], job.m, panel + i * S::kQuadBytes + v * kLine);
            }
            panel += used * S::kQuadBytes;
        }
    }
}

/// kFilters filters of a panel's pixels, quads [first, end): psum [filter][pixel].
template <class S>
void multiply_panel(const NibbleJob& job, std::uint32_t filter, std::uint32_t first, std::uint32_t end,
                    const std::uint8_t* panel, std::int32_t* psum) {
    const std::uint32_t quads = job.segments * job.segment_quads;
    const std::size_t at = std::size_t{filter} * quads;
    const std::uint8_t* low = job.low_tables + at * kLine;
    const std::uint8_t* high = job.high_tables + at * kLine;
    const std::uint32_t* weights = job.weights + at;
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i sum[kFilters][S::kVectors];
    for (std::uint32_t f = 0; f < kFilters; ++f) {
        for (std::uint32_t v = 0; v < S::kVectors; ++v)
            sum[f][v] = first == 0 ? _mm512_setzero_si512() : load(psum + f * S::kPixels + 16 * v);
    }
    panel += first * S::kQuadBytes;
    for (std::uint32_t q = first; q < end; ++q, panel += S::kQuadBytes) {
        __m512i low_table[kFilters], high_table[kFilters], weight[kFilters];
        for (std::uint32_t f = 0; f < kFilters; ++f) {
            low_table[f] = load(low + (q * kFilters + f) * kLine);
            high_table[f] = S::kHigh ? load(high + (q * kFilters + f) * kLine) : ones;
            weight[f] = S::kDot ? _mm512_set1_epi32(static_cast<int>(weights[q * kFilters + f])) : ones;
        }
        for (std::uint32_t v = 0; v < S::kVectors; ++v) {
            const std::uint8_t* index = panel + v * kLine;
            const __m512i low_index = load(index);
            const __m512i high_index = S::kHigh ? load(index + S::kPartBytes) : ones;
            const __m512i factor = S::kDot ? load(index + S::kPartBytes * (1 + S::kHigh)) : ones;
            for (std::uint32_t f = 0; f < kFilters; ++f) {
                __m512i part = look_up(low_table[f], low_index);
                if constexpr (S::kHigh) part = _mm512_add_epi8(part, look_up(high_table[f], high_index));
                sum[f][v] = S::kSigned ? dot(sum[f][v], ones, part) : dot(sum[f][v], part, ones);
                if constexpr (S::kDot) {
                    sum[f][v] =
                        S::kSigned ? dot(sum[f][v], factor, weight[f]) : dot(sum[f][v], weight[f], factor);
                }
            }
        }
    }
    const __m128i shift = _mm_cvtsi32_si128(end == quads ? static_cast<int>(job.m) : 0);
    for (std::uint32_t f = 0; f < kFilters; ++f) {
        for (std::uint32_t v = 0; v < S::kVectors; ++v) {
            _mm512_storeu_si512(psum + f * S::kPixels + 16 * v,
                                _mm512_maskz_sll_epi32(0xFFFF, sum[f][v], shift));
        }
    }
}

template <int Lanes>
__m512i quarters(__m512i a, __m512i b) {
    return _mm512_maskz_shuffle_i32x4(0xFFFF, a, b, Lanes);
}

void transpose(const std::int32_t* from, std::size_t stride, __m512i to[16]) {
    __m512i r[16];  // r[4 g + j]: rows 4 g..4 g + 3 of columns j, 4 + j, 8 + j, 12 + j
    for (std::size_t g = 0; g < 16; g += 4) {
        const __m512i r0 = load(from + g * stride), r1 = load(from + (g + 1) * stride),
                      r2 = load(from + (g + 2) * stride), r3 = load(from + (g + 3) * stride);
        const __m512i a = low_half(r0, r1), b = high_half(r0, r1), c = low_half(r2, r3),
                      d = high_half(r2, r3);
        r[g] = low_pairs(a, c);
        r[g + 1] = high_pairs(a, c);
        r[g + 2] = low_pairs(b, d);
        r[g + 3] = high_pairs(b, d);
    }
    for (std::size_t j = 0; j < 4; ++j) {
        const __m512i even = quarters<0x88>(r[j], r[4 + j]), even2 = quarters<0x88>(r[8 + j], r[12 + j]);
        const __m512i odd = quarters<0xDD>(r[j], r[4 + j]), odd2 = quarters<0xDD>(r[8 + j], r[12 + j]);
        to[j] = quarters<0x88>(even, even2);
        to[4 + j] = quarters<0x88>(odd, odd2);
        to[8 + j] = quarters<0xDD>(even, even2);
        to[12 + j] = quarters<0xDD>(odd, odd2);
    }
}

/// Do the codes of 16 pixels lie equally far apart? Tensors of one image do; images may be anywhere.
bool in_a_row(const std::uint32_t* offset) { return offset[15] - offset[0] == 15 * (offset[1] - offset[0]); }

/// psum [filter][pixel] becomes codes.
template <class S>
void finish_panel(const NibbleJob& job, const std::int32_t* psum, std::size_t first_pixel,
                  std::uint32_t pixels) {
    // Copies: a store of codes could change what lies behind the references.
    const FinishJob finish = job.finish;
    const PixelSumsView shared = job.sums;
    for (std::uint32_t block = 0; block < job.blocks; ++block) {
        for (std::uint32_t p = 0; p < pixels; p += 16) {
            __m512i sums[16];
            transpose(psum + std::size_t{block} * 16 * S::kPixels + p, S::kPixels, sums);
            if (finish.packable && p + 16 <= pixels && in_a_row(job.out_offset + first_pixel + p)) {
                for (std::uint32_t i = 0; i < 16; i += 4) {
                    const std::size_t pixel = first_pixel + p + i;
                    __m512i four[4];
                    for (std::uint32_t j = 0; j < 4; ++j)
                        four[j] =
                            _mm512_add_epi32(sums[i + j], start_of_sum(finish, shared, block, pixel + j));
                    finish_four(finish, block, four, shared, pixel, job.out + job.out_offset[pixel],
                                job.out_offset[pixel + 1] - job.out_offset[pixel]);
                }
                continue;
            }
            for (std::uint32_t i = 0; i < 16 && p + i < pixels; ++i) {
                const std::size_t pixel = first_pixel + p + i;
                const __m512i sum = _mm512_add_epi32(sums[i], start_of_sum(finish, shared, block, pixel));
                finish_block(finish, block, sum, shared, pixel, job.out + job.out_offset[pixel]);
            }
        }
    }
}

/// Pixels from `first_pixel` on, as many as a panel takes.
template <class S>
void convolve_panel(const NibbleJob& job, std::uint32_t first_pixel) {
    const std::uint32_t left = job.pixels - first_pixel, pixels = left < S::kPixels ? left : S::kPixels;
    std::uint32_t offset[S::kPixels];
    for (std::uint32_t p = 0; p < S::kPixels; ++p)
        offset[p] = job.pixel_offset[first_pixel + (p < pixels ? p : 0)];
    gather_panel<S>(job, offset, job.panel);
    const std::uint32_t filters = job.blocks * 16, quads = job.segments * job.segment_quads;
    constexpr std::uint32_t kPass = kPassBytes / S::kQuadBytes;
    for (std::uint32_t first = 0; first < quads; first += kPass) {
        const std::uint32_t end = first + kPass < quads ? first + kPass : quads;
        for (std::uint32_t f = 0; f < filters; f += kFilters)
            multiply_panel<S>(job, f, first, end, job.panel, job.psum + std::size_t{f} * S::kPixels);
    }
    finish_panel<S>(job, job.psum, first_pixel, pixels);
}

template <bool Signed, bool Dot, bool High>
void convolve_with(const NibbleJob& job) {
    using Wide = Shape<Signed, Dot, High, NibbleJob::kPixels / 16>;
    using Narrow = Shape<Signed, Dot, High, NibbleJob::kPixels / 32>;
    std::uint32_t first = 0;
    for (; job.pixels - first > Narrow::kPixels; first += Wide::kPixels) {
        convolve_panel<Wide>(job, first);
        if (job.pixels - first <= Wide::kPixels) return;
    }
    if (first < job.pixels) convolve_panel<Narrow>(job, first);
}

template <bool Signed>
void convolve_encoded(const NibbleJob& job) {
    if (job.m >= 8) return convolve_with<Signed, false, true>(job);
    if (job.m > 4) return convolve_with<Signed, true, true>(job);
    return convolve_with<Signed, true, false>(job);
}

}  // namespace

void convolve_nibbles(const NibbleJob& job) {
    if (job.signed_weights) return convolve_encoded<true>(job);
    convolve_encoded<false>(job);
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
