#include "workloads/compiler/tile_choice.h"

#include <algorithm>

#include "models/common/error.h"
#include "models/common/tiling.h"

namespace approxtlm::workloads {
namespace {

std::uint64_t accumulator_bytes(const LayerDescriptor& d, std::uint32_t rows,
                                const AcceleratorConfig& config) {
    if (d.opcode != Opcode::matrix) return 0;
    return 2 * std::uint64_t{rows} * d.output_width * accumulator_entry_bytes(config.pe_array.columns);
}

std::uint64_t activation_bytes(const LayerDescriptor& d, std::uint32_t rows) {
    const std::uint64_t input_rows =
        std::min(std::uint64_t{rows - 1} * d.stride_y + d.kernel_height, std::uint64_t{d.input_height});
    const std::uint64_t inputs = d.opcode == Opcode::add ? 2 : 1;
    const std::uint64_t input = inputs * input_rows * d.input_width * d.input_channels;
    const std::uint64_t output = std::uint64_t{rows} * d.output_width * d.output_channels;
    return 2 * (input + output);
}

void require(std::uint64_t needed, const BufferConfig& buffer, const std::string& what,
             const std::string& name) {
    if (needed <= buffer.capacity_bytes) return;
    std::string spaced = name;
    std::replace(spaced.begin(), spaced.end(), '_', ' ');
    throw InputError(what + " " + std::to_string(needed) + " bytes of " + spaced,
                     name + ".capacity_bytes = " + std::to_string(buffer.capacity_bytes),
                     "at least " + std::to_string(needed));
}

}  // namespace

std::uint32_t choose_tile_rows(const LayerDescriptor& d, const AcceleratorConfig& config,
                               const std::string& where) {
    const std::string one_row = where + ": one output row needs";
    require(accumulator_bytes(d, 1, config), config.accumulator_buffer, one_row, "accumulator_buffer");
    require(activation_bytes(d, 1), config.activation_buffer, one_row, "activation_buffer");
    std::uint32_t rows = d.output_height;
    while (accumulator_bytes(d, rows, config) > config.accumulator_buffer.capacity_bytes ||
           activation_bytes(d, rows) > config.activation_buffer.capacity_bytes) {
        --rows;
    }
    return ceil_div(d.output_height, ceil_div(d.output_height, rows));
}

bool weights_fit(const LayerDescriptor& d, const AcceleratorConfig& config, const std::string& where) {
    const PeArrayConfig& array = config.pe_array;
    const std::uint64_t slot = weight_slot_bytes(array.rows, array.columns);
    require(2 * slot, config.weight_buffer, where + ": two folds of weights need", "weight_buffer");
    return tiling_of(d, array.rows, array.columns).folds_per_tile() * slot <=
           config.weight_buffer.capacity_bytes;
}

}  // namespace approxtlm::workloads
