#include "models/kernels/table_product.h"

#include "tests/unit/arithmetic/all_multipliers.h"
#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/random_layer.h"

namespace approxtlm {
namespace {

struct Shape {
    std::uint32_t rows, columns, pixels;
};

std::vector<std::int32_t> naive(const ProductTable& table, const Shape& s,
                                const std::vector<std::uint8_t>& codes,
                                const std::vector<std::uint8_t>& activations) {
    std::vector<std::int32_t> psum;
    for (std::size_t t = 0; t < s.pixels; ++t) {
        for (std::size_t c = 0; c < s.columns; ++c) {
            std::uint32_t sum = 0;  // wraps like the accumulators
            for (std::size_t k = 0; k < s.rows; ++k) {
                sum += static_cast<std::uint32_t>(
                    table.product(codes[k * s.columns + c], activations[t * s.rows + k]));
            }
            psum.push_back(static_cast<std::int32_t>(sum));
        }
    }
    return psum;
}

void check(const ProductTable& table, const Shape& s, const std::vector<std::uint8_t>& codes,
           const std::vector<std::uint8_t>& activations, const std::string& where) {
    const std::vector<std::int32_t> want = naive(table, s, codes, activations);
    for (const ArrayKernels* kernels : supported_kernels()) {
        std::vector<std::int32_t> got(want.size());
        TableProduct(table, *kernels)
            .multiply(codes.data(), s.rows, s.columns, activations.data(), s.pixels, got.data());
        ASSERT_NO_FATAL_FAILURE(testing::expect_equal(
            got, want,
            std::string{kernels->name} + ' ' + std::to_string(s.rows) + 'x' + std::to_string(s.columns) +
                'x' + std::to_string(s.pixels) + ", " + where));
    }
}

TEST(TableProduct, EqualsTheSumOfProductsForRandomShapesOnEveryPath) {
    for (std::uint32_t seed = 1; seed <= 40; ++seed) {
        std::mt19937 random(seed);
        const Encoding encoding = seed % 2 == 0 ? Encoding::unsigned_codes : Encoding::signed_codes;
        const int origin = seed % 4 == 1 ? -128 : 0;
        const Multiplier table = testing::random_table(seed, encoding, origin);
        const auto up_to = [&](std::uint32_t most) {
            return 1 + static_cast<std::uint32_t>(random()) % most;
        };
        const Shape s{up_to(40), up_to(70), up_to(200)};
        ASSERT_NO_FATAL_FAILURE(check(
            *table.table, s, testing::random_codes(random, std::size_t{s.rows} * s.columns),
            testing::random_codes(random, std::size_t{s.rows} * s.pixels), "seed " + std::to_string(seed)));
    }
}

TEST(TableProduct, EdgesAndTheLongestReduction) {
    std::mt19937 random(6);
    const Multiplier table = testing::random_table(6, Encoding::unsigned_codes);
    for (const Shape s : {Shape{1, 1, 1}, Shape{1, 1, 64}, Shape{1, 33, 47}, Shape{2, 32, 48},
                          Shape{33025, 3, 50}, Shape{33025, 2, 3}}) {
        ASSERT_NO_FATAL_FAILURE(
            check(*table.table, s, testing::random_codes(random, std::size_t{s.rows} * s.columns),
                  testing::random_codes(random, std::size_t{s.rows} * s.pixels), "seed 6"));
    }
}

/// 33,025 x 65,535 is more than 2^31: the sum wraps, defined.
TEST(TableProduct, LargestEntriesWrap) {
    const ProductTable table("largest", Encoding::unsigned_codes, 0,
                             std::vector<std::int32_t>(ProductTable::kEntries, 65535));
    for (const Shape s : {Shape{33025, 1, 2}, Shape{33025, 1, 64}}) {
        ASSERT_NO_FATAL_FAILURE(check(table, s, std::vector<std::uint8_t>(s.rows, 255),
                                      std::vector<std::uint8_t>(std::size_t{s.rows} * s.pixels, 255),
                                      "no seed"));
    }
}

}  // namespace
}  // namespace approxtlm
