#pragma once

#include <immintrin.h>

#include <cstdint>

namespace approxtlm::avx512 {

/// 16 int32 lanes, each also readable as 4 bytes.
struct Simd {
    using Vector = __m512i;
    static constexpr std::uint32_t kLanes = 16;
    static constexpr std::uint32_t kBlocks = 4;      ///< vectors of filters a matrix kernel holds
    static constexpr std::uint32_t kPixels = 6;      ///< pixels a matrix kernel holds
    static constexpr std::uint32_t kTileSums = 16;   ///< sums a direct convolution holds
    static constexpr std::uint32_t kToggleRows = 8;  ///< weight words an activity kernel holds
    static constexpr bool kPairsSaturate = false;

    static Vector zero() { return _mm512_setzero_si512(); }
    static Vector all(std::uint32_t x) { return _mm512_set1_epi32(static_cast<int>(x)); }
    static Vector load(const void* p) { return _mm512_loadu_si512(p); }
    static void store(void* p, Vector x) { _mm512_storeu_si512(p, x); }
    static Vector add(Vector a, Vector b) { return _mm512_add_epi32(a, b); }
    static Vector bits_and(Vector a, Vector b) { return _mm512_and_si512(a, b); }
    /// sum + the four products of unsigned and signed bytes. g++ 12 spills around the intrinsic.
    static Vector dot4(Vector sum, Vector unsigned_bytes, Vector signed_bytes) {
        asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(unsigned_bytes), "v"(signed_bytes));
        return sum;
    }

    static Vector sum_bits(Vector a, Vector b, Vector c) {
        return _mm512_ternarylogic_epi32(a, b, c, 0x96);  // a ^ b ^ c
    }
    static Vector majority(Vector a, Vector b, Vector c) { return _mm512_ternarylogic_epi32(a, b, c, 0xE8); }
    /// (~a & b) | (~b & c): the bits that rise from a to b, and from b to c; never the same.
    static Vector rising(Vector a, Vector b, Vector c) { return _mm512_ternarylogic_epi32(a, b, c, 0x2E); }
    static Vector add_bytes(Vector a, Vector b) { return _mm512_add_epi8(a, b); }
    /// Bit `bit` of every byte.
    static Vector bit_of_bytes(Vector x, int bit) {
        return bits_and(_mm512_maskz_srl_epi32(0xFFFF, x, _mm_cvtsi32_si128(bit)), all(0x01010101u));
    }

    static constexpr std::uint32_t kWords = 32;  ///< 16-bit lanes
    static Vector load_bytes_as_words(const std::uint8_t* p) {
        return _mm512_maskz_cvtepu8_epi16(~0u, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    static Vector add_words(Vector a, Vector b) { return _mm512_add_epi16(a, b); }
    /// Adds to each 16-bit lane the bits in which it differs from the next; the last has none.
    static Vector count_steps(Vector n, Vector x) {
        static constexpr std::uint16_t kNext[kWords] = {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                                        12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                                                        23, 24, 25, 26, 27, 28, 29, 30, 31, 31};
        const Vector next = _mm512_maskz_permutexvar_epi16(~0u, load(kNext), x);
        return _mm512_add_epi16(n, _mm512_popcnt_epi16(_mm512_xor_si512(x, next)));
    }

    static constexpr std::uint32_t kBytes = 64;
    /// Words of four bytes; byte s of word i is low[s][in[i] % 16] | high[s][in[i] / 16]. kBytes at once.
    static void expand(const std::uint8_t* in, const std::uint8_t (*low)[16], const std::uint8_t (*high)[16],
                       std::uint32_t* out) {
        // Unpacking works within 128 bits: give every quarter its four bytes of each result.
        const Vector order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        const Vector x = _mm512_maskz_permutexvar_epi32(0xFFFF, order, load(in));
        const Vector nibble = all(0x0F0F0F0Fu);
        const Vector l = bits_and(x, nibble), h = bits_and(_mm512_maskz_srli_epi32(0xFFFF, x, 4), nibble);
        Vector byte[4];
        for (int s = 0; s < 4; ++s) {
            byte[s] = _mm512_or_si512(_mm512_shuffle_epi8(table16(low[s]), l),
                                      _mm512_shuffle_epi8(table16(high[s]), h));
        }
        const Vector low01 = _mm512_unpacklo_epi8(byte[0], byte[1]),
                     high01 = _mm512_unpackhi_epi8(byte[0], byte[1]),
                     low23 = _mm512_unpacklo_epi8(byte[2], byte[3]),
                     high23 = _mm512_unpackhi_epi8(byte[2], byte[3]);
        store(out, _mm512_unpacklo_epi16(low01, low23));
        store(out + 16, _mm512_unpackhi_epi16(low01, low23));
        store(out + 32, _mm512_unpacklo_epi16(high01, high23));
        store(out + 48, _mm512_unpackhi_epi16(high01, high23));
    }
    static Vector table16(const std::uint8_t* p) {
        return _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }

    /// kBytes of out = table[in].
    static void translate(const std::uint8_t* in, const std::uint8_t* table, std::uint8_t* out) {
        const Vector x = load(in);
        const Vector low = _mm512_permutex2var_epi8(load(table), x, load(table + 64));
        const Vector high = _mm512_permutex2var_epi8(load(table + 128), x, load(table + 192));
        store(out, _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high));
    }

    static Vector multiply(Vector a, Vector b) { return _mm512_mullo_epi32(a, b); }
    static Vector shift_right(Vector x, int bits) {
        return _mm512_maskz_sra_epi32(0xFFFF, x, _mm_cvtsi32_si128(bits));
    }
    static Vector smaller_bytes(Vector a, Vector b) { return _mm512_min_epu8(a, b); }
    /// 64-bit lanes with the sum of their bytes.
    static Vector sums_of_eight(Vector bytes) { return _mm512_sad_epu8(bytes, zero()); }
    /// requantize() of models/arithmetic/requantize.h, lane by lane: the conversion rounds half to even.
    static Vector requantize(Vector value, const float* scale, int zero_point, int low, int high) {
        const __m512 product = _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(0xFFFF, value), _mm512_loadu_ps(scale));
        const __m512 bounded = _mm512_maskz_min_ps(
            0xFFFF,
            _mm512_maskz_max_ps(0xFFFF, product, _mm512_set1_ps(static_cast<float>(low - zero_point))),
            _mm512_set1_ps(static_cast<float>(high - zero_point)));
        return add(_mm512_maskz_cvtps_epi32(0xFFFF, bounded), all(static_cast<std::uint32_t>(zero_point)));
    }
    /// The low byte of the first `used` lanes.
    static void store_codes(std::uint8_t* p, std::uint32_t used, Vector x) {
        _mm512_mask_cvtepi32_storeu_epi8(p, static_cast<__mmask16>((1u << used) - 1), x);
    }

    /// Four pixels' requantize() of values below 2^31 / scale, as bytes [pixel][lane].
    static Vector requantize_four(const Vector (&value)[4], const float* scale, int zero_point, int low,
                                  int high) {
        const __m512 factor = _mm512_loadu_ps(scale);
        const auto rounded = [&](Vector x) {
            return _mm512_maskz_cvtps_epi32(0xFFFF,
                                            _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(0xFFFF, x), factor));
        };
        const Vector zero = _mm512_set1_epi16(static_cast<short>(zero_point));
        const Vector first = _mm512_packs_epi32(rounded(value[0]), rounded(value[1]));
        const Vector second = _mm512_packs_epi32(rounded(value[2]), rounded(value[3]));
        // Packing works within 128 bits: their quarters are pixels.
        const Vector mixed =
            _mm512_packus_epi16(_mm512_adds_epi16(first, zero), _mm512_adds_epi16(second, zero));
        const Vector order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        const Vector bounded =
            _mm512_min_epu8(_mm512_max_epu8(mixed, _mm512_set1_epi8(static_cast<char>(low))),
                            _mm512_set1_epi8(static_cast<char>(high)));
        return _mm512_maskz_permutexvar_epi32(0xFFFF, order, bounded);
    }
    /// The first `used` bytes of each quarter to rows `stride` apart.
    static void store_four(std::uint8_t* p, std::size_t stride, std::uint32_t used, Vector x) {
        if (used == kLanes && stride == kLanes) return store(p, x);
        const auto mask = static_cast<__mmask16>((1u << used) - 1);
        _mm_mask_storeu_epi8(p, mask, _mm512_maskz_extracti32x4_epi32(0xF, x, 0));
        _mm_mask_storeu_epi8(p + stride, mask, _mm512_maskz_extracti32x4_epi32(0xF, x, 1));
        _mm_mask_storeu_epi8(p + 2 * stride, mask, _mm512_maskz_extracti32x4_epi32(0xF, x, 2));
        _mm_mask_storeu_epi8(p + 3 * stride, mask, _mm512_maskz_extracti32x4_epi32(0xF, x, 3));
    }

    static constexpr std::uint32_t kQwords = 8;  ///< 64-bit lanes
    /// kQwords positions of Words 64-bit lanes each: the lanes' sums as 32-bit numbers.
    template <std::uint32_t Words>
    static void store_sums(const Vector (&x)[Words], std::int32_t* to) {
        const auto pairs = [](Vector a, Vector b) {
            return _mm512_add_epi64(_mm512_maskz_unpacklo_epi64(0xFF, a, b),
                                    _mm512_maskz_unpackhi_epi64(0xFF, a, b));
        };
        const auto halves = [](Vector a, Vector b) {
            return _mm512_add_epi64(_mm512_maskz_shuffle_i64x2(0xFF, a, b, 0x88),
                                    _mm512_maskz_shuffle_i64x2(0xFF, a, b, 0xDD));
        };
        Vector sums, order;
        if constexpr (Words == 2) {
            sums = pairs(x[0], x[1]);
            order = _mm512_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0);
        } else if constexpr (Words == 4) {
            sums = halves(pairs(x[0], x[1]), pairs(x[2], x[3]));
            order = _mm512_setr_epi32(0, 4, 2, 6, 8, 12, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0);
        } else {
            static_assert(Words == 8);
            sums = halves(halves(pairs(x[0], x[1]), pairs(x[2], x[3])),
                          halves(pairs(x[4], x[5]), pairs(x[6], x[7])));
            order = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 0, 0, 0, 0, 0, 0, 0, 0);
        }
        _mm512_mask_storeu_epi32(to, 0xFF, _mm512_maskz_permutexvar_epi32(0xFFFF, order, sums));
    }

    using Count = __m512i;
    static Count no_count() { return zero(); }
    /// Wraps after 2^27 calls.
    static Count count(Count n, Vector x) { return _mm512_add_epi32(n, _mm512_popcnt_epi32(x)); }
    static std::uint64_t total(Count n) {
        std::uint32_t lanes[kLanes];
        store(lanes, n);
        std::uint64_t sum = 0;
        for (const std::uint32_t lane : lanes) sum += lane;
        return sum;
    }
};

}  // namespace approxtlm::avx512
