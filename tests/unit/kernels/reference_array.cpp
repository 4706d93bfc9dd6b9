#include "tests/unit/kernels/reference_array.h"

#include <bitset>
#include <cmath>

namespace approxtlm::testing {
namespace {

std::uint64_t ones(std::uint64_t bits) { return std::bitset<64>(bits).count(); }

}  // namespace

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
      shadow_(weight_),
      psum_(weight_),
      activation_(weight_),
      mac_sum_x_(weight_),
      product_(weight_),
      sum_a_(config.rows),
      sum_x_(config.rows),
      edge_(config.rows),
      zero_flag_(config.rows) {}

void ReferenceArray::load(const std::vector<std::uint8_t>& codes, std::uint32_t rows, std::uint32_t columns,
                          ActivityCounts& activity) {
    rows_ = rows;
    columns_ = columns;
    product_is_new_.assign(config_.rows, std::vector<bool>(config_.columns));
    const std::uint32_t top = config_.rows - rows;
    const auto set = [&](Register& r, std::int64_t code) {
        activity.add(Activity::weight_toggles, r.set(code, 8));
    };
    auto& chain = config_.shadow_weights ? shadow_ : weight_;
    for (std::uint32_t cycle = 0; cycle < config_.rows; ++cycle) {
        for (std::uint32_t c = 0; c < columns; ++c) {
            for (std::uint32_t p = config_.rows; p-- > 0;) {
                // Shadow registers move only words of this load: word i is in array row p in cycle i + p.
                if (config_.shadow_weights && (p > cycle || cycle - p >= rows)) continue;
                if (p > 0) {
                    set(chain[p][c], static_cast<std::int64_t>(chain[p - 1][c].bits));
                } else {
                    set(chain[0][c], cycle < rows ? codes[(rows - 1 - cycle) * columns + c] : 0);
                }
            }
        }
    }
    for (std::uint32_t r = 0; r < rows; ++r) {
        for (std::uint32_t c = 0; c < columns; ++c) {
            activity.add(Activity::weight_loads, 1);
            if (config_.shadow_weights)
                set(weight_[top + r][c], static_cast<std::int64_t>(shadow_[top + r][c].bits));
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
        std::vector<std::uint64_t> above(columns_);  // flips of what comes from the row above
        std::int64_t sum_a = 0, sum_x = 0;
        for (std::uint32_t r = 0; r < rows_; ++r) {
            const std::uint32_t p = config_.rows - rows_ + r;  // array row
            const int a = activations[t * rows_ + r];
            const int growth = static_cast<int>(std::ceil(std::log2(p + 1.0)));
            const auto k = static_cast<std::size_t>(growth);
            const bool gated = config_.zero_gating && a == 0;
            PeCounts& pe = activity.pe;
            ++pe.at(k, RowCount::row_cycles);
            pe.at(EdgeCount::skew_captures) += p;
            if (!gated) pe.at(EdgeCount::skew_toggles) += p * edge_[p].set(a, 8);
            if (config_.zero_gating) {
                if (a == 0) pe.at(k, RowCount::zero_cycles) += columns_;
                pe.at(k, RowCount::zero_flag_toggles) += columns_ * zero_flag_[p].set(a == 0 ? 1 : 0, 1);
            }
            sum_a += a;
            sum_x += variate_value(config_.variate, config_.multiplier, a);
            activity.add(Activity::row_cycles, 1);
            if (config_.sum_a) activity.add(Activity::sum_a_toggles, sum_a_[p].set(sum_a, 40));
            if (config_.sum_x && !config_.sum_x_per_mac)
                activity.add(Activity::sum_x_toggles, sum_x_[p].set(sum_x, 40));
            for (std::uint32_t c = 0; c < columns_; ++c) {
                const auto code = static_cast<std::uint8_t>(weight_[p][c].bits);
                const auto before = activation_[p][c].bits;
                activity.add(Activity::pe_cycles, 1);
                ++pe.at(k, PeFeature::cycles);
                const std::uint64_t flipped_bits = gated ? 0 : activation_[p][c].set(a, 8);
                const std::uint64_t registered = ones((before ^ activation_[p][c].bits) & registered_bits_);
                pe.at(k, PeFeature::activation_toggles) += registered;
                pe.at(k, PeFeature::weighted_activation_toggles) += code * registered;
                activity.add(Activity::activation_toggles, flipped_bits);
                activity.add(Activity::streaming_toggles, flipped_bits);
                if (config_.sum_x && config_.sum_x_per_mac) {
                    const std::uint64_t flips = mac_sum_x_[p][c].set(sum_x, 40);
                    activity.add(Activity::sum_x_toggles, flips);
                    pe.at(k, PeFeature::sum_x_toggles) += flips;
                }
                for (int i = 0; i < 8; ++i) {
                    for (int j = 0; j < 8; ++j) {
                        const bool kept = kept_weight_mask(config_.multiplier, i) >> j & 1;
                        const bool flipped = (before ^ activation_[p][c].bits) >> i & 1;
                        if (!kept || !flipped || (code >> j & 1) == 0) continue;
                        activity.add(Activity::partial_product_toggles, 1);
                        ++pe.at(k, partial_products_of(static_cast<std::size_t>(i)));
                    }
                }
                const int product =
                    approximate_product(config_.multiplier, weight_value(code, config_.encoding), a);
                const std::uint64_t product_flips = gated ? 0 : product_[p][c].set(product, 16);
                activity.add(Activity::multiplier_register_toggles,
                             config_.multiplier_stages * product_flips);
                pe.at(k, PeFeature::product_toggles) += product_flips;
                // A fold's first activation counts as new: the weight is.
                const std::uint64_t read = (before ^ activation_[p][c].bits) & read_bits_;
                const bool first = !product_is_new_[p][c];
                if (!gated && (first || read != 0)) {
                    pe.at(k, PeFeature::product_ones) += ones(product_[p][c].bits);
                    for (int i = 0; i < 8; ++i)
                        if ((a >> i & 1) != 0)
                            pe.at(k, PeFeature::partial_product_ones) += ones(
                                static_cast<std::uint64_t>(code & kept_weight_mask(config_.multiplier, i)));
                    product_is_new_[p][c] = true;
                }
                psum[c] += product;
                pe.at(k, PeFeature::psum_in_toggles) += above[c];
                above[c] = psum_[p][c].set(psum[c], 16 + growth);
                activity.add(Activity::psum_toggles, above[c]);
                pe.at(k, PeFeature::psum_toggles) += above[c];
            }
        }
        for (std::uint32_t c = 0; c < columns_; ++c) {
            activity.pe.at(EdgeCount::deskew_captures) += config_.columns - 1 - c;
            activity.pe.at(EdgeCount::deskew_toggles_twice) +=
                above[c] * (2 * config_.columns - 1 - columns_);
        }
        for (const std::int64_t sum : psum) out.psum.push_back(static_cast<std::int32_t>(sum));
        out.sum_a.push_back(static_cast<std::int32_t>(sum_a));
        out.sum_x.push_back(config_.sum_x ? static_cast<std::int32_t>(sum_x) : 0);
    }
    return out;
}

}  // namespace approxtlm::testing
