// AVX-512 VBMI only. Lanes are pixels: a truncated product is linear in the bits of A, so 16-entry tables per
// weight, indexed by a nibble of A, give what its bits contribute (NibbleForm). One byte permute looks up
// four reduction terms of 16 pixels, already where the dot product wants them.
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

template <NibbleForm Form, bool IsSigned, std::uint32_t VectorCount>
struct Shape {
    static constexpr NibbleForm kForm = Form;
    static constexpr bool kSigned = IsSigned;  ///< of the table entries, and of `weights`
    static constexpr bool kFactor = Form == NibbleForm::error || Form == NibbleForm::parts;
    static constexpr bool kHigh = Form != NibbleForm::error;
    static constexpr std::uint32_t kVectors = VectorCount;  ///< of 16 pixels
    static constexpr std::uint32_t kPixels = 16 * kVectors;
    static constexpr std::size_t kPartBytes = kLine * kVectors;
    static constexpr std::size_t kQuadBytes = kPartBytes * (1 + kFactor + kHigh);  ///< of a panel
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
    if constexpr (S::kForm == NibbleForm::error) _mm512_store_si512(to, a);
    if constexpr (S::kForm == NibbleForm::parts) {
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

/// What kFilters filters read for Quads quads.
template <class S, std::uint32_t Quads>
struct Tables {
    __m512i low[Quads][kFilters], high[Quads][kFilters], weight[Quads][kFilters];

    Tables(const NibbleJob& job, std::size_t first) {
        for (std::size_t q = 0; q < Quads; ++q) {
            for (std::size_t f = 0; f < kFilters; ++f) {
                const std::size_t at = first + q * kFilters + f;
                low[q][f] = load(job.low_tables + at * kLine);
                if constexpr (S::kHigh) high[q][f] = load(job.high_tables + at * kLine);
                if constexpr (S::kForm != NibbleForm::all_parts)
                    weight[q][f] = _mm512_set1_epi32(static_cast<int>(job.weights[at]));
            }
        }
    }
};

/// Quads quads of kFilters filters and of 16 pixels.
template <class S, std::uint32_t Quads>
[[gnu::always_inline]] inline void multiply_quads(const Tables<S, Quads>& tables, const std::uint8_t* panel,
                                                  __m512i (&sum)[kFilters]) {
    const __m512i ones = _mm512_set1_epi8(1);
    __m512i low_index[Quads], high_index[Quads], factor[Quads];
    for (std::uint32_t q = 0; q < Quads; ++q, panel += S::kQuadBytes) {
        low_index[q] = load(panel);
        if constexpr (S::kHigh) high_index[q] = load(panel + S::kPartBytes);
        if constexpr (S::kFactor) factor[q] = load(panel + S::kPartBytes * (1 + S::kHigh));
    }
    for (std::uint32_t f = 0; f < kFilters; ++f) {
        if constexpr (S::kForm == NibbleForm::error) {  // errors of four quads fit a byte
            __m512i error = look_up(tables.low[0][f], low_index[0]);
            for (std::uint32_t q = 1; q < Quads; ++q)
                error = _mm512_add_epi8(error, look_up(tables.low[q][f], low_index[q]));
            sum[f] = dot(sum[f], error, _mm512_set1_epi8(-1));
            for (std::uint32_t q = 0; q < Quads; ++q) sum[f] = dot(sum[f], factor[q], tables.weight[q][f]);
            continue;
        }
        for (std::uint32_t q = 0; q < Quads; ++q) {
            const __m512i part = _mm512_add_epi8(look_up(tables.low[q][f], low_index[q]),
                                                 look_up(tables.high[q][f], high_index[q]));
            if constexpr (S::kForm == NibbleForm::magnitude) {
                sum[f] = dot(sum[f], part, tables.weight[q][f]);
                continue;
            }
            sum[f] = S::kSigned ? dot(sum[f], ones, part) : dot(sum[f], part, ones);
            if constexpr (S::kFactor) {
                sum[f] = S::kSigned ? dot(sum[f], factor[q], tables.weight[q][f])
                                    : dot(sum[f], tables.weight[q][f], factor[q]);
            }
        }
    }
}

/// kFilters filters of a panel's pixels, quads [first, end): psum [filter][pixel].
template <class S>
void multiply_panel(const NibbleJob& job, std::uint32_t filter, std::uint32_t first, std::uint32_t end,
                    const std::uint8_t* panel, std::int32_t* psum) {
    const std::uint32_t quads = job.segments * job.segment_quads;
    const std::size_t at = std::size_t{filter} * quads;
    __m512i sum[S::kVectors][kFilters];
    for (std::uint32_t f = 0; f < kFilters; ++f) {
        for (std::uint32_t v = 0; v < S::kVectors; ++v)
            sum[v][f] = first == 0 ? _mm512_setzero_si512() : load(psum + f * S::kPixels + 16 * v);
    }
    panel += first * S::kQuadBytes;
    constexpr std::uint32_t kStep = S::kForm == NibbleForm::error ? 2 : 1;
    std::uint32_t q = first;
    for (; q + kStep <= end; q += kStep, panel += kStep * S::kQuadBytes) {
        const Tables<S, kStep> tables(job, at + std::size_t{q} * kFilters);
#pragma GCC unroll 8
        for (std::uint32_t v = 0; v < S::kVectors; ++v)
            multiply_quads<S, kStep>(tables, panel + v * kLine, sum[v]);
    }
    if (q < end) {
        const Tables<S, 1> tables(job, at + std::size_t{q} * kFilters);
#pragma GCC unroll 8
        for (std::uint32_t v = 0; v < S::kVectors; ++v)
            multiply_quads<S, 1>(tables, panel + v * kLine, sum[v]);
    }
    const bool shifted = end == quads && S::kForm != NibbleForm::error;
    const __m128i shift = _mm_cvtsi32_si128(shifted ? static_cast<int>(job.m) : 0);
    for (std::uint32_t f = 0; f < kFilters; ++f) {
        for (std::uint32_t v = 0; v < S::kVectors; ++v) {
            _mm512_storeu_si512(psum + f * S::kPixels + 16 * v,
                                _mm512_maskz_sll_epi32(0xFFFF, sum[v][f], shift));
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

template <NibbleForm Form, bool Signed>
void convolve_with(const NibbleJob& job) {
    using Wide = Shape<Form, Signed, NibbleJob::kPixels / 16>;
    using Narrow = Shape<Form, Signed, NibbleJob::kPixels / 32>;
    std::uint32_t first = 0;
    for (; job.pixels - first > Narrow::kPixels; first += Wide::kPixels) {
        convolve_panel<Wide>(job, first);
        if (job.pixels - first <= Wide::kPixels) return;
    }
    if (first < job.pixels) convolve_panel<Narrow>(job, first);
}

template <NibbleForm Form>
void convolve_form(const NibbleJob& job) {
    return job.signed_weights ? convolve_with<Form, true>(job) : convolve_with<Form, false>(job);
}

}  // namespace

void convolve_nibbles(const NibbleJob& job) {
    switch (nibble_form(static_cast<int>(job.m))) {
        case NibbleForm::error:
            return convolve_with<NibbleForm::error, true>(job);
        case NibbleForm::parts:
            return convolve_form<NibbleForm::parts>(job);
        case NibbleForm::magnitude:
            return convolve_with<NibbleForm::magnitude, true>(job);
        case NibbleForm::all_parts:
            return convolve_form<NibbleForm::all_parts>(job);
    }
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
