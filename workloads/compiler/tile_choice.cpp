#include "workloads/compiler/tile_choice.h"

#include <algorithm>

#include "models/common/error.h"
#include "models/common/tiling.h"

namespace approxtlm::workloads {
namespace {

// Pixels of a tile per array row (column, where a column works on a pixel): one hides the weights' R cycles;
// the second pays for the skew.
constexpr std::uint32_t kPixelsPerArraySide = 2;

/// What the accumulator buffer must hold.
std::uint64_t accumulator_bytes(LayerDescriptor d, std::uint32_t rows, const AcceleratorConfig& config) {
    if (d.opcode != Opcode::matrix) return 0;
    d.tile_rows = rows;
    const Tiling t = tiling_of(d, config.pe_array.rows, config.pe_array.columns);
    return 2 * accumulator_parts(d, t, config.accumulator_buffer.capacity_bytes).needed;
}

std::uint64_t activation_bytes(LayerDescriptor d, std::uint32_t rows) {
    d.tile_rows = rows;
    return activation_footprint(d).total_bytes();
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
    const bool by_row = d.opcode != Opcode::matrix || d.dataflow == Dataflow::weight_stationary;
    require(accumulator_bytes(d, 1, config), config.accumulator_buffer,
            by_row ? one_row : where + ": dataflow " + to_string(d.dataflow) + " needs",
            "accumulator_buffer");
    require(activation_bytes(d, 1), config.activation_buffer, one_row, "activation_buffer");
    std::uint32_t rows = d.output_height;
    while (accumulator_bytes(d, rows, config) > config.accumulator_buffer.capacity_bytes ||
           activation_bytes(d, rows) > config.activation_buffer.capacity_bytes) {
        --rows;
    }
    // More tiles than the buffers demand let loads, compute and stores overlap, as long as a tile streams
    // long enough to hide the next fold's weights. Weights that do not stay in their buffer would be loaded
    // again.
    LayerDescriptor sized = d;
    sized.tile_rows = rows;
    if (d.opcode != Opcode::matrix || weights_fit(sized, config, where)) {
        const std::uint32_t side =
            d.dataflow == Dataflow::input_stationary ? config.pe_array.columns : config.pe_array.rows;
        const std::uint32_t overlapping = ceil_div(kPixelsPerArraySide * side, d.output_width);
        rows = std::min(rows, std::max(overlapping, 1u));
    }
    return ceil_div(d.output_height, ceil_div(d.output_height, rows));
}

bool sums_fit(const LayerDescriptor& d, const AcceleratorConfig& config) {
    return accumulator_bytes(d, 1, config) <= config.accumulator_buffer.capacity_bytes;
}

bool weights_fit(const LayerDescriptor& d, const AcceleratorConfig& config, const std::string& where) {
    const PeArrayConfig& array = config.pe_array;
    const std::uint64_t slot = weight_slot_bytes(array.rows, array.columns);
    require(2 * slot, config.weight_buffer, where + ": two folds of weights need", "weight_buffer");
    return tiling_of(d, array.rows, array.columns).folds_per_tile() * slot <=
           config.weight_buffer.capacity_bytes;
}

}  // namespace approxtlm::workloads
