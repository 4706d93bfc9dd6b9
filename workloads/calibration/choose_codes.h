#pragma once

#include <cstdint>
#include <vector>

#include "workloads/calibration/bit_samples.h"
#include "workloads/calibration/samples.h"

namespace approxtlm::workloads {

/// Finds weight codes for one group of filters whose samples do not change but for their codes.
class CodeChooser {
public:
    /// Layers with more activation bits than this keep their codes: the Gram matrix would not fit.
    static constexpr std::size_t kMostRows = 16384;

    /// `samples` must outlive the chooser; reduction x bits at most kMostRows.
    CodeChooser(const GroupSamples& samples, const ProductForms& forms, unsigned threads);

    /// One sweep over all taps: replaces codes [filter][k] (weight values) where that lowers
    /// || missing - B (t(new) - t(old)) - C X - C0 ||^2 over C and C0. `missing` [filter][sample]: what the
    /// corrected sums lack with the codes as they are.
    void sweep(const std::vector<std::int32_t>& missing, std::int16_t* codes) const;

private:
    void sweep_filter(float* pull, std::int16_t* codes) const;

    const GroupSamples& samples_;
    const ProductForms forms_;
    const unsigned threads_;
    const BitRows rows_;
    std::vector<double> mean_;      ///< [row], of the bit
    std::vector<double> with_x_;    ///< [row], sum of (bit - mean) x / sqrt(sum of (x - mean)^2)
    std::vector<float> gram_;       ///< [row][row], of the bits without what a constant and x explain
    std::vector<float> quadratic_;  ///< [k][code], t' Gram t of one tap
};

}  // namespace approxtlm::workloads
