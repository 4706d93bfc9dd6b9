#pragma once

#include <cstdint>
#include <vector>

#include "models/common/layer_descriptor.h"
#include "models/schedule/fold_walk.h"
#include "models/schedule/schedule_state.h"

namespace approxtlm {

// The sequencer's four processes (models/sequencer) as steps on moments. A step does what its process does
// between two waits, as soon as the moments that it needs are known, and says whether it did anything.

/// Fetches, decodes and hands out descriptors.
class FetchSchedule {
public:
    FetchSchedule(ScheduleState& state, const std::vector<LayerDescriptor>& layers,
                  std::uint64_t descriptor_base)
        : s_(state), layers_(layers), descriptor_base_(descriptor_base) {}
    bool step();

private:
    void decode();

    ScheduleState& s_;
    const std::vector<LayerDescriptor>& layers_;
    const std::uint64_t descriptor_base_;
    Cycle now_ = 0;
    std::uint32_t index_ = 0, next_slot_ = 0;
    bool fetching_ = false;
    JobPtr job_;                     ///< decoded, on its way into `queues_`
    std::vector<JobQueue*> queues_;  ///< in reverse order
};

/// Loads folds of weights into the slots of the weight buffer.
class WeightLoadSchedule {
public:
    explicit WeightLoadSchedule(ScheduleState& state) : s_(state) {}
    bool step();

private:
    ScheduleState& s_;
    Cycle now_ = 0;
    JobPtr job_;
    FoldWalk walk_;
    std::uint32_t sequence_ = 0;  ///< of folds loaded
    DmaTransfer transfer_;
    bool loading_ = false;
};

/// Loads input tiles, a layer's once its predecessor is stored.
class ActivationLoadSchedule {
public:
    explicit ActivationLoadSchedule(ScheduleState& state) : s_(state) {}
    bool step();

private:
    void finish_tile();

    ScheduleState& s_;
    Cycle now_ = 0, load_start_ = 0;
    JobPtr job_;
    bool tile_begun_ = false, loading_ = false;
    std::uint32_t tile_ = 0;
    std::vector<DmaTransfer> transfers_;  ///< of the tile
    std::size_t next_transfer_ = 0;
};

/// Stores output tiles; a layer ends with its last.
class StoreSchedule {
public:
    explicit StoreSchedule(ScheduleState& state) : s_(state) {}
    bool step();

private:
    ScheduleState& s_;
    Cycle now_ = 0;
    TileFinished tile_;
    DmaTransfer transfer_;
    bool storing_ = false;
};

}  // namespace approxtlm
