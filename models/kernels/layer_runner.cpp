#include "models/kernels/layer_runner.h"

#include <cstring>

#include "models/kernels/vector_ops.h"
#include "models/kernels/window.h"

namespace approxtlm {
namespace {

/// Wraps at 32 bits, as the accumulators do.
void accumulate(std::vector<std::int32_t>& total, const std::vector<std::int32_t>& fold) {
    total.resize(fold.size());
    for (std::size_t i = 0; i < fold.size(); ++i)
        total[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(total[i]) +
                                             static_cast<std::uint32_t>(fold[i]));
}

}  // namespace

std::vector<FilterParameters> read_parameters(const LayerDescriptor& d, const Tiling& t, std::uint32_t group,
                                              std::uint32_t tile, const std::vector<std::uint8_t>& memory) {
    const std::uint32_t last = t.reduction_folds - 1, columns = t.fold_columns(tile);
    std::vector<FilterParameters> parameters(columns);
    std::memcpy(parameters.data(),
                memory.data() + d.weight_address + t.weight_offset(group, tile, last) +
                    std::size_t{t.fold_rows(last)} * columns,
                columns * sizeof(FilterParameters));
    return parameters;
}

void run_vector_layer(const LayerDescriptor& d, const std::vector<std::uint8_t>& memory, TensorArena& tensors,
                      std::size_t image) {
    const std::size_t elements = std::size_t{d.output_channels} * d.output_height * d.output_width;
    const std::uint8_t* input = tensors.at(image, d.input_address);
    std::uint8_t* output = tensors.at(image, d.output_address);
    switch (d.opcode) {
        case Opcode::matrix:
            return;
        case Opcode::add:
            return add_elements(d, input, tensors.at(image, d.input2_address), elements, output);
        case Opcode::requantize:
            return requantize_elements(d, input, elements, output);
        case Opcode::max_pool:
            return pool_rows(d, {input, 0, d.input_height}, nullptr, 0, d.output_height, output);
        case Opcode::average_pool:
            break;
    }
    std::vector<float> scales(std::size_t{d.kernel_height} * d.kernel_width);
    std::memcpy(scales.data(), memory.data() + d.parameter_address, scales.size() * sizeof(float));
    pool_rows(d, {input, 0, d.input_height}, scales.data(), 0, d.output_height, output);
}

void run_matrix_by_folds(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                         TensorArena& tensors, FoldEngine& engine, ActivityCounts& activity) {
    const TensorRows input{tensors.at(0, d.input_address), 0, d.input_height};
    std::vector<std::uint8_t> window;
    FoldOutput fold;
    const auto filter_tile = [&](const TileRows& band, std::uint32_t group, std::uint32_t tile) {
        const std::uint32_t columns = t.fold_columns(tile);
        const std::uint32_t first = band.output_first * d.output_width,
                            pixels = band.output_count * d.output_width;
        FoldOutput total;
        for (std::uint32_t f = 0; f < t.reduction_folds; ++f) {
            const std::uint32_t rows = t.fold_rows(f);
            window.resize(std::size_t{pixels} * rows);
            gather_window(d, input, group, f * t.array_rows, rows, first, pixels, window.data());
            engine.load_weights(memory.data() + d.weight_address + t.weight_offset(group, tile, f), rows,
                                columns, &activity);
            engine.stream(window.data(), pixels, fold, &activity);
            accumulate(total.psum, fold.psum);
            accumulate(total.sum_a, fold.sum_a);
            accumulate(total.sum_x, fold.sum_x);
        }
        finish_matrix(d, read_parameters(d, t, group, tile, memory).data(), columns, total.psum.data(),
                      total.sum_a.data(), total.sum_x.data(), pixels,
                      tensors.at(0, d.output_address) + std::size_t{first} * d.output_channels +
                          group * t.filters + tile * t.array_columns,
                      d.output_channels);
    };
    for (std::uint32_t band = 0; band < t.tiles; ++band) {
        for (std::uint32_t group = 0; group < t.groups; ++group) {
            for (std::uint32_t tile = 0; tile < t.filter_tiles; ++tile) {
                filter_tile(tile_rows_of(d, band), group, tile);
            }
        }
    }
}

}  // namespace approxtlm
