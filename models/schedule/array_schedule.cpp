#include "models/schedule/array_schedule.h"

#include <algorithm>

#include "models/common/array_timing.h"
#include "models/correction/correction_timing.h"

namespace approxtlm {

bool ArraySchedule::shift() {
    if (!shift_job_) {
        if (!s_.shift_jobs.jobs.available()) return false;
        shift_job_ = s_.shift_jobs.pop(shift_now_);
        shift_walk_ = FoldWalk(*shift_job_);
        return true;
    }
    const LayerJob& job = *shift_job_;
    const FoldPosition& p = shift_walk_.at();
    const bool first_use = job.first_use(shift_walk_.tile(), p);
    if (!shadow_free_.available() || (first_use && !s_.weights_ready.available())) return false;
    shift_now_ = shadow_free_.take(shift_now_);
    if (first_use) shift_now_ = s_.weights_ready.take(shift_now_);

    const std::uint32_t bytes = fold_read_bytes(job.t, p);
    s_.account.activity(job.index).add(Activity::weight_buffer_read_bytes, bytes);
    const WeightFold fold{shift_now_, access_cycles(s_.config.weight_buffer, bytes),
                          job.last_use(shift_walk_.tile(), p)};
    if (job.t.dataflow == Dataflow::weight_stationary) {
        shift_now_ += std::max(fold.port, shift_in_cycles(s_.config.pe_array));
        s_.account.works(Unit::weight_shift, fold_work(job.index, shift_walk_.tile(), p), fold.begin,
                         shift_now_);
        if (fold.last_use) free_weight_slot(shift_now_);
    }
    shadow_full_.push(shift_now_, fold);
    shift_walk_.next();
    if (shift_walk_.done()) shift_job_.reset();
    return true;
}

bool ArraySchedule::stream() {
    if (!job_) return begin_job();
    if (!tile_arrived_) return begin_tile();
    switch (job_->t.dataflow) {
        case Dataflow::weight_stationary:
            return stream_weight_stationary();
        case Dataflow::output_stationary:
            return stream_output_stationary();
        case Dataflow::input_stationary:
            break;
    }
    return stream_input_stationary();
}

bool ArraySchedule::begin_job() {
    if (!s_.stream_jobs.jobs.available()) return false;
    idle_since_ = now_;
    job_ = s_.stream_jobs.pop(now_);
    job_read_ = now_;
    walk_ = FoldWalk(*job_);
    return true;
}

bool ArraySchedule::begin_tile() {
    if (!s_.array_tiles.available()) return false;
    const Cycle waiting_since = now_;
    const Cycle load_start = s_.array_tiles.pop(now_);
    s_.account.tile_arrived(job_->index, walk_.tile() == 0, idle_since_, job_read_, waiting_since, load_start,
                            now_);
    if (walk_.tile() == 0) {
        const std::uint32_t count = job_->accumulators.count;
        for (; accumulator_parts_ < count; ++accumulator_parts_) s_.accumulator_free.post(now_);
        for (; accumulator_parts_ > count; --accumulator_parts_) now_ = s_.accumulator_free.take(now_);
    }
    tile_arrived_ = true;
    if (job_->t.dataflow == Dataflow::input_stationary) load_held(at());
    return true;
}

bool ArraySchedule::stream_weight_stationary() {
    if (at().fold == 0 && !accumulators_held_ && !take_accumulators()) return false;
    if (!shadow_full_.available()) return false;
    take_weights();
    if (s_.config.pe_array.shadow_weights) shadow_free_.post(now_);
    work(at().pixels, Stall::activation_port, read_window(at(), false), Stall::mac_plus,
         at().pixels * interval());
    count_sums(at().fold > 0, true);
    if (last_of_sum()) hand_over(job_->t.fold_columns(at().filter_tile), now_ + latency());
    if (!s_.config.pe_array.shadow_weights) {
        wait_for_drain();
        shadow_free_.post(now_);
    }
    next_fold();
    return true;
}

bool ArraySchedule::stream_output_stationary() {
    if (finishing_) return finish_output_stationary();
    if (!shadow_full_.available()) return false;
    stream_steps();
    finishing_ = last_of_sum();
    if (!finishing_) next_fold();
    return true;
}

void ArraySchedule::stream_steps() {
    const WeightFold weights = take_weights();
    work(job_->t.fold_rows(at().fold), Stall::activation_port, read_window(at(), true), Stall::weight_port,
         weights.port);
    done_with_weights(weights);
    if (!last_of_sum() || way_out_free_ <= now_) return;
    const Cycle waiting_since = now_;
    now_ = way_out_free_;
    s_.account.stall_split(job_->index, Stall::drain, Stall::mac_plus, last_end_ + s_.config.pe_array.rows,
                           waiting_since, now_);
}

bool ArraySchedule::finish_output_stationary() {
    if (!take_accumulators()) return false;
    finishing_ = false;
    last_end_ = now_;
    way_out_free_ = now_ + s_.config.pe_array.rows * interval();
    s_.account.works(Unit::correction, fold_work(job_->index, walk_.tile(), at()),
                     now_ + latency() - s_.config.pe_array.rows * interval(), now_ + latency());
    count_sums(false, true);
    hand_over(job_->t.fold_columns(at().filter_tile), now_ + latency());
    next_fold();
    return true;
}

bool ArraySchedule::stream_input_stationary() {
    if (!held_in_place_) return begin_held_fold();
    if (!shadow_full_.available()) return false;
    stream_filters();
    return true;
}

bool ArraySchedule::begin_held_fold() {
    if (at().fold == 0 && !accumulators_held_ && !take_accumulators()) return false;
    if (held_ready_ > now_) {
        s_.account.stall(job_->index, Stall::weight_shift, now_, held_ready_);
        now_ = held_ready_;
    }
    held_in_place_ = true;
    const FoldPosition* next = walk_.ahead(job_->t.filter_tiles);
    if (s_.config.pe_array.shadow_weights && next != nullptr) load_held(*next);
    return true;
}

void ArraySchedule::stream_filters() {
    const WeightFold weights = take_weights();
    const std::uint32_t filters = job_->t.fold_columns(at().filter_tile);
    const bool last_filters = at().filter_tile + 1 == job_->t.filter_tiles;
    work(filters, Stall::weight_port, {weights.port, 0}, Stall::mac_plus, filters * interval());
    done_with_weights(weights);
    count_sums(at().fold > 0, last_of_sum() && last_filters);
    if (last_of_sum() && last_filters) hand_over(job_->t.filters, now_ + latency());
    if (last_filters) {
        held_in_place_ = false;
        if (!s_.config.pe_array.shadow_weights) {
            wait_for_drain();
            if (const FoldPosition* next = walk_.ahead(1)) load_held(*next);
        }
    }
    next_fold();
}

bool ArraySchedule::take_accumulators() {
    if (!s_.accumulator_free.available()) return false;
    const Cycle waiting_since = now_;
    now_ = s_.accumulator_free.take(now_);
    s_.account.stall(job_->index, Stall::accumulator, waiting_since, now_);
    s_.account.level(Level::accumulators, 1, now_);
    accumulators_held_ = true;
    return true;
}

ArraySchedule::WeightFold ArraySchedule::take_weights() {
    const Cycle waiting_since = now_;
    const WeightFold fold = shadow_full_.pop(now_);
    s_.account.stall_split(job_->index, Stall::weight_load, Stall::weight_shift, fold.begin, waiting_since,
                           now_);
    return fold;
}

void ArraySchedule::done_with_weights(const WeightFold& weights) {
    if (weights.last_use) free_weight_slot(now_);
    shadow_free_.post(now_);
}

void ArraySchedule::free_weight_slot(Cycle at_cycle) {
    s_.account.level(Level::weight_slots, -1, at_cycle);
    s_.weight_slot_free.post(at_cycle);
}

void ArraySchedule::load_held(const FoldPosition& p) {
    held_ready_ = now_ + std::max(read_window(p, true).total(), shift_in_cycles(s_.config.pe_array));
    s_.account.works(Unit::weight_shift, fold_work(job_->index, walk_.tile(), p), now_, held_ready_);
}

WindowCycles ArraySchedule::read_window(const FoldPosition& p, bool by_element) {
    const std::uint32_t rows = job_->t.fold_rows(p.fold);
    s_.account.activity(job_->index)
        .add(Activity::activation_buffer_read_bytes, std::uint64_t{p.pixels} * rows);
    return window_timer_(job_->d, window_read(job_->d, job_->t, walk_.tile(), p, by_element));
}

void ArraySchedule::work(Cycle streaming, Stall port, const WindowCycles& delivery, Stall last,
                         Cycle last_cycles) {
    const Cycle begin = now_;
    now_ += std::max({streaming, delivery.total(), last_cycles});
    const Work fold = fold_work(job_->index, walk_.tile(), at());
    s_.account.streams(fold, begin, now_, streaming);
    if (job_->t.dataflow != Dataflow::output_stationary)
        s_.account.works(Unit::correction, fold, begin + latency(), now_ + latency());
    s_.account.busy(job_->index, streaming);
    const Cycle worked = begin + streaming, delivered = begin + delivery.total();
    s_.account.stall_split(job_->index, port, Stall::bank_conflict, begin + delivery.port, worked, delivered);
    s_.account.stall(job_->index, last, std::max(worked, delivered), now_);
}

void ArraySchedule::count_sums(bool accumulate, bool with_sum_a_and_x) {
    const Tiling& t = job_->t;
    const std::uint32_t filters = t.fold_columns(at().filter_tile);
    const bool entries = t.dataflow != Dataflow::input_stationary;  // sum A and sum x with each
    const std::uint64_t stored = std::uint64_t{at().pixels} * (filters + (with_sum_a_and_x ? 2 : 0)) * 4;
    ActivityCounts& activity = s_.account.activity(job_->index);
    activity.add(Activity::accumulator_buffer_write_bytes, stored);
    if (accumulate)
        activity.add(Activity::accumulator_buffer_read_bytes,
                     entries ? stored : std::uint64_t{at().pixels} * filters * 4);
    if (last_of_sum() && job_->corrected())
        activity.add(Activity::mac_plus_ops, std::uint64_t{at().pixels} * filters);
}

void ArraySchedule::hand_over(std::uint32_t filters, Cycle at_cycle) {
    s_.sums.push(at_cycle, ScheduledSums{at().pixels, filters});
    accumulators_held_ = false;
}

void ArraySchedule::wait_for_drain() {
    const Cycle draining_since = now_;
    now_ += array_drain_cycles(s_.config.pe_array);
    s_.account.stall(job_->index, Stall::drain, draining_since, now_);
}

void ArraySchedule::next_fold() {
    const std::uint32_t tile = walk_.tile();
    walk_.next();
    if (walk_.tile() == tile) return;
    s_.account.level(Level::input_tiles, -1, now_);
    s_.tile_free.post(now_);
    tile_arrived_ = false;
    if (!walk_.done()) return;
    s_.account.last_issue(job_->index, now_);
    job_.reset();
}

Cycle ArraySchedule::interval() const {
    return mac_plus_interval_cycles(s_.config.correction, job_->corrected());
}

Cycle ArraySchedule::latency() const {
    return array_drain_cycles(s_.config.pe_array, job_->t.dataflow, interval()) +
           mac_plus_latency_cycles(job_->corrected());
}

}  // namespace approxtlm
