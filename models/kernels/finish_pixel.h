// For files that are compiled once per instruction set: how a block of sums becomes codes.
#include "models/kernels/direct_kernels.h"
#include "models/kernels/simd.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

/// What a sum starts from: finish_row adds the constant itself.
[[gnu::always_inline]] inline Simd::Vector start_of_sum(const FinishJob& f, const PixelSumsView& sums,
                                                        std::uint32_t block, std::size_t pixel) {
    const Simd::Vector offset = Simd::all(static_cast<std::uint32_t>(sums.offset[pixel]));
    return f.narrow ? Simd::add(offset, Simd::load(f.constant + block * Simd::kLanes)) : offset;
}

/// With V from MAC+; narrow jobs only.
[[gnu::always_inline]] inline Simd::Vector corrected(const FinishJob& f, std::uint32_t column,
                                                     Simd::Vector sum, std::int32_t sum_x) {
    const Simd::Vector product =
        Simd::multiply(Simd::load(f.coefficient + column), Simd::all(static_cast<std::uint32_t>(sum_x)));
    const Simd::Vector half = Simd::all(static_cast<std::uint32_t>(f.coefficient_half));
    return Simd::add(sum, Simd::shift_right(Simd::add(product, half), static_cast<int>(f.coefficient_shift)));
}

[[gnu::always_inline]] inline void finish_block(const FinishJob& f, std::uint32_t block, Simd::Vector sum,
                                                const PixelSumsView& sums, std::size_t pixel,
                                                std::uint8_t* out) {
    const std::uint32_t column = block * Simd::kLanes;
    const std::uint32_t used = f.columns - column < Simd::kLanes ? f.columns - column : Simd::kLanes;
    out += column;
    if (f.narrow) {
        if (f.coefficient != nullptr) sum = corrected(f, column, sum, sums.sum_x[pixel]);
        return Simd::store_codes(out, used,
                                 Simd::requantize(sum, f.scale + column, f.output_zero_point, f.low, f.high));
    }
    std::int32_t psum[Simd::kLanes];
    Simd::store(psum, sum);
    FinishJob part = f;
    part.constant += column;
    part.zero_point += column;
    part.coefficient = f.coefficient == nullptr ? nullptr : f.coefficient + column;
    part.scale += column;
    part.columns = used;
    finish_row(part, psum, sums.sum_a[pixel], f.coefficient == nullptr ? 0 : sums.sum_x[pixel], out);
}

/// Pixels `pixel`..`pixel` + 3 of packable jobs, to rows `stride` apart.
[[gnu::always_inline]] inline void finish_four(const FinishJob& f, std::uint32_t block,
                                               Simd::Vector (&sum)[4], const PixelSumsView& sums,
                                               std::size_t pixel, std::uint8_t* out, std::size_t stride) {
    const std::uint32_t column = block * Simd::kLanes;
    const std::uint32_t used = f.columns - column < Simd::kLanes ? f.columns - column : Simd::kLanes;
    if (f.coefficient != nullptr) {
        for (std::uint32_t i = 0; i < 4; ++i) sum[i] = corrected(f, column, sum[i], sums.sum_x[pixel + i]);
    }
    Simd::store_four(out + column, stride, used,
                     Simd::requantize_four(sum, f.scale + column, f.output_zero_point, f.low, f.high));
}

}  // namespace
}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
