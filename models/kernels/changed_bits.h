#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/array_kernels.h"

namespace approxtlm {

/// How often each bit is one in what passes a row, of those vectors that differ from the one before in the
/// row.
class ChangedBits {
public:
    /// `stream` [vectors][rows]; the first vector of row r counts where `first_counts[r]` != 0. Only bits of
    /// `mask` are looked at.
    void count(const std::uint8_t* stream, std::uint32_t rows, std::uint32_t vectors,
               const std::uint8_t* first_counts, std::uint8_t mask, const ArrayKernels& kernels) {
        rows_ = rows;
        twice_.assign(std::size_t{8} * rows, 0);
        for (std::uint32_t first = 0; first < vectors; first += kMostVectors) {
            const std::uint32_t n = vectors - first < kMostVectors ? vectors - first : kMostVectors;
            // Zeros in between: every one is a flip up and a flip down.
            apart_.assign((std::size_t{2} * n + 1) * rows + kActivityBlock, 0);
            for (std::uint32_t t = 0; t < n; ++t) {
                const std::uint8_t* now = stream + std::size_t{first + t} * rows;
                std::uint8_t* to = apart_.data() + (std::size_t{2} * t + 1) * rows;
                for (std::uint32_t r = 0; r < rows; ++r) {
                    const bool changed =
                        first + t == 0 ? first_counts[r] != 0 : ((now[r] ^ *(now + r - rows)) & mask) != 0;
                    to[r] = changed ? now[r] & mask : 0;
                }
            }
            kernels.bit_flips(apart_.data(), rows, 2 * n, twice_.data());
        }
    }
    std::uint64_t of(std::uint32_t row, std::size_t bit) const { return twice_[bit * rows_ + row] / 2; }

private:
    static constexpr std::uint32_t kMostVectors = 60;
    std::uint32_t rows_ = 0;
    std::vector<std::uint8_t> apart_;
    std::vector<std::uint32_t> twice_;  ///< [bit][row]
};

}  // namespace approxtlm
