#include "models/kernels/vector_ops.h"

#include <algorithm>
#include <cmath>

#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/random_layer.h"

namespace approxtlm {
namespace {

using testing::expect_equal;

std::uint8_t clamped(const LayerDescriptor& d, double value) {
    return static_cast<std::uint8_t>(std::clamp<double>(value, d.clamp_min, d.clamp_max));
}

/// The product is rounded to binary32 before it is rounded to a code.
std::uint8_t to_code(const LayerDescriptor& d, std::int64_t value, float scale) {
    const auto converted = static_cast<float>(value);
    const auto product = static_cast<float>(static_cast<double>(converted) * static_cast<double>(scale));
    return clamped(d, std::nearbyint(static_cast<double>(product)) + d.output_zero_point);
}

float random_scale(std::mt19937& random, int exponent) {
    return std::ldexp(1.0f + static_cast<float>(random() % (1u << 23)) / (1u << 23), exponent);
}

TEST(FinishMatrix, EqualsTheFormula) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        LayerDescriptor d = testing::random_matrix_layer(random);
        d.flags = seed % 2 == 0 ? kFlagCorrection | kFlagSumA : 0;
        d.coefficient_fraction_bits = random() % 13;
        const std::uint32_t columns = 1 + random() % 70, pixels = 1 + random() % 9,
                            stride = columns + random() % 5;
        std::vector<FilterParameters> parameters(columns);
        for (FilterParameters& p : parameters) {
            p.constant = static_cast<std::int32_t>(random()) >> 4;
            p.weight_zero_point = seed % 2 == 0 ? static_cast<std::int32_t>(random() % 256) - 128 : 0;
            p.coefficient = static_cast<std::int32_t>(random() % 65536) - 32768;
            p.scale = random_scale(random, -static_cast<int>(random() % 25));
        }
        std::vector<std::int32_t> psum(columns * pixels), sum_a(pixels), sum_x(pixels);
        for (std::int32_t& x : psum) x = static_cast<std::int32_t>(random()) >> (2 + random() % 22);
        for (std::int32_t& x : sum_a) x = static_cast<std::int32_t>(random() % 1000000);
        for (std::int32_t& x : sum_x) x = static_cast<std::int32_t>(random() % 10000);
        std::vector<std::uint8_t> got(stride * pixels, 0xA5), want = got;
        finish_matrix(d, parameters.data(), columns, psum.data(), sum_a.data(), sum_x.data(), pixels,
                      got.data(), stride);
        for (std::uint32_t t = 0; t < pixels; ++t) {
            for (std::uint32_t c = 0; c < columns; ++c) {
                const FilterParameters& p = parameters[c];
                std::int64_t total = std::int64_t{psum[t * columns + c]} + p.constant -
                                     std::int64_t{p.weight_zero_point} * sum_a[t];
                if (d.flags != 0) {
                    total += static_cast<std::int64_t>(
                        std::floor(std::ldexp(static_cast<long double>(p.coefficient) * sum_x[t],
                                              -static_cast<int>(d.coefficient_fraction_bits)) +
                                   0.5L));
                }
                want[t * stride + c] = to_code(d, total, p.scale);
            }
        }
        ASSERT_NO_FATAL_FAILURE(
            expect_equal(got, want, std::to_string(columns) + " columns, seed " + std::to_string(seed)));
    }
}

TEST(VectorUnit, AddAndRequantizeEqualTheFormula) {
    std::mt19937 random(7);
    for (int repeat = 0; repeat < 100; ++repeat) {
        LayerDescriptor d = testing::random_matrix_layer(random);
        d.input2_zero_point = random() % 256;
        d.input_scale = random_scale(random, 2 - static_cast<int>(random() % 6));
        d.input2_scale = random_scale(random, 2 - static_cast<int>(random() % 6));
        d.offset = static_cast<float>(random() % 1000) / 7.0f - 100.0f;
        const auto a = testing::random_codes(random, 1001), b = testing::random_codes(random, 1001);
        std::vector<std::uint8_t> added(1001), requantized(1001), want_added, want_requantized;
        add_elements(d, a.data(), b.data(), a.size(), added.data());
        requantize_elements(d, a.data(), a.size(), requantized.data());
        for (std::size_t i = 0; i < a.size(); ++i) {
            const float y = std::fma(static_cast<float>(b[i]), d.input2_scale, d.offset);
            const float sum = std::fma(static_cast<float>(a[i]), d.input_scale, y);
            want_added.push_back(clamped(d, std::nearbyint(static_cast<double>(sum))));
            want_requantized.push_back(to_code(d, a[i] - std::int64_t{d.input_zero_point}, d.input_scale));
        }
        ASSERT_NO_FATAL_FAILURE(expect_equal(added, want_added, "seed 7, repeat " + std::to_string(repeat)));
        ASSERT_NO_FATAL_FAILURE(
            expect_equal(requantized, want_requantized, "seed 7, repeat " + std::to_string(repeat)));
    }
}

TEST(VectorUnit, PoolsEqualTheFormula) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        LayerDescriptor d = testing::random_matrix_layer(random);
        d.groups = 1;
        d.output_channels = d.input_channels;
        d.opcode = seed % 2 == 0 ? Opcode::max_pool : Opcode::average_pool;
        if (seed % 3 == 0) d.flags = kFlagCountPadding;
        d.input_scale = random_scale(random, 0);
        std::vector<float> scales;
        for (std::uint32_t n = 1; n <= d.kernel_height * d.kernel_width; ++n) {
            scales.push_back(random_scale(random, -1 - static_cast<int>(n / 2)));
        }
        const auto tensor =
            testing::random_codes(random, std::size_t{d.input_height} * d.input_width * d.input_channels);
        const std::uint32_t first = random() % d.output_height;
        const std::uint32_t rows = 1 + random() % (d.output_height - first);
        std::vector<std::uint8_t> got(std::size_t{rows} * d.output_width * d.output_channels), want;
        pool_rows(d, {tensor.data(), 0, d.input_height}, scales.data(), first, rows, got.data());
        for (std::uint32_t p = first * d.output_width; p < (first + rows) * d.output_width; ++p) {
            for (std::uint32_t channel = 0; channel < d.input_channels; ++channel) {
                std::int64_t sum = 0, most = -256, valid = 0;
                for (std::uint32_t k = 0; k < d.kernel_height * d.kernel_width; ++k) {
                    const std::int64_t y =
                        std::int64_t{p / d.output_width} * d.stride_y - d.pad_top + k / d.kernel_width;
                    const std::int64_t x =
                        std::int64_t{p % d.output_width} * d.stride_x - d.pad_left + k % d.kernel_width;
                    if (y < 0 || y >= d.input_height || x < 0 || x >= d.input_width) continue;
                    const std::int64_t q = tensor[static_cast<std::size_t>(
                        (y * d.input_width + x) * d.input_channels + channel)];
                    ++valid;
                    sum += q - d.input_zero_point;
                    most = std::max(most, q - static_cast<std::int64_t>(d.input_zero_point));
                }
                ASSERT_GT(valid, 0);
                const std::size_t n =
                    (d.flags & kFlagCountPadding) != 0 ? scales.size() : static_cast<std::size_t>(valid);
                want.push_back(d.opcode == Opcode::max_pool ? to_code(d, most, d.input_scale)
                                                            : to_code(d, sum, scales[n - 1]));
            }
        }
        ASSERT_NO_FATAL_FAILURE(expect_equal(got, want, "seed " + std::to_string(seed)));
    }
}

}  // namespace
}  // namespace approxtlm
