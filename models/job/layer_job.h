#pragma once

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "models/common/layer_descriptor.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// A decoded layer on its way through the units. Every unit walks the same tiles in the same order.
struct LayerJob {
    std::uint32_t index = 0;  ///< position in the job
    LayerDescriptor d;
    Tiling t;  ///< `matrix` only
    ActivationFootprint footprint;
    std::uint32_t tiles = 0;
    std::uint32_t first_slot = 0;  ///< ring position in the weight buffer of the first fold
    AccumulatorParts accumulators;

    bool resident() const { return (d.flags & kFlagWeightsResident) != 0; }
    bool corrected() const { return (d.flags & kFlagCorrection) != 0; }
    /// Of the layer's fold number `sequence` in the order of use, at `p`.
    std::uint32_t slot(const FoldPosition& p, std::uint32_t sequence) const {
        return first_slot + (resident() ? p.index : sequence);
    }
    std::uint32_t slots_used() const {
        if (resident()) return t.folds_per_tile();
        std::uint32_t passes = 0;
        for (std::uint32_t tile = 0; tile < tiles; ++tile) passes += t.pixel_tiles(pixels(tile));
        return passes * t.folds_per_tile();
    }
    /// Whether fold `p` of `tile` is not in the weight buffer yet, and whether it is wanted no more after.
    bool first_use(std::uint32_t tile, const FoldPosition& p) const {
        return !resident() || (tile == 0 && p.pixel_tile == 0);
    }
    bool last_use(std::uint32_t tile, const FoldPosition& p) const {
        return !resident() || (tile + 1 == tiles && p.pixel_tile + 1 == t.pixel_tiles(pixels(tile)));
    }
    std::uint32_t pixels(std::uint32_t tile) const {
        return tile_rows_of(d, tile).output_count * d.output_width;
    }
    /// How often a tile's sums are handed to the vector unit.
    std::uint32_t sums_of_tile(std::uint32_t tile) const {
        const bool all_filters = t.dataflow == Dataflow::input_stationary;
        return t.groups * t.pixel_tiles(pixels(tile)) * (all_filters ? 1 : t.filter_tiles);
    }
    std::uint64_t input_half(std::uint32_t tile) const { return approxtlm::input_half(footprint, tile); }
    std::uint64_t output_half(std::uint32_t tile) const {
        return 2 * footprint.input_half_bytes + (tile % 2) * footprint.output_half_bytes;
    }
};
using JobPtr = std::shared_ptr<const LayerJob>;

/// An input tile lies in the activation buffer.
struct TileLoaded {
    sc_core::sc_time load_start;  ///< when its DMA transfer began
};
inline std::ostream& operator<<(std::ostream& out, const TileLoaded& t) { return out << t.load_start; }

/// All reduction folds of some pixels and filters have been accumulated; the vector unit may finish them.
/// They lie in a part of the accumulator buffer as int32: [pixel][filters, sum A, sum x], or, input-
/// stationary, [filter][pixel] and behind them sum A and sum x [pixel].
struct SumsReady {
    JobPtr job;
    std::uint32_t tile = 0;
    std::uint32_t first_pixel = 0, pixels = 0;    ///< of the tile
    std::uint32_t first_filter = 0, filters = 0;  ///< of all the layer's
    std::uint64_t accumulator_address = 0;
    std::shared_ptr<const std::vector<FilterParameters>> parameters;  ///< [filter]
};
inline std::ostream& operator<<(std::ostream& out, const SumsReady& s) { return out << s.job->index; }

/// An output tile lies in the activation buffer, ready to be stored.
struct TileFinished {
    JobPtr job;
    std::uint32_t tile = 0;
};
inline std::ostream& operator<<(std::ostream& out, const TileFinished& t) { return out << t.tile; }

}  // namespace approxtlm
