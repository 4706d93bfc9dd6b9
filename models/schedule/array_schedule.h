#pragma once

#include "models/common/buffer_timing.h"
#include "models/schedule/fold_walk.h"
#include "models/schedule/schedule_state.h"

namespace approxtlm {

/// The PE array and the correction unit (models/pe_array, models/correction) as steps on moments, in the
/// dataflow of each layer: folds of weights come while the fold before streams.
class ArraySchedule {
public:
    explicit ArraySchedule(ScheduleState& state) : s_(state), window_timer_(state.config.activation_buffer) {}
    bool step() { return shift() || stream(); }

private:
    /// Weights in the shadow registers, or at the array's edge.
    struct WeightFold {
        Cycle begin = 0;  ///< of their way out of the buffer
        Cycle port = 0;   ///< cycles that the buffer takes
        bool last_use = false;
    };
    bool shift();
    bool stream();
    bool begin_job();
    bool begin_tile();
    bool stream_weight_stationary();
    bool stream_output_stationary();
    bool stream_input_stationary();
    void stream_steps();  ///< of the reduction
    bool finish_output_stationary();
    bool begin_held_fold();
    void stream_filters();

    bool take_accumulators();  ///< false: none is free yet
    WeightFold take_weights();
    void done_with_weights(const WeightFold& weights);
    void free_weight_slot(Cycle at_cycle);
    void load_held(const FoldPosition& p);
    /// Cycles of the activation buffer for a fold's im2col window.
    WindowCycles read_window(const FoldPosition& p, bool by_element);
    /// The array is busy for `streaming` cycles; delivery of what streams stretches them (`port` and what of
    /// it is bank conflicts), then another thing.
    void work(Cycle streaming, Stall port, const WindowCycles& delivery, Stall last, Cycle last_cycles);
    /// Sums of the fold go to the accumulator buffer.
    void count_sums(bool accumulate, bool with_sum_a_and_x);
    void hand_over(std::uint32_t filters, Cycle at_cycle);
    void wait_for_drain();
    void next_fold();

    const FoldPosition& at() const { return walk_.at(); }
    bool last_of_sum() const { return at().fold + 1 == job_->t.reduction_folds; }
    Cycle interval() const;  ///< cycles a vector, step or filter takes in the correction unit
    Cycle latency() const;   ///< from the last thing that streams to the sums in the accumulator buffer

    ScheduleState& s_;
    WindowTimer window_timer_;
    TimedTokens shadow_free_{1};
    TimedQueue<WeightFold> shadow_full_;

    Cycle shift_now_ = 0;
    JobPtr shift_job_;
    FoldWalk shift_walk_;

    Cycle now_ = 0;
    JobPtr job_;
    FoldWalk walk_;
    Cycle idle_since_ = 0, job_read_ = 0;
    bool tile_arrived_ = false, accumulators_held_ = false;
    std::uint32_t accumulator_parts_ = AccumulatorParts{}.count;
    bool finishing_ = false;  ///< output-stationary: all steps of a pixel tile are in
    Cycle last_end_ = 0, way_out_free_ = 0;
    bool held_in_place_ = false;  ///< input-stationary: filters stream past
    Cycle held_ready_ = 0;
};

}  // namespace approxtlm
