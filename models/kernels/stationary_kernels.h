#pragma once

#include <cstdint>

namespace approxtlm {

/// One block of columns of an output-stationary tile: sums and the flips of their registers. Operands in byte
/// slots as in PsumJob, sums and products in units of 2^shift.
struct OutputStationaryJob {
    const std::uint32_t* activations = nullptr;  ///< [pixel][step][group]
    const std::uint32_t* weights = nullptr;      ///< [step][group][lane]
    std::uint32_t* accumulators = nullptr;       ///< [pixel][lane], before and after
    std::uint32_t* outputs = nullptr;            ///< [pixel][lane], before; after: the sums
    std::uint32_t* products = nullptr;           ///< [pixel][lane], before and after; null: not counted
    std::uint32_t sum_mask = 0, product_mask = 0;
    std::uint32_t groups = 0, pixels = 0, steps = 0;
    bool unsigned_weights = false;
    std::uint64_t sum_flips = 0, product_flips = 0, product_ones = 0;  ///< out; ones of every step's product
};

/// Partial products of one block of columns, 64 bits each: (activation & weight) of every step against the
/// step before.
struct PartialProductJob {
    const std::uint64_t* activations = nullptr;  ///< [pixel][step]
    const std::uint64_t* weights = nullptr;      ///< [step][lane]
    std::uint64_t* registers = nullptr;          ///< [pixel][lane], before and after
    std::uint32_t pixels = 0, steps = 0;
    std::uint64_t flips = 0, ones = 0;  ///< out; ones of every step
};

/// Products of one block of columns that hold an operand while the other streams.
struct ProductJob {
    const std::uint32_t* streamed = nullptr;  ///< [vector][stride] of [row][group]
    std::uint32_t stride = 0;                 ///< rows of a vector
    const std::uint32_t* held = nullptr;      ///< [row][group][lane]
    std::uint32_t* registers = nullptr;       ///< [row][lane], before and after
    std::uint32_t mask = 0;
    std::uint32_t groups = 0, rows = 0, vectors = 0;
    bool unsigned_held =
        false;  ///< slots of what stays are unsigned bytes, of what streams signed, or vice versa
    /// Out: flipped bits, and ones of the products of vectors that differ in their row from the one before;
    /// of the first vector, too.
    std::uint64_t flips = 0, ones = 0;
};

}  // namespace approxtlm

#if defined(APPROXTLM_KERNELS_ISA)
namespace approxtlm::APPROXTLM_KERNELS_ISA {
void output_stationary(OutputStationaryJob& job);
void product_toggles(ProductJob& job);
void partial_product_flips(PartialProductJob& job);
}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
#endif
