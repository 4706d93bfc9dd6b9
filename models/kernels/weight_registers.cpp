#include "models/kernels/weight_registers.h"

#include <algorithm>

#include "models/kernels/array_kernels.h"

namespace approxtlm {

WeightRegisters::WeightRegisters(std::uint32_t rows, std::uint32_t columns, bool shadow,
                                 const ArrayKernels& kernels)
    : rows_(rows), columns_(columns), shadow_(shadow), kernels_(kernels), zeros_(columns, 0) {
    reset();
}

void WeightRegisters::reset() {
    active_.assign(std::size_t{rows_} * columns_, 0);
    if (shadow_) shadow_registers_.assign(active_.size(), 0);
}

std::uint64_t WeightRegisters::load(const std::uint8_t* codes, std::uint32_t fold_rows,
                                    std::uint32_t fold_columns, bool count) {
    if (!shadow_) return shift_all(codes, fold_rows, fold_columns, count);
    return load_shadow(codes, fold_rows, fold_columns, count) + swap(codes, fold_rows, fold_columns, count);
}

std::uint64_t WeightRegisters::flips(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t bytes,
                                     bool count) {
    return count ? kernels_.flipped_bits(a, b, bytes) : 0;
}

/// Array row p captures the words of fold rows k - 1, k - 2, ... until R cycles are over: min(k, R - p)
/// words.
std::uint64_t WeightRegisters::load_shadow(const std::uint8_t* codes, std::uint32_t fold_rows,
                                           std::uint32_t fold_columns, bool count) {
    const auto word = [&](std::uint32_t row) { return codes + std::size_t{row} * fold_columns; };
    std::uint64_t total = 0;
    for (std::uint32_t i = 1; i < fold_rows; ++i)  // one word after the other, in R - i rows
        total += (rows_ - i) * flips(word(fold_rows - i), word(fold_rows - i - 1), fold_columns, count);
    for (std::uint32_t p = 0; p < rows_; ++p) {
        std::uint8_t* held = shadow_registers_.data() + std::size_t{p} * columns_;
        total += flips(held, word(fold_rows - 1), fold_columns, count);
        std::copy_n(word(fold_rows - std::min(fold_rows, rows_ - p)), fold_columns, held);
    }
    return total;
}

std::uint64_t WeightRegisters::swap(const std::uint8_t* codes, std::uint32_t fold_rows,
                                    std::uint32_t fold_columns, bool count) {
    std::uint64_t total = 0;
    std::uint8_t* held = active_.data() + std::size_t{rows_ - fold_rows} * columns_;
    for (std::uint32_t r = 0; r < fold_rows; ++r, held += columns_, codes += fold_columns) {
        total += flips(held, codes, fold_columns, count);
        std::copy_n(codes, fold_columns, held);
    }
    return total;
}

/// A column is a window of R words that moves R words along this sequence: its own, bottom row first, then
/// the fold's, last row first, then zeros. Neighbours i and i + 1 of the sequence meet in min(i + 1, 2 R - 1
/// - i) registers.
std::uint64_t WeightRegisters::shift_all(const std::uint8_t* codes, std::uint32_t fold_rows,
                                         std::uint32_t fold_columns, bool count) {
    const auto word = [&](std::uint32_t i) -> const std::uint8_t* {
        if (i < rows_) return active_.data() + std::size_t{rows_ - 1 - i} * columns_;
        const std::uint32_t fed = i - rows_;
        return fed < fold_rows ? codes + std::size_t{fold_rows - 1 - fed} * fold_columns : zeros_.data();
    };
    std::uint64_t total = 0;
    for (std::uint32_t i = 0; i + 1 < 2 * rows_; ++i)
        total += std::min(i + 1, 2 * rows_ - 1 - i) * flips(word(i), word(i + 1), fold_columns, count);
    for (std::uint32_t p = 0; p < rows_; ++p) {
        const std::uint8_t* from = word(2 * rows_ - 1 - p);
        std::copy_n(from, fold_columns, active_.data() + std::size_t{p} * columns_);
    }
    return total;
}

}  // namespace approxtlm
