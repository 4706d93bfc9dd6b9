#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"
#include "models/kernels/aligned.h"
#include "models/kernels/array_kernels.h"
#include "models/kernels/product_form.h"
#include "models/kernels/table_product.h"

namespace approxtlm {

/// Weight codes of a fold in the layout that ArrayKernels::matrix reads.
struct PackedWeights {
    std::uint32_t rows = 0, columns = 0;
    AlignedVector<std::int8_t> planes;
    std::vector<std::uint8_t> codes;  ///< [row][column], instead of planes, when the multiplier is a table
};

/// Sums over the reduction that all filters share.
struct PixelSums {
    std::vector<std::int32_t> sum_a, sum_x;  ///< [pixel]
    std::vector<std::int32_t> offset;        ///< [pixel], MatrixJob::offset
};

/// sum_k T(W[k][n], A[t][k]) for one multiplier, function only. Immutable: share between threads.
class ProductMatrix {
public:
    ProductMatrix(const Multiplier& multiplier, Encoding encoding, const Variate& variate,
                  const ArrayKernels& kernels);

    /// `codes` [rows][columns]
    void pack(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
              PackedWeights& packed) const;

    /// `activations` [pixels][rows]; sum_x stays zero unless `with_sum_x`.
    void sum(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t pixels, bool with_sum_x,
             PixelSums& sums) const;

    /// Overwrites `psum` with [pixels][columns]. `activations` [pixels][rows], readable for 3 bytes past the
    /// end.
    void multiply(const PackedWeights& weights, const std::uint8_t* activations, const PixelSums& sums,
                  std::uint32_t pixels, std::vector<std::int32_t>& psum) const;

    /// The multiplier's, when it is a table; else null.
    const TableProduct* table() const { return table_ ? &*table_ : nullptr; }

private:
    std::uint32_t x_of(const std::uint8_t* activations, std::uint32_t n) const;

    const ArrayKernels& kernels_;
    const Variate variate_;
    const bool unsigned_weights_;
    std::optional<TableProduct> table_;
    std::vector<ProductPlane> planes_;
    std::vector<std::uint8_t> activation_masks_;
    std::uint8_t all_planes_mask_ = 0;  ///< activation bits that any product uses
    std::uint8_t variate_mask_ = 0;     ///< activation bits that x uses
};

}  // namespace approxtlm
