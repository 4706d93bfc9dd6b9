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

    bool resident() const { return (d.flags & kFlagWeightsResident) != 0; }
    bool corrected() const { return (d.flags & kFlagCorrection) != 0; }
    std::uint32_t slot(std::uint32_t tile, std::uint32_t fold_of_tile) const {
        return first_slot + (resident() ? 0 : tile * t.folds_per_tile()) + fold_of_tile;
    }
    std::uint32_t slots_used() const { return t.folds_per_tile() * (resident() ? 1 : tiles); }
    std::uint32_t pixels(std::uint32_t tile) const {
        return tile_rows_of(d, tile).output_count * d.output_width;
    }
    std::uint64_t input_half(std::uint32_t tile) const { return (tile % 2) * footprint.input_half_bytes; }
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

/// All reduction folds of one filter tile have been accumulated; the vector unit may finish them.
struct SumsReady {
    JobPtr job;
    std::uint32_t tile = 0, group = 0, filter_tile = 0;
    std::uint32_t accumulator_half = 0;
    std::shared_ptr<const std::vector<FilterParameters>> parameters;
};
inline std::ostream& operator<<(std::ostream& out, const SumsReady& s) { return out << s.job->index; }

/// An output tile lies in the activation buffer, ready to be stored.
struct TileFinished {
    JobPtr job;
    std::uint32_t tile = 0;
};
inline std::ostream& operator<<(std::ostream& out, const TileFinished& t) { return out << t.tile; }

}  // namespace approxtlm
