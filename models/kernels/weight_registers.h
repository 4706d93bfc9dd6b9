#pragma once

#include <cstdint>
#include <vector>

namespace approxtlm {

struct ArrayKernels;

/// The weight registers of an R x C array, and how a fold's weights shift into them from the top, last row
/// first. Row j of a fold of k rows ends in array row R - k + j; only the fold's columns shift.
/// With shadow registers a word moves down them as a wave that captures nothing else, and a PE of the fold
/// takes over its shadow register at the end. Without, all R rows of a column shift in each of R cycles, and
/// zeros follow the fold's first row.
class WeightRegisters {
public:
    WeightRegisters(std::uint32_t rows, std::uint32_t columns, bool shadow, const ArrayKernels& kernels);
    void reset();
    /// `codes`: [fold_rows][fold_columns]. Returns the bits flipped, in shadow registers too; 0 unless
    /// `count`.
    std::uint64_t load(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                       bool count);

private:
    std::uint64_t load_shadow(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                              bool count);
    std::uint64_t swap(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                       bool count);
    std::uint64_t shift_all(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                            bool count);
    std::uint64_t flips(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t bytes, bool count);

    const std::uint32_t rows_, columns_;
    const bool shadow_;
    const ArrayKernels& kernels_;
    std::vector<std::uint8_t> active_, shadow_registers_;  ///< [row][column]
    std::vector<std::uint8_t> zeros_;                      ///< [column]
};

}  // namespace approxtlm
