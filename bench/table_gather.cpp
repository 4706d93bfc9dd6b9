#include "bench/table_gather.h"

#include <immintrin.h>

namespace approxtlm::bench {
namespace {

__m256i indices(const std::uint8_t* weights) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(weights)));
}

}  // namespace

void table_gather(const std::int32_t* table, const std::uint8_t* activations, const std::uint8_t* weights,
                  std::int32_t* psum, std::size_t pixels, std::size_t reduction, std::size_t columns) {
    for (std::size_t t = 0; t < pixels; ++t, activations += reduction, psum += columns) {
        for (std::size_t n = 0; n < columns; n += 16) {
            __m256i low = _mm256_setzero_si256(), high = low;
            for (std::size_t k = 0; k < reduction; ++k) {
                const std::int32_t* row = table + 256 * std::size_t{activations[k]};
                const std::uint8_t* w = weights + k * columns + n;
                low = _mm256_add_epi32(low, _mm256_i32gather_epi32(row, indices(w), 4));
                high = _mm256_add_epi32(high, _mm256_i32gather_epi32(row, indices(w + 8), 4));
            }
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(psum + n), low);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(psum + n + 8), high);
        }
    }
}

}  // namespace approxtlm::bench
