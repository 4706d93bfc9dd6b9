#include "models/kernels/functional_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/common/accelerator_config.h"
#include "models/common/tiling.h"
#include "models/kernels/array_kernels.h"
#include "tests/unit/arithmetic/all_multipliers.h"
#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/random_layer.h"
#include "tests/unit/kernels/reference_array.h"

namespace approxtlm {
namespace {

using testing::expect_equal;

/// One random matrix layer with its memory, and the slow way to its output.
struct Case {
    std::mt19937 random;
    FoldEngine::Config array;
    LayerDescriptor d;
    Tiling t;
    std::vector<std::uint8_t> memory;
    std::size_t input_bytes = 0, output_bytes = 0;

    /// `depth`: channels of a layer of two pixels and a 1x1 kernel; 0 for a random layer.
    Case(std::uint32_t seed, const Multiplier& multiplier, Encoding encoding, std::uint32_t depth = 0)
        : random(seed) {
        array.rows = 1 + random() % 40;
        array.columns = 1 + random() % 40;
        array.multiplier = multiplier;
        array.encoding = encoding;
        array.variate = static_cast<Variate>(random() % 3);
        array.sum_x = true;
        array.multiplier_stages = seed % 4;
        d = testing::random_matrix_layer(random);
        if (depth != 0) reshape(depth);
        d.tile_rows = 1 + random() % d.output_height;
        d.flags = kFlagSumA | kFlagCorrection | (encoding == Encoding::signed_codes ? kFlagSignedWeights : 0);
        d.coefficient_fraction_bits = random() % 5;
        d.dataflow = kDataflows[seed / 4 % kDataflows.size()];
        t = tiling_of(d, array.rows, array.columns);
        input_bytes = std::size_t{d.input_height} * d.input_width * d.input_channels;
        output_bytes = std::size_t{d.output_height} * d.output_width * d.output_channels;
        d.weight_address = 64;
        d.input_address = static_cast<std::uint32_t>(64 + t.weight_bytes() + 5);
        d.output_address = static_cast<std::uint32_t>(d.input_address + input_bytes + 3);
        memory = testing::random_codes(random, d.output_address + output_bytes);
        // Filters that share a zero point, and scales below 1, take paths of their own.
        const int zero_points = static_cast<int>(random() % 3);  // any, one, 128
        const auto common = static_cast<std::int32_t>(random() % 256) - 100;
        const int largest_scale = random() % 4 == 0 ? 2 : -6;
        for (std::uint32_t g = 0; g < t.groups; ++g) {
            for (std::uint32_t i = 0; i < t.filter_tiles; ++i) {
                for (std::uint32_t c = 0; c < t.fold_columns(i); ++c) {
                    FilterParameters p;
                    p.constant = static_cast<std::int32_t>(random() % 40000) - 20000;
                    const auto own = static_cast<std::int32_t>(random() % 256) - 100;
                    p.weight_zero_point = zero_points == 0 ? own : zero_points == 1 ? common : 128;
                    p.coefficient = static_cast<std::int32_t>(random() % 2000) - 1000;
                    p.scale =
                        std::ldexp(1.0f + static_cast<float>(random() % 1000) / 1000.0f,
                                   largest_scale - static_cast<int>(random() % 6) - (depth == 0 ? 0 : 12));
                    std::memcpy(memory.data() + parameter_offset(g, i, c), &p, sizeof p);
                }
            }
        }
    }

    void reshape(std::uint32_t depth) {
        d.groups = 1;
        d.input_channels = depth;
        d.output_channels = 5;
        d.kernel_height = d.kernel_width = d.stride_y = d.stride_x = 1;
        d.pad_top = d.pad_left = 0;
        d.input_height = d.output_height = 1;
        d.input_width = d.output_width = 2;
    }

    std::size_t parameter_offset(std::uint32_t g, std::uint32_t i, std::uint32_t c) const {
        const std::uint32_t last = t.reduction_folds - 1;
        return d.weight_address + t.weight_offset(g, i, last) +
               std::size_t{t.fold_rows(last)} * t.fold_columns(i) + c * sizeof(FilterParameters);
    }

    std::vector<std::uint8_t> reference(const std::vector<std::uint8_t>& input) const {
        std::vector<std::uint8_t> out;
        for (std::uint32_t pixel = 0; pixel < d.output_height * d.output_width; ++pixel) {
            for (std::uint32_t f = 0; f < d.output_channels; ++f) out.push_back(output(input, pixel, f));
        }
        return out;
    }

    std::uint8_t output(const std::vector<std::uint8_t>& input, std::uint32_t pixel, std::uint32_t f) const {
        const std::uint32_t group = f / t.filters, i = f % t.filters / array.columns,
                            c = f % t.filters % array.columns;
        FilterParameters p;
        std::memcpy(&p, memory.data() + parameter_offset(group, i, c), sizeof p);
        std::int64_t total = p.constant, sum_x = 0;
        for (std::uint32_t k = 0; k < t.reduction; ++k) {
            const int a = testing::operand(d, input, group, k, pixel);
            const std::size_t at = d.weight_address + t.weight_offset(group, i, 0) + t.code_offset(i, k, c);
            total += approximate_product(array.multiplier, weight_value(memory[at], array.encoding), a);
            total -= std::int64_t{p.weight_zero_point} * a;
            sum_x += variate_value(array.variate, array.multiplier, a);
        }
        const long double unit = std::ldexp(1.0L, static_cast<int>(d.coefficient_fraction_bits));
        total += static_cast<std::int64_t>(std::floor(
            static_cast<long double>(p.coefficient) * static_cast<long double>(sum_x) / unit + 0.5L));
        const auto accumulated =
            static_cast<std::int32_t>(static_cast<std::uint64_t>(total));  // 32 bits wide
        const auto product =
            static_cast<float>(static_cast<double>(static_cast<float>(accumulated)) * p.scale);
        return static_cast<std::uint8_t>(std::clamp<double>(
            std::nearbyint(static_cast<double>(product)) + d.output_zero_point, d.clamp_min, d.clamp_max));
    }

    /// A weight-stationary layer's counts, by the array with every register written out.
    ActivityCounts activity(const std::vector<std::uint8_t>& input) const {
        testing::ReferenceArray registers(array);
        ActivityCounts counts;
        for (std::uint32_t b = 0; b < t.tiles; ++b) {
            const TileRows band = tile_rows_of(d, b);
            const std::uint32_t pixels = band.output_count * d.output_width;
            for (std::uint32_t g = 0; g < t.groups; ++g) {
                for (std::uint32_t i = 0; i < t.filter_tiles; ++i) {
                    for (std::uint32_t f = 0; f < t.reduction_folds; ++f) {
                        const std::size_t at = d.weight_address + t.weight_offset(g, i, f);
                        const std::size_t n = std::size_t{t.fold_rows(f)} * t.fold_columns(i);
                        registers.load({memory.data() + at, memory.data() + at + n}, t.fold_rows(f),
                                       t.fold_columns(i), counts);
                        std::vector<std::uint8_t> stream;
                        for (std::uint32_t p = 0; p < pixels; ++p) {
                            for (std::uint32_t k = 0; k < t.fold_rows(f); ++k) {
                                stream.push_back(testing::operand(d, input, g, f * array.rows + k,
                                                                  band.output_first * d.output_width + p));
                            }
                        }
                        registers.stream(stream, pixels, counts);
                    }
                }
            }
        }
        return counts;
    }

    std::string where(std::uint32_t seed) const {
        return to_string(array.multiplier) + ' ' + to_string(array.encoding) + ", array " +
               std::to_string(array.rows) + 'x' + std::to_string(array.columns) + ", K " +
               std::to_string(t.reduction) + ", " + to_string(d.dataflow) + ", filters " +
               std::to_string(t.filters) + ", groups " + std::to_string(d.groups) + ", seed " +
               std::to_string(seed);
    }
};

TEST(FunctionalModel, EqualsTheSlowWayForEveryMultiplierOnEveryPath) {
    std::uint32_t seed = 1;
    for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
        for (const Multiplier& multiplier : testing::all_multipliers_and_tables(encoding)) {
            for (int repeat = 0; repeat < 2; ++repeat, ++seed) {
                Case c(seed, multiplier, encoding);
                const std::size_t batch = 1 + seed % 3;
                std::vector<std::uint8_t> input, want;
                std::vector<std::uint8_t> first_input, first_want;
                for (std::size_t i = 0; i < batch; ++i) {
                    first_input = testing::random_codes(c.random, c.input_bytes);  // ends as image 0
                    first_want = c.reference(first_input);
                    input.insert(input.begin(), first_input.begin(), first_input.end());
                    want.insert(want.begin(), first_want.begin(), first_want.end());
                }
                const bool counted = c.d.dataflow == Dataflow::weight_stationary;
                const ActivityCounts counts = counted ? c.activity(first_input) : ActivityCounts{};
                const std::vector<LayerDescriptor> layers{c.d};
                for (const ArrayKernels* kernels : supported_kernels()) {
                    const std::string where = std::string{kernels->name} + ' ' + c.where(seed);
                    const FunctionalModel model(layers, c.memory, c.array, *kernels);
                    std::vector<std::uint8_t> got(want.size()), active(c.output_bytes);
                    model.run(c.d.input_address, input.data(), c.input_bytes, c.d.output_address, got.data(),
                              c.output_bytes, batch);
                    ASSERT_NO_FATAL_FAILURE(expect_equal(got, want, where));
                    const auto layer_counts =
                        model.run_with_activity(c.d.input_address, first_input.data(), c.input_bytes,
                                                c.d.output_address, active.data(), c.output_bytes);
                    ASSERT_NO_FATAL_FAILURE(expect_equal(active, first_want, where));
                    if (!counted) continue;
                    ASSERT_NO_FATAL_FAILURE(expect_equal(layer_counts.at(0), counts, where));
                }
            }
        }
    }
}

/// 33,025 is the largest K whose sums of 255 * 255 fit 32 bits.
TEST(FunctionalModel, LongestReductionOnEveryPath) {
    std::uint32_t seed = 1;
    for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
        for (const Multiplier& multiplier : testing::all_multipliers_and_tables(encoding)) {
            for (const bool largest : {false, true}) {
                Case c(++seed, multiplier, encoding, 33'025);
                auto input = testing::random_codes(c.random, c.input_bytes);
                if (largest) {
                    std::fill(input.begin(), input.end(), std::uint8_t{255});
                    // Weight codes alone; the parameters behind the last fold stay.
                    const std::size_t codes = std::size_t{c.t.reduction} * c.t.fold_columns(0);
                    std::fill_n(c.memory.begin() + c.d.weight_address, codes, std::uint8_t{255});
                }
                const std::vector<LayerDescriptor> layers{c.d};
                const auto want = c.reference(input);
                for (const ArrayKernels* kernels : supported_kernels()) {
                    const FunctionalModel model(layers, c.memory, c.array, *kernels);
                    std::vector<std::uint8_t> got(want.size());
                    model.run(c.d.input_address, input.data(), c.input_bytes, c.d.output_address, got.data(),
                              c.output_bytes, 1);
                    ASSERT_NO_FATAL_FAILURE(
                        expect_equal(got, want, std::string{kernels->name} + ' ' + c.where(seed)));
                }
            }
        }
    }
}

/// More images than go through a layer together.
TEST(FunctionalModel, BatchDoesNotChangeResults) {
    Case c(77, {MultiplierFamily::truncated, 7}, Encoding::unsigned_codes);
    constexpr std::size_t kBatch = 70;
    const auto input = testing::random_codes(c.random, kBatch * c.input_bytes);
    const std::vector<LayerDescriptor> layers{c.d};
    for (const ArrayKernels* kernels : supported_kernels()) {
        const FunctionalModel model(layers, c.memory, c.array, *kernels);
        std::vector<std::uint8_t> together(kBatch * c.output_bytes), apart(together.size());
        model.run(c.d.input_address, input.data(), c.input_bytes, c.d.output_address, together.data(),
                  c.output_bytes, kBatch);
        for (std::size_t i = 0; i < kBatch; ++i) {
            model.run(c.d.input_address, input.data() + i * c.input_bytes, c.input_bytes, c.d.output_address,
                      apart.data() + i * c.output_bytes, c.output_bytes, 1);
        }
        expect_equal(together, apart, kernels->name);
    }
}

}  // namespace
}  // namespace approxtlm
