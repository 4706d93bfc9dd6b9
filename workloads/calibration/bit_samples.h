#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/arithmetic/multiplier.h"
#include "workloads/calibration/samples.h"

namespace approxtlm::workloads {

/// The products of one weight as a linear form of the activation's bits: T(W, A) is near a constant plus the
/// sum of forms[b][code] over the bits `bit[b]` of A that are set. Exact for perforated, recursive and
/// truncated; else the least-squares form over all activations.
struct ProductForms {
    std::vector<int> bit;      ///< activation bits that any product uses
    std::vector<float> forms;  ///< [b][code], code = weight value - lowest
    int lowest = 0;            ///< weight value of code 0: 0 or -128
};
ProductForms product_forms(const Multiplier& multiplier, Encoding encoding);

/// Rows of packed bits, one bit a sample; padded with zeros to whole blocks of rows and words.
struct BitRows {
    std::size_t rows = 0, words = 0;
    std::vector<std::uint64_t> bits;
    BitRows(std::size_t row_count, std::size_t samples);
    std::uint64_t* row(std::size_t r) { return bits.data() + r * words; }
    const std::uint64_t* row(std::size_t r) const { return bits.data() + r * words; }
};

/// Row k * bits + b: bit `bit[b]` of activation k.
BitRows activation_bits(const GroupSamples& samples, const std::vector<int>& bit);

/// sum over samples of bits(row) * values for every row of `rows` and every list of `values` [list][sample],
/// as [list][row]. Integers throughout.
std::vector<double> bit_sums(const BitRows& rows, const std::vector<std::int32_t>& values,
                             std::size_t samples, unsigned threads);

}  // namespace approxtlm::workloads
