// Compiled once per instruction set (CMakeLists.txt); APPROXTLM_ADAPT_ISA is the namespace. Uses no standard
// library templates: the linker might pick this file's copy for machines that cannot run it.
#include "workloads/calibration/adapt_kernels.h"

#if defined(__AVX512VPOPCNTDQ__)
#include <immintrin.h>
#endif

#define APPROXTLM_TEXT_(a) #a
#define APPROXTLM_TEXT(a) APPROXTLM_TEXT_(a)

namespace approxtlm::workloads::APPROXTLM_ADAPT_ISA {
namespace {

#if defined(__AVX512VPOPCNTDQ__)
constexpr std::size_t kWords = 8;
using Word = __m512i;
using Count = __m512i;
Count no_count() { return _mm512_setzero_si512(); }
Word load(const std::uint64_t* p) { return _mm512_loadu_si512(p); }
Count count(Count n, Word a, Word b) {
    return _mm512_add_epi64(n, _mm512_popcnt_epi64(_mm512_and_si512(a, b)));
}
std::uint32_t total(Count n) {
    std::uint64_t lanes[kWords], sum = 0;
    _mm512_storeu_si512(lanes, n);
    for (const std::uint64_t lane : lanes) sum += lane;
    return static_cast<std::uint32_t>(sum);
}
#else
constexpr std::size_t kWords = 1;
using Word = std::uint64_t;
using Count = std::uint64_t;
Count no_count() { return 0; }
Word load(const std::uint64_t* p) { return *p; }
Count count(Count n, Word a, Word b) { return n + static_cast<Count>(__builtin_popcountll(a & b)); }
std::uint32_t total(Count n) { return static_cast<std::uint32_t>(n); }
#endif

constexpr std::size_t kBlock = 4;  // rows a side: 16 counts stay in registers

void count_block(const std::uint64_t* left, const std::uint64_t* right, std::size_t words,
                 std::uint32_t* counts, std::size_t stride) {
    Count n[kBlock][kBlock];
    for (auto& row : n) {
        for (Count& c : row) c = no_count();
    }
    for (std::size_t w = 0; w < words; w += kWords) {
        Word b[kBlock];
        for (std::size_t r = 0; r < kBlock; ++r) b[r] = load(right + r * words + w);
        for (std::size_t l = 0; l < kBlock; ++l) {
            const Word a = load(left + l * words + w);
            for (std::size_t r = 0; r < kBlock; ++r) n[l][r] = count(n[l][r], a, b[r]);
        }
    }
    for (std::size_t l = 0; l < kBlock; ++l) {
        for (std::size_t r = 0; r < kBlock; ++r) counts[l * stride + r] = total(n[l][r]);
    }
}

void and_counts(const std::uint64_t* left, std::size_t lefts, const std::uint64_t* right, std::size_t rights,
                std::size_t words, std::uint32_t* counts, std::size_t stride) {
    for (std::size_t r = 0; r < rights; r += kBlock) {
        for (std::size_t l = 0; l < lefts; l += kBlock)
            count_block(left + l * words, right + r * words, words, counts + l * stride + r, stride);
    }
}

void subtract_rows(float* h, std::size_t n, const float* rows, std::size_t stride, const float* delta,
                   std::size_t bits) {
    std::size_t b = 0;
    for (; b + 2 <= bits; b += 2) {
        const float *first = rows + b * stride, *second = first + stride;
        const float d0 = delta[b], d1 = delta[b + 1];
        for (std::size_t i = 0; i < n; ++i) h[i] -= d0 * first[i] + d1 * second[i];
    }
    for (; b < bits; ++b) {
        for (std::size_t i = 0; i < n; ++i) h[i] -= delta[b] * rows[b * stride + i];
    }
}

void scores(const float* quadratic, const float* forms, const float* pull, std::size_t bits, float* out) {
    for (std::size_t c = 0; c < 256; ++c) out[c] = quadratic[c];
    for (std::size_t b = 0; b < bits; ++b) {
        const float factor = 2 * pull[b];
        for (std::size_t c = 0; c < 256; ++c) out[c] -= factor * forms[b * 256 + c];
    }
}

}  // namespace

extern const AdaptKernels kKernels;
const AdaptKernels kKernels{APPROXTLM_TEXT(APPROXTLM_ADAPT_ISA), &and_counts, &subtract_rows, &scores};

}  // namespace approxtlm::workloads::APPROXTLM_ADAPT_ISA
