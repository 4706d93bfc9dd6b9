#include "models/kernels/layer_runner.h"

#include <cstring>

#include "models/kernels/vector_ops.h"

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

std::vector<std::uint8_t> read_codes(const LayerDescriptor& d, const Tiling& t, std::uint32_t group,
                                     std::uint32_t tile, const std::vector<std::uint8_t>& memory) {
    const std::uint8_t* from = memory.data() + d.weight_address + t.weight_offset(group, tile, 0);
    const std::uint32_t columns = t.fold_columns(tile);
    std::vector<std::uint8_t> codes;
    codes.reserve(std::size_t{t.reduction} * columns);
    for (std::uint32_t k = 0; k < t.reduction; ++k)
        for (std::uint32_t c = 0; c < columns; ++c) codes.push_back(from[t.code_offset(tile, k, c)]);
    return codes;
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

}  // namespace approxtlm
