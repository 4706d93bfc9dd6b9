#include "workloads/calibration/adapt_kernels.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace approxtlm::workloads {
namespace {

/// Every instruction set that this machine runs.
class AdaptKernelsOf : public testing::TestWithParam<const ArrayKernels*> {
protected:
    const AdaptKernels& kernels = adapt_kernels(*GetParam());
    std::mt19937 random{20261123};

    std::vector<float> floats(std::size_t n) {
        std::uniform_real_distribution<float> value(-1000, 1000);
        std::vector<float> list(n);
        for (float& v : list) v = value(random);
        return list;
    }
};

TEST_P(AdaptKernelsOf, AreThoseOfTheInstructionSet) { EXPECT_STREQ(kernels.name, GetParam()->name); }

TEST_P(AdaptKernelsOf, AndCountsByDefinition) {
    constexpr std::size_t kStride = 12;
    for (const std::size_t words : {8u, 24u}) {
        const std::size_t lefts = 8, rights = 12;
        std::vector<std::uint64_t> left(lefts * words), right(rights * words);
        for (auto* rows : {&left, &right}) {
            for (std::uint64_t& w : *rows) w = (std::uint64_t{random()} << 32 | random()) & random();
        }
        left[0] = right[0] = ~std::uint64_t{0};
        std::vector<std::uint32_t> counts(lefts * kStride, 77);
        kernels.and_counts(left.data(), lefts, right.data(), rights, words, counts.data(), kStride);
        for (std::size_t l = 0; l < lefts; ++l) {
            for (std::size_t r = 0; r < rights; ++r) {
                std::uint32_t expected = 0;
                for (std::size_t w = 0; w < words; ++w) {
                    for (std::uint64_t both = left[l * words + w] & right[r * words + w]; both != 0;
                         both &= both - 1)
                        ++expected;
                }
                ASSERT_EQ(counts[l * kStride + r], expected) << words << " words, " << l << ", " << r;
            }
        }
    }
}

// Floats bit for bit: chosen codes must not depend on the machine.
TEST_P(AdaptKernelsOf, SubtractRowsAsThePortableCodeDoes) {
    const AdaptKernels& portable = adapt_kernels(*supported_kernels().front());
    ASSERT_STREQ(portable.name, "portable");
    for (const std::size_t n : {1u, 15u, 16u, 33u, 200u}) {
        for (const std::size_t bits : {1u, 2u, 5u, 8u}) {
            const std::size_t stride = n + 3;
            const std::vector<float> rows = floats(bits * stride), delta = floats(bits), start = floats(n);
            std::vector<float> got = start, expected = start;
            kernels.subtract_rows(got.data(), n, rows.data(), stride, delta.data(), bits);
            portable.subtract_rows(expected.data(), n, rows.data(), stride, delta.data(), bits);
            EXPECT_EQ(std::memcmp(got.data(), expected.data(), n * sizeof(float)), 0) << n << ", " << bits;
            for (std::size_t i = 0; i < n; ++i) {
                double sum = start[i];
                for (std::size_t b = 0; b < bits; ++b)
                    sum -= static_cast<double>(delta[b]) * rows[b * stride + i];
                ASSERT_NEAR(got[i], sum, 4.0) << i;  // terms up to 1e6, 24 bits each
            }
        }
    }
}

TEST_P(AdaptKernelsOf, ScoresAsThePortableCodeDoes) {
    const AdaptKernels& portable = adapt_kernels(*supported_kernels().front());
    for (const std::size_t bits : {1u, 3u, 8u}) {
        const std::vector<float> quadratic = floats(256), forms = floats(bits * 256), pull = floats(bits);
        std::vector<float> got(256), expected(256);
        kernels.scores(quadratic.data(), forms.data(), pull.data(), bits, got.data());
        portable.scores(quadratic.data(), forms.data(), pull.data(), bits, expected.data());
        EXPECT_EQ(std::memcmp(got.data(), expected.data(), 256 * sizeof(float)), 0) << bits;
        for (std::size_t c = 0; c < 256; ++c) {
            double sum = quadratic[c];
            for (std::size_t b = 0; b < bits; ++b)
                sum -= 2 * static_cast<double>(pull[b]) * forms[b * 256 + c];
            ASSERT_NEAR(got[c], sum, 8.0) << c;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, AdaptKernelsOf, testing::ValuesIn(supported_kernels()),
                         [](const auto& isa) { return std::string(isa.param->name); });

}  // namespace
}  // namespace approxtlm::workloads
