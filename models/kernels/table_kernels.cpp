// AVX-512 VBMI only. Lanes are pixels: a byte of 64 products with one weight is two two-table permutes, one
// for each half of the activations.
#include "models/kernels/table_kernels.h"

#include <immintrin.h>

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

constexpr std::size_t kLine = 64;

/// Sums of bytes in 16-bit lanes: `all` of even bytes and 256 times the odd ones, modulo 2^16.
struct ByteSums {
    __m512i all = _mm512_setzero_si512(), odd = _mm512_setzero_si512();

    void add(__m512i bytes) {
        all = _mm512_add_epi16(all, bytes);
        odd = _mm512_add_epi16(odd, _mm512_maskz_srli_epi16(~0u, bytes, 8));
    }
    __m512i even() const { return _mm512_sub_epi16(all, _mm512_maskz_slli_epi16(~0u, odd, 8)); }
};

/// 256 bytes by activation.
struct ByteTable {
    __m512i quarter[4];

    explicit ByteTable(const std::uint8_t* bytes) {
        for (std::size_t i = 0; i < 4; ++i) quarter[i] = _mm512_load_si512(bytes + i * kLine);
    }
    __m512i operator()(__m512i activations, __mmask64 upper_half) const {
        const __m512i low = _mm512_permutex2var_epi8(quarter[0], activations, quarter[1]);
        return _mm512_mask_blend_epi8(upper_half, low,
                                      _mm512_permutex2var_epi8(quarter[2], activations, quarter[3]));
    }
};

/// lower + 256 upper of even or of odd 16-bit lanes.
__m512i even_sums(__m512i lower, __m512i upper) {
    const __m512i low_word = _mm512_set1_epi32(0xFFFF);
    return _mm512_add_epi32(_mm512_and_si512(lower, low_word),
                            _mm512_maskz_slli_epi32(0xFFFF, _mm512_and_si512(upper, low_word), 8));
}
__m512i odd_sums(__m512i lower, __m512i upper) {
    return _mm512_add_epi32(_mm512_maskz_srli_epi32(0xFFFF, lower, 16),
                            _mm512_maskz_slli_epi32(0xFFFF, _mm512_maskz_srli_epi32(0xFFFF, upper, 16), 8));
}

/// The sums of 64 pixels, every fourth pixel in one vector, to numbers in a row.
void add_in_order(__m512i s0, __m512i s1, __m512i s2, __m512i s3, std::uint32_t* to) {
    const __m512i low01 = _mm512_maskz_unpacklo_epi32(0xFFFF, s0, s1),
                  high01 = _mm512_maskz_unpackhi_epi32(0xFFFF, s0, s1),
                  low23 = _mm512_maskz_unpacklo_epi32(0xFFFF, s2, s3),
                  high23 = _mm512_maskz_unpackhi_epi32(0xFFFF, s2, s3);
    const __m512i of_four[4] = {
        _mm512_maskz_unpacklo_epi64(0xFF, low01, low23), _mm512_maskz_unpackhi_epi64(0xFF, low01, low23),
        _mm512_maskz_unpacklo_epi64(0xFF, high01, high23), _mm512_maskz_unpackhi_epi64(0xFF, high01, high23)};
    for (std::size_t j = 0; j < 4; ++j) {
        alignas(kLine) std::uint32_t quarters[4][4];
        _mm512_store_si512(quarters, of_four[j]);
        for (std::size_t i = 0; i < 4; ++i) {
            auto* four = reinterpret_cast<__m128i*>(to + 16 * i + 4 * j);
            const __m128i more = _mm_load_si128(reinterpret_cast<const __m128i*>(quarters[i]));
            _mm_storeu_si128(four, _mm_add_epi32(_mm_loadu_si128(four), more));
        }
    }
}

template <std::uint32_t Vectors>
void look_up(const LookUpJob& job, std::uint32_t first) {
    ByteSums lower[Vectors], upper[Vectors];
    const std::uint8_t* panel = job.panel + first;
    const std::uint8_t* code = job.codes;
    for (std::uint32_t k = 0; k < job.rows; ++k, panel += LookUpJob::kPixels, code += job.code_stride) {
        const std::uint8_t* table = job.tables + std::size_t{*code} * 512;
        const ByteTable lower_bytes(table), upper_bytes(table + 256);
#pragma GCC unroll 4
        for (std::uint32_t v = 0; v < Vectors; ++v) {
            const __m512i activations = _mm512_load_si512(panel + v * kLine);
            const __mmask64 upper_half = _mm512_movepi8_mask(activations);
            lower[v].add(lower_bytes(activations, upper_half));
            upper[v].add(upper_bytes(activations, upper_half));
        }
    }
    for (std::uint32_t v = 0; v < Vectors; ++v) {
        const __m512i lower_even = lower[v].even(), upper_even = upper[v].even();
        add_in_order(even_sums(lower_even, upper_even), even_sums(lower[v].odd, upper[v].odd),
                     odd_sums(lower_even, upper_even), odd_sums(lower[v].odd, upper[v].odd),
                     job.sums + first + v * kLine);
    }
}

}  // namespace

void look_up_products(const LookUpJob& job) {
    std::uint32_t first = 0;
    for (; first + 192 < job.pixels; first += 256) look_up<4>(job, first);
    for (; first + 64 < job.pixels; first += 128) look_up<2>(job, first);
    if (first < job.pixels) look_up<1>(job, first);
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
