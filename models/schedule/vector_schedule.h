#pragma once

#include "models/schedule/schedule_state.h"

namespace approxtlm {

/// The vector unit (models/vector_unit) as steps on moments.
class VectorSchedule {
public:
    explicit VectorSchedule(ScheduleState& state) : s_(state) {}
    bool step();

private:
    bool finish_sums();
    bool element_tile();
    void finish_tile();
    void work(Cycle cycles);

    ScheduleState& s_;
    Cycle now_ = 0, idle_since_ = 0, job_read_ = 0;
    JobPtr job_;
    std::uint32_t tile_ = 0;
    std::uint32_t parts_left_ = 0;  ///< of a matrix layer's tile, to finish
    bool tile_begun_ = false;
};

}  // namespace approxtlm
