#include "models/kernels/output_stationary.h"

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

/// The array with every register written out, one PE and one step at a time, sums moving down row by row.
class Reference {
public:
    explicit Reference(const FoldEngine::Config& config)
        : config_(config),
          pes_(config.rows, std::vector<Pe>(config.columns)),
          a_(config.rows),
          x_(config.rows) {}

    FoldOutput run(const OutputStationaryTile& t, ActivityCounts& activity) {
        for (std::uint32_t k = 0; k < t.steps; ++k) {
            activity.add(Activity::streamed_vectors, 1);
            for (std::uint32_t r = 0; r < t.pixels; ++r) {
                const int a = t.activations[k * t.pixels + r];
                for (std::uint32_t c = 0; c < t.filters; ++c)
                    step(pes_[r][c], t.weights[k * t.filters + c], a, k, t.steps, activity);
                activity.add(Activity::row_cycles, 1);
                ++activity.pe.at(class_of_pes(), RowCount::row_cycles);
                const std::uint64_t sum_a = add(a_[r], a, k, t.steps, 24);
                if (config_.sum_a) activity.add(Activity::sum_a_toggles, sum_a);
                const int x = variate_value(config_.variate, config_.multiplier, a);
                if (config_.sum_x) activity.add(Activity::sum_x_toggles, add(x_[r], x, k, t.steps, 24));
            }
        }
        return move_out(t, activity);
    }

private:
    struct Sum {
        Register accumulator, output;
    };
    struct Pe {
        Register activation, weight, product, partial;
        Sum sum;
    };
    static std::uint64_t add(Sum& sum, int term, std::uint32_t k, std::uint32_t steps, int width) {
        const auto next = static_cast<std::int64_t>(k == 0 ? 0 : sum.accumulator.bits) + term;
        return (k + 1 == steps ? sum.output : sum.accumulator).set(next, width);
    }
    void step(Pe& pe, std::uint8_t code, int a, std::uint32_t k, std::uint32_t steps,
              ActivityCounts& activity) {
        const std::uint64_t a_flips = pe.activation.set(a, 8), w_flips = pe.weight.set(code, 8);
        std::uint64_t partial = 0;
        for (int i = 0; i < 8; ++i)
            for (int j = 0; j < 8; ++j)
                if ((kept_weight_mask(config_.multiplier, i) >> j & 1) != 0)
                    partial |= std::uint64_t{static_cast<unsigned>((a >> i & 1) & (code >> j & 1))}
                               << (8 * i + j);
        const int product = approximate_product(config_.multiplier, weight_value(code, config_.encoding), a);
        activity.add(Activity::pe_cycles, 1);
        activity.add(Activity::weight_loads, 1);
        activity.add(Activity::activation_toggles, a_flips);
        activity.add(Activity::weight_toggles, w_flips);
        activity.add(Activity::streaming_toggles, a_flips + w_flips);
        const std::uint64_t partial_flips = pe.partial.set(static_cast<std::int64_t>(partial), 64);
        const std::uint64_t product_flips = pe.product.set(product, 16);
        activity.add(Activity::partial_product_toggles, partial_flips);
        activity.add(Activity::multiplier_register_toggles, config_.multiplier_stages * product_flips);
        const auto of_pe = [&](PeFeature f) -> std::uint64_t& { return activity.pe.at(class_of_pes(), f); };
        ++of_pe(PeFeature::cycles);
        of_pe(PeFeature::activation_toggles) += a_flips + w_flips;
        of_pe(PeFeature::weighted_activation_toggles) += 128 * (a_flips + w_flips);
        of_pe(PeFeature::product_toggles) += product_flips;
        of_pe(PeFeature::partial_product_ones) += std::bitset<64>(partial).count();
        of_pe(PeFeature::product_ones) += std::bitset<16>(pe.product.bits).count();
        add_psum(add(pe.sum, product, k, steps, 32), activity);
    }
    std::size_t class_of_pes() const { return static_cast<std::size_t>(std::ceil(std::log2(config_.rows))); }
    void add_psum(std::uint64_t flips, ActivityCounts& activity) const {
        activity.add(Activity::psum_toggles, flips);
        activity.pe.at(class_of_pes(), PeFeature::psum_toggles) += flips;
        activity.pe.at(class_of_pes(), PeFeature::psum_in_toggles) += flips;
    }
    FoldOutput move_out(const OutputStationaryTile& t, ActivityCounts& activity) {
        FoldOutput out;
        out.psum.resize(std::size_t{t.pixels} * t.filters);
        out.sum_a.resize(t.pixels);
        out.sum_x.resize(t.pixels);
        const std::uint32_t bottom = config_.rows - 1;
        for (std::uint32_t phase = 0; phase < config_.rows; ++phase) {  // row r holds pixel r - phase
            if (phase + t.pixels >= config_.rows) {
                const std::uint32_t pixel = bottom - phase;
                for (std::uint32_t c = 0; c < t.filters; ++c) {
                    activity.add(Activity::column_cycles, 1);
                    out.psum[pixel * t.filters + c] =
                        static_cast<std::int32_t>(pes_[bottom][c].sum.output.bits);
                }
                out.sum_a[pixel] = static_cast<std::int32_t>(a_[bottom].output.bits);
                if (config_.sum_x) out.sum_x[pixel] = static_cast<std::int32_t>(x_[bottom].output.bits);
            }
            for (std::uint32_t r = bottom; r > phase; --r) {
                if (r > phase + t.pixels) continue;
                const auto take = [](Sum& to, const Sum& from, int width) {
                    return to.output.set(static_cast<std::int64_t>(from.output.bits), width);
                };
                for (std::uint32_t c = 0; c < t.filters; ++c)
                    add_psum(take(pes_[r][c].sum, pes_[r - 1][c].sum, 32), activity);
                const std::uint64_t sum_a = take(a_[r], a_[r - 1], 24);
                if (config_.sum_a) activity.add(Activity::sum_a_toggles, sum_a);
                if (config_.sum_x) activity.add(Activity::sum_x_toggles, take(x_[r], x_[r - 1], 24));
            }
        }
        return out;
    }

    const FoldEngine::Config config_;
    std::vector<std::vector<Pe>> pes_;
    std::vector<Sum> a_, x_;
};

/// They are shared out by activation bit: all of them, to the bits that the multiplier keeps.
ActivityCounts without_partial_products(ActivityCounts counts) {
    std::uint64_t total = 0;
    for (std::size_t k = 0; k < kRowClasses; ++k) {
        for (std::size_t i = 0; i < 8; ++i) {
            total += counts.pe.at(k, partial_products_of(i));
            counts.pe.at(k, partial_products_of(i)) = 0;
        }
    }
    EXPECT_EQ(total, counts[Activity::partial_product_toggles]);
    return counts;
}

TEST(OutputStationaryEngine, CountsEveryRegisterBitOnEveryPath) {
    std::uint32_t seed = 1;
    for (const ArrayKernels* kernels : supported_kernels()) {
        for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
            for (const Multiplier& multiplier : testing::all_multipliers_and_tables(encoding)) {
                std::mt19937 random(seed);
                FoldEngine::Config config;
                config.rows = 1 + seed % 19;
                config.columns = 1 + seed % 37;
                config.multiplier = multiplier;
                config.encoding = encoding;
                config.variate = testing::any_variate(seed);
                config.sum_a = seed % 2 == 0;
                config.sum_x = seed % 5 != 0;
                config.multiplier_stages = seed % 4;
                OutputStationaryEngine counting(config, *kernels), functional(config, *kernels);
                Reference reference(config);
                ActivityCounts got, want;
                for (int tile = 0; tile < 4; ++tile) {
                    OutputStationaryTile t;
                    t.pixels = 1 + random() % config.rows;
                    t.filters = 1 + random() % config.columns;
                    t.steps = 1 + random() % 40;
                    std::vector<std::uint8_t> a(std::size_t{t.steps} * t.pixels),
                        w(std::size_t{t.steps} * t.filters);
                    for (auto* bytes : {&a, &w})
                        for (std::uint8_t& b : *bytes) b = static_cast<std::uint8_t>(random());
                    t.activations = a.data();
                    t.weights = w.data();
                    const std::string where = std::string{kernels->name} + ' ' + to_string(multiplier) + ' ' +
                                              std::to_string(t.pixels) + 'x' + std::to_string(t.filters) +
                                              'x' + std::to_string(t.steps) + ", seed " +
                                              std::to_string(seed);
                    FoldOutput counted, computed;
                    counting.run(t, counted, &got);
                    functional.run(t, computed, nullptr);
                    const FoldOutput expected = reference.run(t, want);
                    for (const FoldOutput* out : {&counted, &computed}) {
                        ASSERT_NO_FATAL_FAILURE(expect_equal(out->psum, expected.psum, "psum " + where));
                        ASSERT_NO_FATAL_FAILURE(expect_equal(out->sum_a, expected.sum_a, "sum_a " + where));
                        ASSERT_NO_FATAL_FAILURE(expect_equal(out->sum_x, expected.sum_x, "sum_x " + where));
                    }
                    ASSERT_NO_FATAL_FAILURE(expect_equal(without_partial_products(got), want, where));
                }
                ++seed;
            }
        }
    }
}

}  // namespace
}  // namespace approxtlm
