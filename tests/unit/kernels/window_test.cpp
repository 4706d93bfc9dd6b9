#include "models/kernels/window.h"

#include <random>

#include "models/common/tiling.h"
#include "tests/unit/kernels/expect_equal.h"
#include "tests/unit/kernels/random_layer.h"

namespace approxtlm {
namespace {

TEST(GatherWindow, EqualsTheIndexFormula) {
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        std::mt19937 random(seed);
        LayerDescriptor d = testing::random_matrix_layer(random);
        d.tile_rows = 1 + random() % d.output_height;
        const auto tensor =
            testing::random_codes(random, std::size_t{d.input_height} * d.input_width * d.input_channels);
        const Tiling t = tiling_of(d, 16, 16);
        const TileRows band = tile_rows_of(d, random() % t.tiles);
        const std::uint32_t row_bytes = d.input_width * d.input_channels;
        const std::uint32_t group = random() % d.groups;
        const std::uint32_t first_k = random() % t.reduction;
        const std::uint32_t count = 1 + random() % (t.reduction - first_k);
        const std::uint32_t first_pixel = band.output_first * d.output_width;
        const std::uint32_t pixels = band.output_count * d.output_width;
        std::vector<std::uint8_t> got(std::size_t{pixels} * count), want;
        // Only the band's rows: a read outside of them is an error that the sanitizers see.
        const std::vector<std::uint8_t> rows(
            tensor.begin() + band.input_first * row_bytes,
            tensor.begin() + (band.input_first + band.input_count) * row_bytes);
        gather_window(d, {rows.data(), band.input_first, band.input_count}, group, first_k, count,
                      first_pixel, pixels, got.data());
        for (std::uint32_t p = first_pixel; p < first_pixel + pixels; ++p) {
            for (std::uint32_t k = first_k; k < first_k + count; ++k)
                want.push_back(testing::operand(d, tensor, group, k, p));
        }
        ASSERT_NO_FATAL_FAILURE(testing::expect_equal(got, want, "seed " + std::to_string(seed)));
    }
}

}  // namespace
}  // namespace approxtlm
