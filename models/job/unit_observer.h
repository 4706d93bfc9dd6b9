#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/common/cycle.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// What works side by side in the accelerator.
enum class Unit : std::size_t {
    sequencer,        ///< the layer under way
    dma_descriptor,   ///< one transfer
    dma_weights,      ///< one fold
    dma_activations,  ///< one operand of a tile
    dma_store,        ///< one tile
    weight_shift,     ///< what stays in the array moves in
    pe_array,         ///< one fold streams
    correction,       ///< the fold's sums pass
    vector_unit,      ///< sums are finished, or a layer without weights works
    count
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Unit::count)> kUnitNames{
    "sequencer",    "dma descriptor", "dma weights", "dma activations", "dma store",
    "weight shift", "pe array",       "correction",  "vector unit"};

/// What fills and empties.
enum class Level : std::size_t {
    weight_slots,  ///< folds in the weight buffer
    input_tiles,   ///< input halves of the activation buffer, loading or loaded
    output_tiles,  ///< output halves
    accumulators,  ///< parts of the accumulator buffer
    count
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Level::count)> kLevelNames{
    "weight slots", "input tiles", "output tiles", "accumulators"};

/// A piece of a unit's work.
struct Work {
    static constexpr std::int64_t kNone = -1;
    std::uint32_t layer = 0;
    std::int64_t tile = kNone, filter_tile = kNone, fold = kNone;
    std::uint64_t bytes = 0;  ///< moved by the DMA
    bool stalled = false;     ///< the unit holds its work but cannot go on with it
};

inline Work tile_work(std::uint32_t layer, std::uint32_t tile) {
    Work work;
    work.layer = layer;
    work.tile = tile;
    return work;
}
inline Work fold_work(std::uint32_t layer, std::uint32_t tile, const FoldPosition& p) {
    Work work = tile_work(layer, tile);
    work.filter_tile = p.filter_tile;
    work.fold = p.fold;
    return work;
}

/// Sees every unit begin and end its work (traces). Moments are cycles since the job's start: in the
/// SystemC model never in the past, possibly in the future, ascending for each unit; a unit's pieces of work
/// do not overlap.
class UnitObserver {
public:
    virtual ~UnitObserver() = default;
    virtual void begin(Unit unit, const Work& work, Cycle at) = 0;
    virtual void end(Unit unit, Cycle at) = 0;
    virtual void level(Level level, int change, Cycle at) = 0;
};

}  // namespace approxtlm
