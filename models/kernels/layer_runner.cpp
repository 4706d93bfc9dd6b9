#include "models/kernels/layer_runner.h"

#include <cstring>

#include "models/kernels/vector_ops.h"
#include "models/kernels/window.h"

namespace approxtlm {
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

void count_matrix_by_folds(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                           TensorArena& tensors, FoldEngine& engine, ActivityCounts& activity) {
    const TensorRows input{tensors.at(0, d.input_address), 0, d.input_height};
    std::vector<std::uint8_t> window;
    for (std::uint32_t band = 0; band < t.tiles; ++band) {
        const TileRows rows_of_band = tile_rows_of(d, band);
        const std::uint32_t first = rows_of_band.output_first * d.output_width,
                            pixels = rows_of_band.output_count * d.output_width;
        for (std::uint32_t group = 0; group < t.groups; ++group) {
            for (std::uint32_t tile = 0; tile < t.filter_tiles; ++tile) {
                for (std::uint32_t f = 0; f < t.reduction_folds; ++f) {
                    const std::uint32_t rows = t.fold_rows(f);
                    window.resize(std::size_t{pixels} * rows);
                    gather_window(d, input, group, f * t.array_rows, rows, first, pixels, window.data());
                    engine.load_weights(memory.data() + d.weight_address + t.weight_offset(group, tile, f),
                                        rows, t.fold_columns(tile), &activity);
                    engine.count(window.data(), pixels, activity);
                }
            }
        }
    }
}

}  // namespace approxtlm
