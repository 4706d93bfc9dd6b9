#pragma once

#include <algorithm>
#include <cstdint>

#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// How a `matrix` layer is cut for an R x C weight-stationary array. One order for compiler (packing),
/// sequencer (walking) and functional model (activity):
///   for tile (bands of output rows) / for group / for filter tile / for reduction fold: stream the tile's
///   pixels.
struct Tiling {
    std::uint32_t array_rows = 0, array_columns = 0;
    std::uint32_t groups = 0;
    std::uint32_t reduction = 0;        ///< K of one group
    std::uint32_t filters = 0;          ///< of one group
    std::uint32_t reduction_folds = 0;  ///< ceil(K / R)
    std::uint32_t filter_tiles = 0;     ///< ceil(filters / C)
    std::uint32_t tiles = 0;            ///< bands of output rows

    std::uint32_t folds_per_tile() const { return groups * filter_tiles * reduction_folds; }
    std::uint32_t fold_rows(std::uint32_t fold) const {
        return std::min(array_rows, reduction - fold * array_rows);
    }
    std::uint32_t fold_columns(std::uint32_t filter_tile) const {
        return std::min(array_columns, filters - filter_tile * array_columns);
    }
    /// Bytes in memory before fold `fold` of filter tile `filter_tile` of `group` (see LayerDescriptor).
    std::uint64_t weight_offset(std::uint32_t group, std::uint32_t filter_tile, std::uint32_t fold) const {
        const std::uint64_t whole_columns = std::uint64_t{filter_tile} * array_columns;
        const std::uint64_t per_filter = reduction + sizeof(FilterParameters);
        return (std::uint64_t{group} * filters + whole_columns) * per_filter +
               std::uint64_t{fold} * array_rows * fold_columns(filter_tile);
    }
    /// Bytes of one fold in memory: weights, and the parameters behind the last reduction fold.
    std::uint32_t fold_bytes(std::uint32_t filter_tile, std::uint32_t fold) const {
        const std::uint32_t columns = fold_columns(filter_tile);
        const bool last = fold + 1 == reduction_folds;
        return columns *
               (fold_rows(fold) + (last ? static_cast<std::uint32_t>(sizeof(FilterParameters)) : 0u));
    }
    std::uint64_t weight_bytes() const {
        return std::uint64_t{groups} * filters * (reduction + sizeof(FilterParameters));
    }
};

inline std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

inline Tiling tiling_of(const LayerDescriptor& d, std::uint32_t array_rows, std::uint32_t array_columns) {
    Tiling t;
    t.array_rows = array_rows;
    t.array_columns = array_columns;
    t.groups = d.groups;
    t.reduction = d.kernel_height * d.kernel_width * (d.input_channels / d.groups);
    t.filters = d.output_channels / d.groups;
    t.reduction_folds = ceil_div(t.reduction, array_rows);
    t.filter_tiles = ceil_div(t.filters, array_columns);
    t.tiles = ceil_div(d.output_height, d.tile_rows);
    return t;
}

/// A band of output rows of any layer and the input rows that it needs (padding rows excluded).
struct TileRows {
    std::uint32_t output_first = 0, output_count = 0;
    std::uint32_t input_first = 0, input_count = 0;
};

inline TileRows tile_rows_of(const LayerDescriptor& d, std::uint32_t tile) {
    TileRows t;
    t.output_first = tile * d.tile_rows;
    t.output_count = std::min(d.tile_rows, d.output_height - t.output_first);
    const auto top = static_cast<std::int64_t>(t.output_first) * d.stride_y - d.pad_top;
    const auto bottom = static_cast<std::int64_t>(t.output_first + t.output_count - 1) * d.stride_y -
                        d.pad_top + d.kernel_height;  // one past the last
    const auto first = std::clamp<std::int64_t>(top, 0, d.input_height);
    const auto end = std::clamp<std::int64_t>(bottom, first, d.input_height);
    t.input_first = static_cast<std::uint32_t>(first);
    t.input_count = static_cast<std::uint32_t>(end - first);
    return t;
}

/// Division of the activation buffer: [input half 0][input half 1][output half 0][output half 1]. An input
/// half holds the largest input tile (`add`: both operands, one behind the other; `average_pool`: the scale
/// table behind it).
struct ActivationFootprint {
    std::uint64_t input_half_bytes = 0, output_half_bytes = 0;
    std::uint64_t parameter_offset = 0;  ///< of the second operand or the scale table within an input half
    std::uint64_t total_bytes() const { return 2 * (input_half_bytes + output_half_bytes); }
};

/// Scale table of an `average_pool` layer in bytes; 0 for other layers.
inline std::uint32_t scale_table_bytes(const LayerDescriptor& d) {
    return d.opcode == Opcode::average_pool
               ? d.kernel_height * d.kernel_width * static_cast<std::uint32_t>(sizeof(float))
               : 0;
}

inline ActivationFootprint activation_footprint(const LayerDescriptor& d) {
    std::uint64_t input_rows = 0;
    for (std::uint32_t tile = 0; tile < ceil_div(d.output_height, d.tile_rows); ++tile)
        input_rows = std::max<std::uint64_t>(input_rows, tile_rows_of(d, tile).input_count);
    ActivationFootprint f;
    f.parameter_offset = input_rows * d.input_width * d.input_channels;
    f.input_half_bytes = f.parameter_offset * (d.opcode == Opcode::add ? 2 : 1) + scale_table_bytes(d);
    f.output_half_bytes =
        std::uint64_t{std::min(d.tile_rows, d.output_height)} * d.output_width * d.output_channels;
    return f;
}

/// Bytes of one weight slot in the weight buffer: a full fold with parameters.
inline std::uint32_t weight_slot_bytes(std::uint32_t array_rows, std::uint32_t array_columns) {
    return array_columns * (array_rows + static_cast<std::uint32_t>(sizeof(FilterParameters)));
}

/// Bytes of one pixel in the accumulator buffer: a psum per column, sum A and sum x.
inline std::uint32_t accumulator_entry_bytes(std::uint32_t array_columns) { return 4 * (array_columns + 2); }

}  // namespace approxtlm
