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
};

/// A filter's correction: got + coefficient x / 2^fraction_bits - zero_point_shift a + constant.
struct FilterCorrection {
    std::int32_t coefficient = 0;  ///< fixed point, CorrectionConfig
    std::int32_t zero_point_shift = 0;
    std::int32_t constant = 0;
};

/// Least squares of what the output codes see of wanted - corrected; `start` is C's start, and its value when
/// it is not free. C saturates at its width.
FilterCorrection fit_filter(const FilterSamples& samples, const FitTerms& terms, double start,
                            const CorrectionConfig& correction);

/// What the corrected sums lack, per sample: 0 where both saturate on the same side, else up to the saturated
/// `wanted`. Its square is what fit_filter minimises.
void missing_sums(const FilterSamples& samples, const FilterCorrection& correction,
                  std::uint32_t fraction_bits, std::int32_t* missing);

}  // namespace approxtlm::workloads
