#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtlm {

/// Bytes that expand_slots takes at once, and that other buffers of activity kernels are padded by.
inline constexpr std::size_t kActivityBlock = 64;

/// A function from bytes to words of four byte slots: slot s of code a is low[s][a % 16] | high[s][a / 16].
struct SlotNibbles {
    std::uint8_t low[4][16] = {}, high[4][16] = {};
};

/// Neighbouring rows that are counted together.
struct PsumSegment {
    std::uint32_t rows = 0;
    std::uint64_t flips = 0, last_row_flips = 0;  ///< added to
};

/// Partial sums of some vectors down all rows of all columns, and the flips of their registers. An operand
/// is `groups` words of four byte slots (ProductSlots); a product is the sum of the slots' products.
struct PsumJob {
    const std::uint32_t* activations = nullptr;  ///< [group][activation_plane], each [vector][row]
    const std::uint32_t* weights = nullptr;      ///< [group][weight_plane], each [row][column]
    std::size_t activation_plane = 0, weight_plane = 0;
    std::uint32_t* registers = nullptr;    ///< [row][column], before and after
    const std::uint32_t* masks = nullptr;  ///< [row], width of the register
    std::int32_t* psum = nullptr;          ///< [vector][column], out of the last row
    PsumSegment* segments = nullptr;       ///< their rows add up to `rows`
    std::uint32_t segment_count = 0;
    std::uint32_t groups = 0, rows = 0, columns = 0, vectors = 0;  ///< columns: a multiple of the lanes
    bool unsigned_weights =
        false;                ///< weight slots are unsigned bytes and activation slots signed, or vice versa
    bool signed_sums = true;  ///< sums may be negative; if not, they never exceed the register's width
};

/// Sums down the rows of a column that adds one byte a row; counts the bits in which each vector's sums
/// differ from the one before.
struct SumJob {
    const std::uint8_t* values = nullptr;  ///< [row][stride], columns are vectors
    std::size_t stride = 0;         ///< lanes past the last repeat it: kActivityBlock of them are enough
    std::uint32_t rows = 0;         ///< at most 256
    std::uint32_t steps = 0;        ///< vectors - 1
    std::uint16_t* sums = nullptr;  ///< [stride], out of the last row
};

}  // namespace approxtlm

#if defined(APPROXTLM_KERNELS_ISA)
namespace approxtlm::APPROXTLM_KERNELS_ISA {
void psum_toggles(const PsumJob& job);
std::uint64_t sum_toggles(const SumJob& job);
void bit_flips(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t vectors,
               std::uint32_t* flips);
std::uint64_t flipped_bits(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);
void expand_slots(const std::uint8_t* in, std::size_t n, const SlotNibbles& table, std::uint32_t* out);
void translate(const std::uint8_t* in, std::size_t n, const std::uint8_t* table, std::uint8_t* out);
}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
#endif
