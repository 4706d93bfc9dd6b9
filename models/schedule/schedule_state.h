#pragma once

#include <vector>

#include "models/common/accelerator_config.h"
#include "models/job/layer_account.h"
#include "models/job/layer_job.h"
#include "models/schedule/bus_schedule.h"
#include "models/schedule/timed_queue.h"

namespace approxtlm {

/// A job queue of two places: a writer first takes a place.
struct JobQueue {
    TimedTokens room{2};
    TimedQueue<JobPtr> jobs;

    JobPtr pop(Cycle& now) {
        JobPtr job = jobs.pop(now);
        room.post(now);
        return job;
    }
};

/// Sums on their way to the vector unit.
struct ScheduledSums {
    std::uint32_t pixels = 0, filters = 0;
};

/// What the units of a schedule share: the queues and tokens that join the SystemC modules
/// (platform/accelerator), with moments instead of waiting.
struct ScheduleState {
    ScheduleState(const AcceleratorConfig& c, std::size_t layers, std::uint32_t slots, UnitObserver* observer)
        : config(c),
          account(layers, observer),
          bus(c.dma, c.memory),
          weight_slots(slots),
          weight_slot_free(slots) {}

    const AcceleratorConfig& config;
    LayerAccount account;
    BusSchedule bus;
    const std::uint32_t weight_slots;

    JobQueue activation_jobs, weight_jobs, shift_jobs, stream_jobs, vector_jobs;
    TimedQueue<Cycle> array_tiles, vector_tiles;  ///< when the tile's transfer began
    TimedQueue<ScheduledSums> sums;
    TimedQueue<TileFinished> finished;
    TimedTokens tile_free{2}, output_free{2}, accumulator_free{2};
    TimedTokens weights_ready{0}, weight_slot_free;
    std::vector<Cycle> layer_stored;  ///< moments
};

}  // namespace approxtlm
