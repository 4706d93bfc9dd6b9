#pragma once

#include <cstddef>
#include <cstdint>

#include "models/common/accelerator_config.h"

namespace approxtlm::workloads {

/// What one filter's accumulator held for `n` samples, and what it should have held.
struct FilterSamples {
    std::size_t n = 0;
    const std::int32_t* x = nullptr;       ///< sum x
    const std::int32_t* a = nullptr;       ///< sum A
    const std::int32_t* got = nullptr;     ///< sum of products and zero point, without correction
    const std::int32_t* wanted = nullptr;  ///< the same, of the exact network
    /// Values of `wanted` at which the output code saturates (ReLU, Clip, the code's range): past them all
    /// are equal.
    double low = 0, high = 0;
};

/// Which terms a fit may use.
struct FitTerms {
    bool slope = true;       ///< C free; else C stays where it starts
    bool zero_point = true;  ///< the zero point may move
    bool saturation = true;  ///< samples that saturate on the same side count little
    bool gain = true;        ///< a filter whose sums tell little may count less
};

/// Where a fit starts, and what a term keeps that is not free.
struct FitStart {
    double slope = 0;
    double gain = 1;        ///< real value of a unit of `got`, in units of `wanted`
    double least_gain = 1;  ///< below it scale or constant would leave their registers
};

/// A filter's correction: gain x (got + coefficient x / 2^fraction_bits - zero_point_shift a + constant).
struct FilterCorrection {
    std::int32_t coefficient = 0;  ///< fixed point, CorrectionConfig
    std::int32_t zero_point_shift = 0;
    std::int32_t constant = 0;
    float gain = 1;
};

/// Least squares of what the output codes see of wanted - corrected. C saturates at its width. The gain stays
/// where it starts unless least squares wants less than half of it.
FilterCorrection fit_filter(const FilterSamples& samples, const FitTerms& terms, const FitStart& start,
                            const CorrectionConfig& correction);

/// What the corrected sums lack, per sample, in units of `got`: 0 where both saturate on the same side, else
/// up to the saturated `wanted`. Its square, times gain^2, is what fit_filter minimises.
void missing_sums(const FilterSamples& samples, const FilterCorrection& correction,
                  std::uint32_t fraction_bits, std::int32_t* missing);

}  // namespace approxtlm::workloads
