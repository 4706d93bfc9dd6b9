#include <algorithm>

#include "models/kernels/layer_runner.h"
#include "models/kernels/table_kernels.h"
#include "models/kernels/vector_ops.h"
#include "models/kernels/window.h"

namespace approxtlm {
namespace {

/// Gathered activations of one pass: small enough to stay in the second-level cache, whole panels.
std::size_t pixels_per_pass(std::size_t reduction) {
    constexpr std::size_t kBytes = 384 * 1024, kPanel = LookUpJob::kPixels;
    return std::max(kPanel, kBytes / reduction / kPanel * kPanel);
}

/// Weights and parameters of one filter tile, all reduction folds together.
struct FilterTile {
    std::uint32_t first_filter = 0, columns = 0;
    PackedWeights weights;
    std::vector<FilterParameters> parameters;
};

}  // namespace

void run_matrix_batched(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                        TensorArena& tensors, std::size_t images, const ProductMatrix& products) {
    const bool with_sum_x = (d.flags & kFlagCorrection) != 0;
    const std::size_t image_pixels = std::size_t{d.output_height} * d.output_width;
    const std::size_t all_pixels = images * image_pixels;
    const std::size_t pass_pixels = std::min(all_pixels, pixels_per_pass(t.reduction));
    std::vector<std::uint8_t> window(pass_pixels * t.reduction + 3);
    std::vector<FilterTile> filter_tiles(t.filter_tiles);
    std::vector<std::int32_t> psum;
    PixelSums sums;

    for (std::uint32_t group = 0; group < t.groups; ++group) {
        for (std::uint32_t i = 0; i < t.filter_tiles; ++i) {
            FilterTile& tile = filter_tiles[i];
            tile.first_filter = group * t.filters + i * t.array_columns;
            tile.columns = t.fold_columns(i);
            tile.parameters = read_parameters(d, t, group, i, memory);
            products.pack(read_codes(d, t, group, i, memory).data(), t.reduction, tile.columns, tile.weights);
        }
        for (std::size_t first = 0; first < all_pixels; first += pass_pixels) {
            const std::size_t end = std::min(first + pass_pixels, all_pixels);
            // The part of the pass that lies in each image.
            const auto each_image = [&](auto work) {
                for (std::size_t begin = first; begin < end;) {
                    const std::size_t image = begin / image_pixels;
                    const std::size_t stop = std::min(end, (image + 1) * image_pixels);
                    work(image, static_cast<std::uint32_t>(begin % image_pixels),
                         static_cast<std::uint32_t>(stop - begin), begin - first);
                    begin = stop;
                }
            };
            each_image([&](std::size_t image, std::uint32_t pixel, std::uint32_t pixels, std::size_t at) {
                gather_window(d, {tensors.at(image, d.input_address), 0, d.input_height}, group, 0,
                              t.reduction, pixel, pixels, window.data() + at * t.reduction);
            });
            const auto pixels_here = static_cast<std::uint32_t>(end - first);
            products.sum(window.data(), t.reduction, pixels_here, with_sum_x, sums);
            for (const FilterTile& tile : filter_tiles) {
                products.multiply(tile.weights, window.data(), sums, pixels_here, psum);
                each_image([&](std::size_t image, std::uint32_t pixel, std::uint32_t pixels, std::size_t at) {
                    std::uint8_t* out = tensors.at(image, d.output_address) +
                                        std::size_t{pixel} * d.output_channels + tile.first_filter;
                    finish_matrix(d, tile.parameters.data(), tile.columns, psum.data() + at * tile.columns,
                                  sums.sum_a.data() + at, sums.sum_x.data() + at, pixels, out,
                                  d.output_channels);
                });
            }
        }
    }
}

}  // namespace approxtlm
