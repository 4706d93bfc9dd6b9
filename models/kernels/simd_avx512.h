#pragma once

#include <immintrin.h>

#include <cstdint>

namespace approxtlm::avx512 {

/// 16 int32 lanes, each also readable as 4 bytes.
struct Simd {
    using Vector = __m512i;
    static constexpr std::uint32_t kLanes = 16;
    static constexpr std::uint32_t kBlocks = 4;  ///< vectors of filters a matrix kernel holds
    static constexpr std::uint32_t kPixels = 6;  ///< pixels a matrix kernel holds
    static constexpr bool kPairsSaturate = false;

    static Vector zero() { return _mm512_setzero_si512(); }
    static Vector all(std::uint32_t x) { return _mm512_set1_epi32(static_cast<int>(x)); }
    static Vector load(const void* p) { return _mm512_loadu_si512(p); }
    static void store(void* p, Vector x) { _mm512_storeu_si512(p, x); }
    static Vector load_bytes(const std::uint8_t* p) {
        // The unmasked form reads an undefined vector in g++ 12 and draws a warning.
        return _mm512_maskz_cvtepu8_epi32(0xFFFF, _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    static Vector add(Vector a, Vector b) { return _mm512_add_epi32(a, b); }
    static Vector bits_and(Vector a, Vector b) { return _mm512_and_si512(a, b); }
    static Vector masked_xor(Vector a, Vector b, Vector mask) {
        return _mm512_ternarylogic_epi32(a, b, mask, 0x28);  // (a ^ b) & mask
    }
    /// sum + the four products of unsigned and signed bytes. g++ 12 spills around the intrinsic.
    static Vector dot4(Vector sum, Vector unsigned_bytes, Vector signed_bytes) {
        asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(unsigned_bytes), "v"(signed_bytes));
        return sum;
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
