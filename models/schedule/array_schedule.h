#pragma once

#include "models/schedule/fold_walk.h"
#include "models/schedule/schedule_state.h"

namespace approxtlm {

/// The PE array and the correction unit (models/pe_array, models/correction) as steps on moments: weights
/// shift in while the fold before streams.
class ArraySchedule {
public:
    explicit ArraySchedule(ScheduleState& state) : s_(state) {}
    bool step() { return shift() || stream(); }

private:
    bool shift();
    bool stream();
    void arrive();  ///< an input tile lies in the buffer
    void stream_fold();
    void finish_tile();

    ScheduleState& s_;
    TimedTokens shadow_free_{1};
    TimedQueue<Cycle> shadow_full_;  ///< when the fold's weights began to shift

    Cycle shift_now_ = 0;
    JobPtr shift_job_;
    FoldWalk shift_walk_;

    Cycle now_ = 0;
    JobPtr job_;
    FoldWalk walk_;
    Cycle idle_since_ = 0, job_read_ = 0;
    bool tile_arrived_ = false, accumulator_held_ = false;
};

}  // namespace approxtlm
