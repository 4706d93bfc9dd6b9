#include "tests/unit/kernels/reference_array.h"

#include <cmath>

namespace approxtlm::testing {

std::uint64_t ReferenceArray::Register::set(std::int64_t value, int width) {
    std::uint64_t flipped = 0;
    for (int i = 0; i < width; ++i) {
        const std::uint64_t bit = static_cast<std::uint64_t>(value) >> i & 1;
        if (bit == (bits >> i & 1)) continue;
        ++flipped;
        bits ^= std::uint64_t{1} << i;
    }
    return flipped;
}

ReferenceArray::ReferenceArray(const FoldEngine::Config& config)
    : config_(config),
      weight_(config.rows, std::vector<Register>(config.columns)),
      psum_(config.rows, std::vector<Register>(config.columns)),
      activation_(config.rows),
      sum_a_(config.rows),
      sum_x_(config.rows) {}

void ReferenceArray::load(const std::vector<std::uint8_t>& codes, std::uint32_t rows, std::uint32_t columns,
                          ActivityCounts& activity) {
    rows_ = rows;
    columns_ = columns;
    for (std::uint32_t r = 0; r < rows; ++r) {
        for (std::uint32_t c = 0; c < columns; ++c) {
            activity.add(Activity::weight_loads, 1);
            activity.add(Activity::weight_toggles, weight_[r][c].set(codes[r * columns + c], 8));
        }
    }
}

FoldOutput ReferenceArray::stream(const std::vector<std::uint8_t>& activations, std::uint32_t vectors,
                                  ActivityCounts& activity) {
    FoldOutput out;
    for (std::uint32_t t = 0; t < vectors; ++t) {
        activity.add(Activity::streamed_vectors, 1);
        activity.add(Activity::column_cycles, columns_);
        std::vector<std::int64_t> psum(columns_);
        std::int64_t sum_a = 0, sum_x = 0;
        for (std::uint32_t r = 0; r < rows_; ++r) {
            const int a = activations[t * rows_ + r];
            const int growth = static_cast<int>(std::ceil(std::log2(r + 1.0)));
            const auto before = activation_[r].bits;
            const std::uint64_t flips = activation_[r].set(a, 8);
            sum_a += a;
            sum_x += variate_value(config_.variate, config_.multiplier, a);
            activity.add(Activity::row_cycles, 1);
            if (config_.sum_a) activity.add(Activity::sum_a_toggles, sum_a_[r].set(sum_a, 40));
            if (config_.sum_x) {
                activity.add(Activity::sum_x_toggles,
                             sum_x_[r].set(sum_x, 40) * (config_.sum_x_per_mac ? columns_ : 1));
            }
            for (std::uint32_t c = 0; c < columns_; ++c) {
                const auto code = static_cast<std::uint8_t>(weight_[r][c].bits);
                activity.add(Activity::pe_cycles, 1);
                activity.add(Activity::activation_toggles, flips);
                for (int i = 0; i < 8; ++i) {
                    for (int j = 0; j < 8; ++j) {
                        const bool kept = kept_weight_mask(config_.multiplier, i) >> j & 1;
                        const bool flipped = (before ^ activation_[r].bits) >> i & 1;
                        if (kept && flipped && (code >> j & 1))
                            activity.add(Activity::partial_product_toggles, 1);
                    }
                }
                psum[c] += approximate_product(config_.multiplier, weight_value(code, config_.encoding), a);
                activity.add(Activity::psum_toggles, psum_[r][c].set(psum[c], 16 + growth));
            }
        }
        for (const std::int64_t p : psum) out.psum.push_back(static_cast<std::int32_t>(p));
        out.sum_a.push_back(static_cast<std::int32_t>(sum_a));
        out.sum_x.push_back(config_.sum_x ? static_cast<std::int32_t>(sum_x) : 0);
    }
    return out;
}

}  // namespace approxtlm::testing
