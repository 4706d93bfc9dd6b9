#include "models/kernels/product_matrix.h"

#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/random_layer.h"

namespace approxtlm {
namespace {

/// A reduction that takes several passes over the weights, with a rest in every dimension.
TEST(ProductMatrix, LongReductionsEqualTheSum) {
    constexpr std::uint32_t kRows = 2301, kColumns = 117, kPixels = 29;
    std::mt19937 random(3);
    const auto codes = testing::random_codes(random, std::size_t{kRows} * kColumns);
    const auto activations = testing::random_codes(random, std::size_t{kRows} * kPixels + 3);
    for (const Multiplier& multiplier : {Multiplier{}, Multiplier{MultiplierFamily::truncated, 7}}) {
        for (const Encoding encoding : {Encoding::unsigned_codes, Encoding::signed_codes}) {
            std::vector<std::int32_t> want;
            for (std::uint32_t t = 0; t < kPixels; ++t) {
                for (std::uint32_t c = 0; c < kColumns; ++c) {
                    std::int32_t sum = 0;
                    for (std::uint32_t k = 0; k < kRows; ++k) {
                        sum +=
                            approximate_product(multiplier, weight_value(codes[k * kColumns + c], encoding),
                                                activations[t * kRows + k]);
                    }
                    want.push_back(sum);
                }
            }
            for (const ArrayKernels* kernels : supported_kernels()) {
                const ProductMatrix products(multiplier, encoding, Variate::low_bits, *kernels);
                PackedWeights packed;
                PixelSums sums;
                std::vector<std::int32_t> got;
                products.pack(codes.data(), kRows, kColumns, packed);
                products.sum(activations.data(), kRows, kPixels, false, sums);
                products.multiply(packed, activations.data(), sums, kPixels, got);
                ASSERT_NO_FATAL_FAILURE(testing::expect_equal(
                    got, want, std::string{kernels->name} + ' ' + to_string(multiplier) + ", seed 3"));
            }
        }
    }
}

}  // namespace
}  // namespace approxtlm
