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
