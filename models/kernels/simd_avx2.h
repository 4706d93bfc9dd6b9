#pragma once

#include <immintrin.h>

#include <cstdint>

namespace approxtlm::avx2 {

/// 8 int32 lanes, each also readable as 4 bytes.
struct Simd {
    using Vector = __m256i;
    static constexpr std::uint32_t kLanes = 8;
    static constexpr std::uint32_t kBlocks = 2;
    static constexpr std::uint32_t kPixels = 4;
    static constexpr std::uint32_t kTileSums = 8;
    static constexpr std::uint32_t kToggleRows = 4;  ///< weight words an activity kernel holds
    static constexpr bool kPairsSaturate = true;  ///< dot4 needs the sum of each two products within 16 bits

    static Vector zero() { return _mm256_setzero_si256(); }
    static Vector all(std::uint32_t x) { return _mm256_set1_epi32(static_cast<int>(x)); }
    static Vector load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
    static void store(void* p, Vector x) { _mm256_storeu_si256(static_cast<__m256i*>(p), x); }
    static Vector add(Vector a, Vector b) { return _mm256_add_epi32(a, b); }
    static Vector bits_and(Vector a, Vector b) { return _mm256_and_si256(a, b); }
    static Vector dot4(Vector sum, Vector unsigned_bytes, Vector signed_bytes) {
        const Vector pairs = _mm256_maddubs_epi16(unsigned_bytes, signed_bytes);
        return add(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }

    static Vector sum_bits(Vector a, Vector b, Vector c) {
        return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
    }
    static Vector majority(Vector a, Vector b, Vector c) {
        return _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(c, _mm256_or_si256(a, b)));
    }
    /// (~a & b) | (~b & c): the bits that rise from a to b, and from b to c; never the same.
    static Vector rising(Vector a, Vector b, Vector c) {
        return _mm256_or_si256(_mm256_andnot_si256(a, b), _mm256_andnot_si256(b, c));
    }
    static Vector add_bytes(Vector a, Vector b) { return _mm256_add_epi8(a, b); }
    /// Bit `bit` of every byte.
    static Vector bit_of_bytes(Vector x, int bit) {
        return bits_and(_mm256_srl_epi32(x, _mm_cvtsi32_si128(bit)), all(0x01010101u));
    }

    static constexpr std::uint32_t kWords = 16;  ///< 16-bit lanes
    static Vector load_bytes_as_words(const std::uint8_t* p) {
        return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    static Vector add_words(Vector a, Vector b) { return _mm256_add_epi16(a, b); }
    /// Adds to each 16-bit lane the bits in which it differs from the next; the last has none.
    static Vector count_steps(Vector n, Vector x) {
        const Vector upper = _mm256_permute2x128_si256(x, x, 0x81);  // the upper half, and zeros
        Vector next = _mm256_alignr_epi8(upper, x, 2);
        next = _mm256_insert_epi16(next, _mm256_extract_epi16(x, 15), 15);
        const Vector ones = ones_of_bytes(_mm256_xor_si256(x, next));
        return _mm256_add_epi16(n, _mm256_maddubs_epi16(ones, _mm256_set1_epi8(1)));
    }

    static constexpr std::uint32_t kBytes = 32;
    /// Words of four bytes; byte s of word i is low[s][in[i] % 16] | high[s][in[i] / 16]. kBytes at once.
    static void expand(const std::uint8_t* in, const std::uint8_t (*low)[16], const std::uint8_t (*high)[16],
                       std::uint32_t* out) {
        // Unpacking works within 128 bits: give either half its four bytes of each result.
        const Vector order = _mm256_setr_epi32(0, 2, 4, 6, 1, 3, 5, 7);
        const Vector x = _mm256_permutevar8x32_epi32(load(in), order);
        const Vector nibble = all(0x0F0F0F0Fu);
        const Vector l = bits_and(x, nibble), h = bits_and(_mm256_srli_epi32(x, 4), nibble);
        Vector byte[4];
        for (int s = 0; s < 4; ++s) {
            byte[s] = _mm256_or_si256(_mm256_shuffle_epi8(table16(low[s]), l),
                                      _mm256_shuffle_epi8(table16(high[s]), h));
        }
        const Vector low01 = _mm256_unpacklo_epi8(byte[0], byte[1]),
                     high01 = _mm256_unpackhi_epi8(byte[0], byte[1]),
                     low23 = _mm256_unpacklo_epi8(byte[2], byte[3]),
                     high23 = _mm256_unpackhi_epi8(byte[2], byte[3]);
        store(out, _mm256_unpacklo_epi16(low01, low23));
        store(out + 8, _mm256_unpackhi_epi16(low01, low23));
        store(out + 16, _mm256_unpacklo_epi16(high01, high23));
        store(out + 24, _mm256_unpackhi_epi16(high01, high23));
    }
    static Vector table16(const std::uint8_t* p) {
        return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }

    /// kBytes of out = table[in].
    static void translate(const std::uint8_t* in, const std::uint8_t* table, std::uint8_t* out) {
        for (std::uint32_t i = 0; i < kBytes; ++i) out[i] = table[in[i]];
    }

    static Vector multiply(Vector a, Vector b) { return _mm256_mullo_epi32(a, b); }
    static Vector shift_right(Vector x, int bits) { return _mm256_sra_epi32(x, _mm_cvtsi32_si128(bits)); }
    static Vector smaller_bytes(Vector a, Vector b) { return _mm256_min_epu8(a, b); }
    /// 64-bit lanes with the sum of their bytes.
    static Vector sums_of_eight(Vector bytes) { return _mm256_sad_epu8(bytes, zero()); }
    /// requantize() of models/arithmetic/requantize.h, lane by lane: the conversion rounds half to even.
    static Vector requantize(Vector value, const float* scale, int zero_point, int low, int high) {
        const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(value), _mm256_loadu_ps(scale));
        const __m256 bounded =
            _mm256_min_ps(_mm256_max_ps(product, _mm256_set1_ps(static_cast<float>(low - zero_point))),
                          _mm256_set1_ps(static_cast<float>(high - zero_point)));
        return add(_mm256_cvtps_epi32(bounded), all(static_cast<std::uint32_t>(zero_point)));
    }
    /// The first `used` lanes, which hold 0..255.
    static void store_codes(std::uint8_t* p, std::uint32_t used, Vector x) {
        const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
        const std::int64_t codes = _mm_cvtsi128_si64(_mm_packus_epi16(words, words));
        if (used == kLanes) {
            __builtin_memcpy(p, &codes, kLanes);
        } else {
            __builtin_memcpy(p, &codes, used);
        }
    }

    /// Four pixels' requantize() of values below 2^31 / scale, as bytes [pixel][lane].
    static Vector requantize_four(const Vector (&value)[4], const float* scale, int zero_point, int low,
                                  int high) {
        const __m256 factor = _mm256_loadu_ps(scale);
        const auto rounded = [&](Vector x) {
            return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_cvtepi32_ps(x), factor));
        };
        const Vector zero = _mm256_set1_epi16(static_cast<short>(zero_point));
        const Vector first = _mm256_packs_epi32(rounded(value[0]), rounded(value[1]));
        const Vector second = _mm256_packs_epi32(rounded(value[2]), rounded(value[3]));
        // Packing works within 128 bits: their quarters are pixels.
        const Vector mixed =
            _mm256_packus_epi16(_mm256_adds_epi16(first, zero), _mm256_adds_epi16(second, zero));
        const Vector bounded =
            _mm256_min_epu8(_mm256_max_epu8(mixed, _mm256_set1_epi8(static_cast<char>(low))),
                            _mm256_set1_epi8(static_cast<char>(high)));
        return _mm256_permutevar8x32_epi32(bounded, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    }
    /// The first `used` bytes of each quarter to rows `stride` apart.
    static void store_four(std::uint8_t* p, std::size_t stride, std::uint32_t used, Vector x) {
        std::uint8_t codes[32];
        store(codes, x);
        for (std::size_t i = 0; i < 4; ++i) {
            if (used == kLanes) {
                __builtin_memcpy(p + i * stride, codes + i * kLanes, kLanes);
            } else {
                __builtin_memcpy(p + i * stride, codes + i * kLanes, used);
            }
        }
    }

    static constexpr std::uint32_t kQwords = 4;  ///< 64-bit lanes
    /// kQwords positions of Words 64-bit lanes each: the lanes' sums as 32-bit numbers.
    template <std::uint32_t Words>
    static void store_sums(const Vector (&x)[Words], std::int32_t* to) {
        const auto pairs = [](Vector a, Vector b) {
            return _mm256_add_epi64(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
        };
        Vector sums, order;
        if constexpr (Words == 2) {
            sums = pairs(x[0], x[1]);
            order = _mm256_setr_epi32(0, 4, 2, 6, 0, 0, 0, 0);
        } else {
            static_assert(Words == 4);
            const Vector first = pairs(x[0], x[1]), second = pairs(x[2], x[3]);
            sums = _mm256_add_epi64(_mm256_permute2x128_si256(first, second, 0x20),
                                    _mm256_permute2x128_si256(first, second, 0x31));
            order = _mm256_setr_epi32(0, 2, 4, 6, 0, 0, 0, 0);
        }
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to),
                         _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(sums, order)));
    }

    using Count = __m256i;
    static Count no_count() { return zero(); }
    static Vector ones_of_bytes(Vector x) {
        const Vector nibble = _mm256_set1_epi8(15);
        const Vector ones = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                             0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        const Vector low = _mm256_shuffle_epi8(ones, _mm256_and_si256(x, nibble));
        const Vector high = _mm256_shuffle_epi8(ones, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
        return _mm256_add_epi8(low, high);
    }
    static Count count(Count n, Vector x) {
        return _mm256_add_epi64(n, _mm256_sad_epu8(ones_of_bytes(x), zero()));
    }
    static std::uint64_t total(Count n) {
        std::uint64_t lanes[4];
        store(lanes, n);
        return lanes[0] + lanes[1] + lanes[2] + lanes[3];
    }
};

}  // namespace approxtlm::avx2
