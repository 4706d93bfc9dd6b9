#pragma once

#include <cstddef>
#include <cstdint>

#include "models/kernels/array_kernels.h"

namespace approxtlm::workloads {

/// The inner loops of choosing weight codes, compiled once per instruction set; same results from each.
struct AdaptKernels {
    const char* name = nullptr;  ///< as ArrayKernels::name
    /// counts[l][r] = ones in (left row l AND right row r); rows of `words` (a multiple of 8) 64-bit words,
    /// `lefts` and `rights` multiples of 4, `counts` [lefts][stride].
    void (*and_counts)(const std::uint64_t* left, std::size_t lefts, const std::uint64_t* right,
                       std::size_t rights, std::size_t words, std::uint32_t* counts,
                       std::size_t stride) = nullptr;
    /// h[i] -= sum over b of delta[b] * rows[b][i], b < bits; rows `stride` apart.
    void (*subtract_rows)(float* h, std::size_t n, const float* rows, std::size_t stride, const float* delta,
                          std::size_t bits) = nullptr;
    /// scores[c] = quadratic[c] - 2 sum over b of pull[b] * forms[b][c], c < 256.
    void (*scores)(const float* quadratic, const float* forms, const float* pull, std::size_t bits,
                   float* scores) = nullptr;
};

/// The ones of the same instruction set.
const AdaptKernels& adapt_kernels(const ArrayKernels& kernels = array_kernels());

}  // namespace approxtlm::workloads
