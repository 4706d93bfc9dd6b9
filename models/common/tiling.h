#pragma once

#include <algorithm>
#include <cstdint>

#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// How a `matrix` layer is cut for an R x C array. A fold is R steps of the reduction x C filters of weights;
/// for_each_fold gives the order in which compiler, sequencer, array and functional model walk them.
struct Tiling {
    Dataflow dataflow = Dataflow::weight_stationary;
    std::uint32_t array_rows = 0, array_columns = 0;
    std::uint32_t groups = 0;
    std::uint32_t reduction = 0;        ///< K of one group
    std::uint32_t filters = 0;          ///< of one group
    std::uint32_t reduction_folds = 0;  ///< ceil(K / R)
    std::uint32_t filter_tiles = 0;     ///< ceil(filters / C)
    std::uint32_t tiles = 0;            ///< bands of output rows

    /// Pixels that the array works on at once: all of a tile where weights stay, else one PE's or one
    /// column's each.
    std::uint32_t pixels_at_once(std::uint32_t pixels) const {
        switch (dataflow) {
            case Dataflow::weight_stationary:
                break;
            case Dataflow::output_stationary:
                return array_rows;
            case Dataflow::input_stationary:
                return array_columns;
        }
        return pixels;
    }
    std::uint32_t pixel_tiles(std::uint32_t pixels) const {
        const std::uint32_t at_once = pixels_at_once(pixels);
        return (pixels + at_once - 1) / at_once;
    }
    std::uint32_t folds_per_tile() const { return groups * filter_tiles * reduction_folds; }
    std::uint32_t fold_rows(std::uint32_t fold) const {
        return std::min(array_rows, reduction - fold * array_rows);
    }
    std::uint32_t fold_columns(std::uint32_t filter_tile) const {
        return std::min(array_columns, filters - filter_tile * array_columns);
    }
    /// Bytes from a filter tile's first code to that of reduction element k and filter `column` of the tile.
    std::size_t code_offset(std::uint32_t filter_tile, std::uint32_t k, std::uint32_t column) const {
        const std::size_t columns = fold_columns(filter_tile);
        if (dataflow != Dataflow::input_stationary) return k * columns + column;
        const std::uint32_t fold = k / array_rows;
        return std::size_t{fold} * array_rows * columns + std::size_t{column} * fold_rows(fold) +
               k % array_rows;
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
    t.dataflow = d.dataflow;
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

/// A fold's place in a tile of the layer.
struct FoldPosition {
    std::uint32_t group = 0, filter_tile = 0, fold = 0;
    std::uint32_t pixel_tile = 0;
    std::uint32_t first_pixel = 0, pixels = 0;  ///< of the pixel tile, within the tile
    /// Among the group's folds in the order of their first use, groups one behind the other.
    std::uint32_t index = 0;
};

/// Bytes that the array reads of a fold of weights. Output-stationary: parameters stay with the columns for
/// the filters' further pixels.
inline std::uint32_t fold_read_bytes(const Tiling& t, const FoldPosition& p) {
    const bool parameters = t.dataflow != Dataflow::output_stationary || p.pixel_tile == 0;
    return parameters ? t.fold_bytes(p.filter_tile, p.fold)
                      : t.fold_rows(p.fold) * t.fold_columns(p.filter_tile);
}

/// Calls visit(FoldPosition) for the folds of a tile of `pixels` output pixels in the order of their use:
/// per group, weight-stationary: filter tile, fold; output-stationary: filter tile, pixel tile, fold;
/// input-stationary: pixel tile, fold, filter tile.
template <class Visit>
void for_each_fold(const Tiling& t, std::uint32_t pixels, const Visit& visit) {
    const std::uint32_t at_once = t.pixels_at_once(pixels), pixel_tiles = t.pixel_tiles(pixels);
    FoldPosition p;
    const auto at = [&](std::uint32_t filter_tile, std::uint32_t pixel_tile, std::uint32_t fold,
                        std::uint32_t index) {
        p.filter_tile = filter_tile;
        p.pixel_tile = pixel_tile;
        p.fold = fold;
        p.first_pixel = pixel_tile * at_once;
        p.pixels = std::min(at_once, pixels - p.first_pixel);
        p.index = p.group * t.filter_tiles * t.reduction_folds + index;
        visit(static_cast<const FoldPosition&>(p));
    };
    for (p.group = 0; p.group < t.groups; ++p.group) {
        if (t.dataflow == Dataflow::input_stationary) {
            for (std::uint32_t tile = 0; tile < pixel_tiles; ++tile)
                for (std::uint32_t fold = 0; fold < t.reduction_folds; ++fold)
                    for (std::uint32_t filters = 0; filters < t.filter_tiles; ++filters)
                        at(filters, tile, fold, fold * t.filter_tiles + filters);
        } else {
            for (std::uint32_t filters = 0; filters < t.filter_tiles; ++filters)
                for (std::uint32_t tile = 0; tile < pixel_tiles; ++tile)
                    for (std::uint32_t fold = 0; fold < t.reduction_folds; ++fold)
                        at(filters, tile, fold, filters * t.reduction_folds + fold);
        }
    }
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

/// Address of the input half that holds `tile`.
inline std::uint64_t input_half(const ActivationFootprint& f, std::uint32_t tile) {
    return (tile % 2) * f.input_half_bytes;
}

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

/// The accumulator buffer in parts that array and vector unit hand over whole. Weight-stationary: halves of a
/// tile's pixels. Output-stationary: as many of R pixels as hide the way out, if there is room. Input-
/// stationary: halves of one entry of C sums per filter, and sum A and sum x of the C pixels.
struct AccumulatorParts {
    std::uint32_t count = 2;
    std::uint64_t bytes = 0;  ///< of one
    /// What a part must hold.
    std::uint64_t needed = 0;
};

inline AccumulatorParts accumulator_parts(const LayerDescriptor& d, const Tiling& t,
                                          std::uint64_t capacity_bytes) {
    constexpr std::uint32_t kMostParts = 4;
    AccumulatorParts parts;
    switch (t.dataflow) {
        case Dataflow::weight_stationary:
            parts.needed =
                std::uint64_t{d.tile_rows} * d.output_width * accumulator_entry_bytes(t.array_columns);
            break;
        case Dataflow::output_stationary:
            parts.needed = std::uint64_t{t.array_rows} * accumulator_entry_bytes(t.array_columns);
            parts.count = static_cast<std::uint32_t>(
                std::clamp<std::uint64_t>(capacity_bytes / parts.needed, 2, kMostParts));
            break;
        case Dataflow::input_stationary:
            parts.needed = 4 * std::uint64_t{t.array_columns} * (t.filters + 2);
            break;
    }
    parts.bytes = capacity_bytes / parts.count;
    return parts;
}

}  // namespace approxtlm
