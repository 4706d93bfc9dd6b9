#include "models/kernels/input_stationary.h"

#include <bitset>
#include <cmath>
#include <random>

#include "models/kernels/array_kernels.h"
#include "tests/unit/arithmetic/all_multipliers.h"
#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/written_register.h"

namespace approxtlm {
namespace {

using testing::expect_equal;
using Register = testing::WrittenRegister;

/// The array with every register written out, one PE and one cycle of a load at a time.
class Reference {
public:
    explicit Reference(const FoldEngine::Config& config)
        : config_(config),
          held_(config.rows, std::vector<Register>(config.columns)),
          shadow_(held_),
          weight_(held_),
          psum_(held_),
          product_(held_),
          sums_(config.columns) {}

    void load(const std::vector<std::uint8_t>& codes, std::uint32_t rows, std::uint32_t pixels, bool first,
              ActivityCounts& activity) {
        rows_ = rows;
        pixels_ = pixels;
        auto& chain = config_.shadow_weights ? shadow_ : held_;
        const auto set = [&](Register& r, std::uint64_t code) {
            activity.add(Activity::activation_toggles, r.set(static_cast<std::int64_t>(code), 8));
        };
        for (std::uint32_t cycle = 0; cycle < config_.rows; ++cycle) {
            for (std::uint32_t c = 0; c < pixels; ++c) {
                const int in = cycle < rows ? codes[(rows - 1 - cycle) * pixels + c] : 0;
                for (std::uint32_t p = config_.rows; p-- > 0;) {
                    if (config_.shadow_weights && (p > cycle || cycle - p >= rows)) continue;
                    set(chain[p][c], p > 0 ? chain[p - 1][c].bits : static_cast<std::uint64_t>(in));
                }
                if (cycle < rows) pass_cell(sums_[c], in, first && cycle == 0, activity);
            }
        }
        for (std::uint32_t c = 0; c < pixels; ++c) {
            for (std::uint32_t r = config_.rows - rows; r < config_.rows; ++r) {
                activity.add(Activity::weight_loads, 1);
                activity.add(Activity::row_cycles, 1);
                ++activity.pe.at(class_of(r), RowCount::row_cycles);
                if (config_.shadow_weights) set(held_[r][c], shadow_[r][c].bits);
            }
            const std::uint64_t a = copy(sums_[c].a, sums_[c].a_out), x = copy(sums_[c].x, sums_[c].x_out);
            if (config_.sum_a) activity.add(Activity::sum_a_toggles, a);
            if (config_.sum_x) activity.add(Activity::sum_x_toggles, x);
        }
    }

    FoldOutput stream(const std::vector<std::uint8_t>& weights, std::uint32_t filters,
                      ActivityCounts& activity) {
        FoldOutput out;
        for (std::uint32_t f = 0; f < filters; ++f) {
            activity.add(Activity::streamed_vectors, 1);
            for (std::uint32_t c = 0; c < pixels_; ++c) {
                activity.add(Activity::column_cycles, 1);
                std::int64_t sum = 0;
                std::uint64_t above = 0;  // flips of what comes from the row above
                for (std::uint32_t r = 0; r < rows_; ++r) {
                    const std::uint32_t p = config_.rows - rows_ + r;
                    sum += pass_pe(p, c, weights[f * rows_ + r], f == 0, activity);
                    const int growth = static_cast<int>(std::ceil(std::log2(p + 1.0)));
                    activity.pe.at(class_of(p), PeFeature::psum_in_toggles) += above;
                    above = psum_[p][c].set(sum, 16 + growth);
                    activity.add(Activity::psum_toggles, above);
                    activity.pe.at(class_of(p), PeFeature::psum_toggles) += above;
                }
                out.psum.push_back(static_cast<std::int32_t>(sum));
            }
        }
        for (std::uint32_t c = 0; c < pixels_; ++c) {
            out.sum_a.push_back(static_cast<std::int32_t>(sums_[c].a_out.bits));
            out.sum_x.push_back(config_.sum_x ? static_cast<std::int32_t>(sums_[c].x_out.bits) : 0);
        }
        return out;
    }

private:
    static std::size_t class_of(std::uint32_t row) {
        return static_cast<std::size_t>(std::ceil(std::log2(row + 1.0)));
    }
    struct Cell {
        Register a, x, a_out, x_out;
    };
    static std::uint64_t copy(const Register& from, Register& to) {
        return to.set(static_cast<std::int64_t>(from.bits), 40);
    }
    void pass_cell(Cell& cell, int a, bool first, ActivityCounts& activity) const {
        const auto add = [&](Register& sum, int term) {
            return sum.set(static_cast<std::int64_t>(first ? 0 : sum.bits) + term, 40);
        };
        const std::uint64_t sum_a = add(cell.a, a);
        const std::uint64_t sum_x = add(cell.x, variate_value(config_.variate, config_.multiplier, a));
        if (config_.sum_a) activity.add(Activity::sum_a_toggles, sum_a);
        if (config_.sum_x) activity.add(Activity::sum_x_toggles, sum_x);
    }
    /// Bits of the streaming weight that the multiplier reads.
    std::uint64_t read_bits() const {
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i) bits |= kept_weight_mask(config_.multiplier, i);
        return bits;
    }
    int pass_pe(std::uint32_t row, std::uint32_t column, std::uint8_t code, bool first_of_fold,
                ActivityCounts& activity) {
        const int a = static_cast<int>(held_[row][column].bits);
        const std::uint64_t before = weight_[row][column].bits;
        const std::uint64_t flipped = weight_[row][column].set(code, 8);
        activity.add(Activity::pe_cycles, 1);
        PeCounts& pe = activity.pe;
        const std::size_t k = class_of(row);
        ++pe.at(k, PeFeature::cycles);
        pe.at(k, PeFeature::activation_toggles) += flipped;
        pe.at(k, PeFeature::weighted_activation_toggles) += flipped * static_cast<std::uint64_t>(a);
        activity.add(Activity::weight_toggles, flipped);
        activity.add(Activity::streaming_toggles, flipped);
        for (int i = 0; i < 8; ++i)
            for (int j = 0; j < 8; ++j)
                if ((kept_weight_mask(config_.multiplier, i) >> j & 1) != 0 && (a >> i & 1) != 0 &&
                    ((before ^ code) >> j & 1) != 0) {
                    activity.add(Activity::partial_product_toggles, 1);
                    ++pe.at(k, partial_products_of(static_cast<std::size_t>(j)));
                }
        const int product = approximate_product(config_.multiplier, weight_value(code, config_.encoding), a);
        const std::uint64_t product_flips = product_[row][column].set(product, 16);
        activity.add(Activity::multiplier_register_toggles, config_.multiplier_stages * product_flips);
        pe.at(k, PeFeature::product_toggles) += product_flips;
        if (first_of_fold || ((before ^ code) & read_bits()) != 0) {
            pe.at(k, PeFeature::product_ones) += std::bitset<16>(product_[row][column].bits).count();
            for (int i = 0; i < 8; ++i)
                if ((a >> i & 1) != 0)
                    pe.at(k, PeFeature::partial_product_ones) +=
                        std::bitset<8>(code & kept_weight_mask(config_.multiplier, i)).count();
        }
        return product;
    }

    const FoldEngine::Config config_;
    std::uint32_t rows_ = 0, pixels_ = 0;
    std::vector<std::vector<Register>> held_, shadow_, weight_, psum_, product_;
    std::vector<Cell> sums_;
};

TEST(InputStationaryEngine, CountsEveryRegisterBitOnEveryPath) {
    std::uint32_t seed = 1;
    for (const ArrayKernels* kernels : supported_kernels()) {
        for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
            for (const Multiplier& multiplier : testing::all_multipliers_and_tables(encoding)) {
                std::mt19937 random(seed);
                FoldEngine::Config config;
                config.rows = 1 + seed % 23;
                config.columns = 1 + seed % 37;
                config.multiplier = multiplier;
                config.encoding = encoding;
                config.variate = testing::any_variate(seed);
                config.sum_a = seed % 2 == 0;
                config.sum_x = seed % 5 != 0;
                config.shadow_weights = seed % 3 != 1;
                config.multiplier_stages = seed % 4;
                InputStationaryEngine counting(config, *kernels), functional(config, *kernels);
                Reference reference(config);
                ActivityCounts got, want;
                const auto bytes = [&](std::size_t n) {
                    std::vector<std::uint8_t> b(n);
                    for (std::uint8_t& byte : b) byte = static_cast<std::uint8_t>(random());
                    return b;
                };
                std::uint32_t pixels = 1;
                for (int fold = 0; fold < 5; ++fold) {
                    const bool first = fold == 0 || random() % 2 != 0;
                    const std::uint32_t rows = 1 + random() % config.rows;
                    if (first) pixels = 1 + random() % config.columns;
                    const auto activations = bytes(std::size_t{rows} * pixels);
                    counting.load(activations.data(), rows, pixels, first, &got);
                    functional.load(activations.data(), rows, pixels, first, nullptr);
                    reference.load(activations, rows, pixels, first, want);
                    for (int chunk = 0; chunk < 2; ++chunk) {
                        const std::uint32_t filters = 1 + random() % 20;
                        const auto weights = bytes(std::size_t{filters} * rows);
                        const std::string where = std::string{kernels->name} + ' ' + to_string(multiplier) +
                                                  ' ' + std::to_string(rows) + 'x' + std::to_string(pixels) +
                                                  'x' + std::to_string(filters) + ", seed " +
                                                  std::to_string(seed);
                        FoldOutput counted, computed;
                        counting.stream(weights.data(), filters, counted, &got);
                        functional.stream(weights.data(), filters, computed, nullptr);
                        const FoldOutput expected = reference.stream(weights, filters, want);
                        for (const FoldOutput* out : {&counted, &computed}) {
                            ASSERT_NO_FATAL_FAILURE(expect_equal(out->psum, expected.psum, "psum " + where));
                            ASSERT_NO_FATAL_FAILURE(
                                expect_equal(out->sum_a, expected.sum_a, "sum_a " + where));
                            ASSERT_NO_FATAL_FAILURE(
                                expect_equal(out->sum_x, expected.sum_x, "sum_x " + where));
                        }
                        ASSERT_NO_FATAL_FAILURE(expect_equal(got, want, where));
                    }
                }
                ++seed;
            }
        }
    }
}

}  // namespace
}  // namespace approxtlm
