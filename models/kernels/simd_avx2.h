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
    static constexpr bool kPairsSaturate = true;  ///< dot4 needs the sum of each two products within 16 bits

    static Vector zero() { return _mm256_setzero_si256(); }
    static Vector all(std::uint32_t x) { return _mm256_set1_epi32(static_cast<int>(x)); }
    static Vector load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }
    static void store(void* p, Vector x) { _mm256_storeu_si256(static_cast<__m256i*>(p), x); }
    static Vector load_bytes(const std::uint8_t* p) {
        return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
    }
    static Vector add(Vector a, Vector b) { return _mm256_add_epi32(a, b); }
    static Vector bits_and(Vector a, Vector b) { return _mm256_and_si256(a, b); }
    static Vector masked_xor(Vector a, Vector b, Vector mask) {
        return _mm256_and_si256(_mm256_xor_si256(a, b), mask);
    }
    static Vector dot4(Vector sum, Vector unsigned_bytes, Vector signed_bytes) {
        const Vector pairs = _mm256_maddubs_epi16(unsigned_bytes, signed_bytes);
        return add(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
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

    using Count = __m256i;
    static Count no_count() { return zero(); }
    static Count count(Count n, Vector x) {
        const Vector nibble = _mm256_set1_epi8(15);
        const Vector ones = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                             0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        const Vector low = _mm256_shuffle_epi8(ones, _mm256_and_si256(x, nibble));
        const Vector high = _mm256_shuffle_epi8(ones, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
        return _mm256_add_epi64(n, _mm256_sad_epu8(_mm256_add_epi8(low, high), zero()));
    }
    static std::uint64_t total(Count n) {
        std::uint64_t lanes[4];
        store(lanes, n);
        return lanes[0] + lanes[1] + lanes[2] + lanes[3];
    }
};

}  // namespace approxtlm::avx2
