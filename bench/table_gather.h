#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtlm::bench {

/// What LUT-based approximate-DNN frameworks do: psum[t][n] += table[A[t][k]][W[k][n]], eight filters at a
/// time by AVX2 gathers from a 64 K-entry table of int32. `columns` is a multiple of 16.
void table_gather(const std::int32_t* table, const std::uint8_t* activations, const std::uint8_t* weights,
                  std::int32_t* psum, std::size_t pixels, std::size_t reduction, std::size_t columns);

}  // namespace approxtlm::bench
