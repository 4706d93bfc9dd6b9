#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/arithmetic/product_table.h"
#include "models/kernels/activity_kernels.h"
#include "models/kernels/aligned.h"
#include "models/kernels/array_kernels.h"

namespace approxtlm {

/// One fold streamed through an array of table multipliers, registers and all.
struct TableStream {
    const std::uint8_t* codes = nullptr;        ///< [row][column]
    const std::uint8_t* activations = nullptr;  ///< [vector][row]
    const std::uint32_t* masks = nullptr;       ///< [row], width of the psum register
    std::uint32_t* registers = nullptr;         ///< [row][register_stride], before and after
    std::size_t register_stride = 0;
    std::int32_t* psum = nullptr;  ///< [vector][column], out of the last row
    std::uint32_t rows = 0, columns = 0, vectors = 0;
    PsumSegment* segments = nullptr;  ///< as in PsumJob
    std::uint32_t segment_count = 0;
};

/// Sums of products of a multiplier that is a table. For each reduction step the table's rows of a block of
/// weights are laid side by side, [activation][weight]; an activation then selects one run of neighbouring
/// 16-bit products, so there are no gathers. Immutable: share between threads. Sums wrap at 32 bits.
class TableProduct {
public:
    TableProduct(const ProductTable& table, const ArrayKernels& kernels);

    /// psum[t][c] = sum over k of T(codes[k][c], activations[t][k]).
    void multiply(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                  const std::uint8_t* activations, std::uint32_t pixels, std::int32_t* psum) const;

    /// Also counts the flipped bits of the psum registers.
    void stream(const TableStream& job) const;

    /// The inner loops of one instruction set (table_product.cpp).
    struct Loops;

private:
    void lookup(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                const std::uint8_t* activations, std::uint32_t pixels, std::int32_t* psum) const;

    void permute(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                 const std::uint8_t* activations, std::uint32_t pixels, std::int32_t* psum) const;

    const ArrayKernels& kernels_;
    const Loops& loops_;
    // Products less their weight's smallest one: 16 bits hold the span of any table's row.
    std::vector<std::uint16_t> by_weight_;      ///< [weight code][activation]
    std::vector<std::uint16_t> by_activation_;  ///< [activation][weight code]
    std::vector<std::uint32_t> smallest_;       ///< [weight code]
    AlignedVector<std::uint8_t> bytes_;         ///< LookUpJob::tables, where the machine permutes bytes
};

}  // namespace approxtlm
