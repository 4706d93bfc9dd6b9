#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/kernels/activity_kernels.h"
#include "models/kernels/direct_kernels.h"
#include "models/kernels/nibble_kernels.h"
#include "models/kernels/stationary_kernels.h"
#include "models/kernels/table_kernels.h"

namespace approxtlm {

/// psum[t][n] = offset[t] + sum over planes p and reduction k of (A[t][k] & mask_p) * W_p[k][n].
struct MatrixJob {
    const std::uint8_t* activations = nullptr;  ///< [pixel][activation_stride], readable to a multiple of 4
    std::size_t activation_stride = 0;
    const std::int8_t* weights = nullptr;  ///< [block of lanes][plane][quad][lane][4]
    const std::uint8_t* masks = nullptr;   ///< [plane]
    const std::int32_t* offset = nullptr;  ///< [pixel]
    std::int32_t* psum = nullptr;          ///< [pixel][psum_stride], written in whole blocks
    std::size_t psum_stride = 0;
    std::uint32_t planes = 0;
    std::uint32_t quads = 0;   ///< reduction / 4, rounded up
    std::uint32_t blocks = 0;  ///< filters / lanes, rounded up
    std::uint32_t pixels = 0;
};

/// The inner loops, compiled once per instruction set; same integers from each.
struct ArrayKernels {
    const char* name = nullptr;
    std::uint32_t lanes = 0;       ///< columns of a block
    std::uint32_t word_lanes = 0;  ///< vectors of a block of SumJob
    bool split_top_bit = false;    ///< planes must not mix activation bit 7 with others
    void (*matrix)(const MatrixJob&) = nullptr;
    void (*psum_toggles)(const PsumJob&) = nullptr;
    std::uint64_t (*sum_toggles)(const SumJob&) = nullptr;
    /// flips[i * rows + row] += flips of bit i from each of `vectors` + 1 vectors [vector][row] to the next;
    /// readable to 64 bytes behind.
    void (*bit_flips)(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t vectors,
                      std::uint32_t* flips) = nullptr;
    /// Bits in which n bytes differ.
    std::uint64_t (*flipped_bits)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) = nullptr;
    /// One word per byte; reads and writes whole kActivityBlocks.
    void (*expand_slots)(const std::uint8_t* in, std::size_t n, const SlotNibbles& table,
                         std::uint32_t* out) = nullptr;
    /// out = table[in], 256 entries; reads and writes whole kActivityBlocks.
    void (*translate)(const std::uint8_t* in, std::size_t n, const std::uint8_t* table,
                      std::uint8_t* out) = nullptr;
    /// One pixel of finish_matrix.
    void (*finish_row)(const FinishJob& job, const std::int32_t* psum, std::int32_t sum_a, std::int32_t sum_x,
                       std::uint8_t* out) = nullptr;
    void (*add_codes)(const AddJob&) = nullptr;
    void (*stage)(const StageJob&) = nullptr;
    void (*window_sums)(const WindowSumJob&) = nullptr;
    void (*convolve)(const DirectJob&) = nullptr;
    void (*convolve_nibbles)(const NibbleJob&) = nullptr;  ///< null where byte permutes are missing
    void (*look_up_products)(const LookUpJob&) = nullptr;  ///< null where byte permutes are missing
    /// Sum of (a & mask) over n bytes.
    std::uint32_t (*sum_masked)(const std::uint8_t* a, std::size_t n, std::uint8_t mask) = nullptr;
    /// Number of bytes with (a & mask) != 0.
    std::uint32_t (*count_nonzero)(const std::uint8_t* a, std::size_t n, std::uint8_t mask) = nullptr;
    /// Ones in (a & mask) over n bytes.
    std::uint32_t (*count_ones)(const std::uint8_t* a, std::size_t n, std::uint8_t mask) = nullptr;
    void (*output_stationary)(OutputStationaryJob&) = nullptr;
    void (*product_toggles)(ProductJob&) = nullptr;
    void (*partial_product_flips)(PartialProductJob&) = nullptr;
};

/// The variants that this machine can run, slowest ("portable") first.
const std::vector<const ArrayKernels*>& supported_kernels();

/// The fastest for nullptr, else the one of that name ("portable", "avx2", "avx512"). Throws InputError for a
/// name that is unknown or not supported by this machine.
const ArrayKernels& choose_kernels(const char* name);

/// choose_kernels of environment variable APPROXTLM_ISA, chosen once.
const ArrayKernels& array_kernels();

}  // namespace approxtlm
