#include "models/kernels/fold_engine.h"

#include <random>

#include "models/kernels/array_engines.h"
#include "models/kernels/array_kernels.h"
#include "tests/unit/arithmetic/all_multipliers.h"
#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/reference_array.h"

namespace approxtlm {
namespace {

using testing::expect_equal;

std::vector<std::uint8_t> random_bytes(std::mt19937& random, std::size_t n) {
    std::vector<std::uint8_t> bytes(n);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random());
    return bytes;
}

/// A few folds of random sizes through one engine, with activity and without, against the written-out
/// registers.
void check(const FoldEngine::Config& config, const ArrayKernels& kernels, std::uint32_t seed) {
    std::mt19937 random(seed);
    ArrayEngines counting(config, kernels);
    FoldEngine functional(config, kernels);
    testing::ReferenceArray reference(config);
    ActivityCounts got, want;
    for (int fold = 0; fold < 4; ++fold) {
        const std::uint32_t rows = 1 + random() % config.rows, columns = 1 + random() % config.columns;
        const std::uint32_t vectors = 1 + random() % (fold == 3 ? 200 : 40);
        const std::string where = std::string{kernels.name} + ' ' + to_string(config.multiplier) + ' ' +
                                  to_string(config.encoding) + ' ' + std::to_string(rows) + 'x' +
                                  std::to_string(columns) + 'x' + std::to_string(vectors) + ", seed " +
                                  std::to_string(seed);
        const auto codes = random_bytes(random, std::size_t{rows} * columns);
        auto activations = random_bytes(random, std::size_t{rows} * vectors);
        for (std::uint8_t& a : activations)
            if (a % 3 == 0 || fold == 2) a = 0;  // a whole fold of zeros, too
        functional.load_weights(codes.data(), rows, columns, nullptr);
        reference.load(codes, rows, columns, want);
        FoldOutput counted, computed;
        counting.run_fold(codes.data(), rows, columns, activations.data(), vectors, counted, &got);
        functional.stream(activations.data(), vectors, computed, nullptr);
        const FoldOutput expected = reference.stream(activations, vectors, want);
        for (const FoldOutput* out : {&counted, &computed}) {
            ASSERT_NO_FATAL_FAILURE(expect_equal(out->psum, expected.psum, "psum " + where));
            ASSERT_NO_FATAL_FAILURE(expect_equal(out->sum_a, expected.sum_a, "sum_a " + where));
            ASSERT_NO_FATAL_FAILURE(expect_equal(out->sum_x, expected.sum_x, "sum_x " + where));
        }
        ASSERT_NO_FATAL_FAILURE(expect_equal(got, want, where));
    }
}

TEST(FoldEngine, CountsEveryRegisterBitOnEveryPath) {
    std::uint32_t seed = 1;
    for (const ArrayKernels* kernels : supported_kernels()) {
        for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
            for (const Multiplier& multiplier : testing::all_multipliers_and_tables(encoding)) {
                FoldEngine::Config config;
                config.rows = 1 + seed % 23;
                config.columns = 1 + seed % 41;
                config.multiplier = multiplier;
                config.encoding = encoding;
                config.variate = testing::any_variate(seed);
                config.sum_a = seed % 2 == 0;
                config.sum_x = seed % 5 != 0;
                config.sum_x_per_mac = seed % 7 < 3;
                config.shadow_weights = seed % 3 != 1;
                config.zero_gating = seed % 4 == 3;
                config.multiplier_stages = seed % 3;
                ASSERT_NO_FATAL_FAILURE(check(config, *kernels, seed));
                ++seed;
            }
        }
    }
}

TEST(FoldEngine, WideAndTallArrays) {
    for (const ArrayKernels* kernels : supported_kernels()) {
        FoldEngine::Config config;
        config.rows = 256;
        config.columns = 130;
        config.multiplier = {MultiplierFamily::truncated, 7};
        config.encoding = Encoding::signed_codes;
        config.sum_x = true;
        ASSERT_NO_FATAL_FAILURE(check(config, *kernels, 99));
    }
}

TEST(FoldEngine, LargestOperandsNeitherSaturateNorOverflow) {
    for (const ArrayKernels* kernels : supported_kernels()) {
        for (const std::uint8_t code : {std::uint8_t{255}, std::uint8_t{128}, std::uint8_t{127}}) {
            for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
                FoldEngine::Config config;
                config.rows = 256;
                config.columns = 17;
                config.encoding = encoding;
                FoldEngine engine(config, *kernels);
                const std::vector<std::uint8_t> codes(256 * 17, code), activations(256 * 3, 255);
                engine.load_weights(codes.data(), 256, 17, nullptr);
                const std::int32_t want = 256 * 255 * weight_value(code, encoding);
                ActivityCounts activity;
                for (ActivityCounts* counts : {static_cast<ActivityCounts*>(nullptr), &activity}) {
                    FoldOutput out;
                    engine.stream(activations.data(), 3, out, counts);
                    ASSERT_NO_FATAL_FAILURE(
                        expect_equal(out.psum, std::vector<std::int32_t>(17 * 3, want), kernels->name));
                }
            }
        }
    }
}

/// Cutting the stream changes nothing: registers keep their contents.
TEST(FoldEngine, StreamingInPiecesCountsTheSame) {
    FoldEngine::Config config;
    config.rows = config.columns = 20;
    config.multiplier = {MultiplierFamily::truncated, 5};
    config.sum_x = true;
    std::mt19937 random(5);
    const auto codes = random_bytes(random, 400), activations = random_bytes(random, std::size_t{20} * 700);
    for (const ArrayKernels* kernels : supported_kernels()) {
        FoldEngine whole(config, *kernels), pieces(config, *kernels);
        ActivityCounts one, many;
        FoldOutput out;
        whole.load_weights(codes.data(), 20, 20, &one);
        whole.stream(activations.data(), 700, out, &one);
        pieces.load_weights(codes.data(), 20, 20, &many);
        for (std::uint32_t t = 0; t < 700; t += 35)
            pieces.stream(activations.data() + t * 20, 35, out, &many);
        expect_equal(many, one, kernels->name);
        whole.reset();
        ActivityCounts again;
        whole.load_weights(codes.data(), 20, 20, &again);
        whole.stream(activations.data(), 700, out, &again);
        expect_equal(again, one, kernels->name);
    }
}

}  // namespace
}  // namespace approxtlm
