#pragma once

#include <cstdint>

#include "models/kernels/aligned.h"

namespace approxtlm {

/// Some of the vectors that stream into the array, small enough for the first-level cache, laid out for the
/// activity kernels.
class StreamChunk {
public:
    static constexpr std::uint32_t kMostVectors = 60;

    /// Vectors [first, first + count) of `activations` [vector][rows]. `lanes`: transposed() is padded for
    /// blocks of so many.
    void load(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t first, std::uint32_t count,
              std::uint32_t lanes);

    std::uint32_t count() const { return count_; }
    std::uint32_t stride() const { return stride_; }
    /// [count][rows], readable to kActivityBlock bytes behind, and with the vector before in front: the first
    /// of all vectors follows itself.
    const std::uint8_t* vectors() const { return vectors_.data() + rows_; }
    const std::uint8_t* with_previous() const { return vectors_.data(); }
    /// with_previous() as [row][stride]; the last vector is repeated.
    const std::uint8_t* transposed() const { return transposed_.data(); }
    std::size_t transposed_bytes() const { return std::size_t{rows_} * stride_; }

private:
    std::uint32_t rows_ = 0, count_ = 0, stride_ = 0;
    AlignedVector<std::uint8_t> vectors_, transposed_;
};

}  // namespace approxtlm
