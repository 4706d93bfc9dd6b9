#include "workloads/calibration/bit_samples.h"

#include <algorithm>

#include "models/common/parallel_for.h"
#include "workloads/calibration/adapt_kernels.h"

namespace approxtlm::workloads {
namespace {

std::size_t rounded_up(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

/// Mean over all activations with bit `i` set, minus that over the others: the slope of that bit.
float bit_slope(const Multiplier& multiplier, int w, int i) {
    std::int64_t difference = 0;
    for (int a = 0; a < 256; ++a)
        difference += (a >> i & 1) != 0 ? approximate_product(multiplier, w, a)
                                        : -approximate_product(multiplier, w, a);
    return static_cast<float>(difference) / 128;
}

}  // namespace

ProductForms product_forms(const Multiplier& multiplier, Encoding encoding) {
    ProductForms f;
    f.lowest = encoding == Encoding::signed_codes ? -128 : 0;
    for (int i = 0; i < 8; ++i) {
        std::array<float, 256> form{};
        for (int code = 0; code < 256; ++code)
            form[static_cast<std::size_t>(code)] = bit_slope(multiplier, code + f.lowest, i);
        if (std::all_of(form.begin(), form.end(), [](float t) { return t == 0; })) continue;
        f.bit.push_back(i);
        f.forms.insert(f.forms.end(), form.begin(), form.end());
    }
    return f;
}

BitRows::BitRows(std::size_t row_count, std::size_t samples)
    : rows(rounded_up(row_count, 4)), words(rounded_up((samples + 63) / 64, 8)), bits(rows * words) {}

BitRows activation_bits(const GroupSamples& samples, const std::vector<int>& bit) {
    BitRows packed(samples.reduction * bit.size(), samples.n);
    for (std::size_t s = 0; s < samples.n; ++s) {
        const std::uint8_t* a = samples.window.data() + s * samples.reduction;
        for (std::size_t k = 0; k < samples.reduction; ++k) {
            for (std::size_t b = 0; b < bit.size(); ++b) {
                packed.row(k * bit.size() + b)[s / 64] |= static_cast<std::uint64_t>(a[k] >> bit[b] & 1)
                                                          << s % 64;
            }
        }
    }
    return packed;
}

std::vector<double> bit_sums(const BitRows& rows, const std::vector<std::int32_t>& values,
                             std::size_t samples, unsigned threads) {
    const std::size_t lists = values.size() / samples;
    std::vector<double> sums(lists * rows.rows);
    parallel_for(lists, threads, [&](std::size_t list) {
        const std::int32_t* v = values.data() + list * samples;
        const std::int64_t lowest = *std::min_element(v, v + samples);
        const std::int64_t range = *std::max_element(v, v + samples) - lowest;
        int digits = 0;
        while (range >> digits != 0) ++digits;
        // Row 0 is all ones and counts the bits; row 1 + j is binary digit j of v - lowest.
        BitRows planes(static_cast<std::size_t>(digits) + 1, samples);
        for (std::size_t s = 0; s < samples; ++s) {
            const auto value = static_cast<std::uint64_t>(v[s] - lowest);
            planes.row(0)[s / 64] |= std::uint64_t{1} << s % 64;
            for (int j = 0; j < digits; ++j)
                planes.row(static_cast<std::size_t>(j) + 1)[s / 64] |= (value >> j & 1) << s % 64;
        }
        std::vector<std::uint32_t> counts(planes.rows * rows.rows);
        adapt_kernels().and_counts(planes.bits.data(), planes.rows, rows.bits.data(), rows.rows, rows.words,
                                   counts.data(), rows.rows);
        double* out = sums.data() + list * rows.rows;
        for (std::size_t r = 0; r < rows.rows; ++r) {
            std::int64_t sum = lowest * counts[r];
            for (int j = 0; j < digits; ++j)
                sum += static_cast<std::int64_t>(counts[(static_cast<std::size_t>(j) + 1) * rows.rows + r])
                       << j;
            out[r] = static_cast<double>(sum);
        }
    });
    return sums;
}

}  // namespace approxtlm::workloads
