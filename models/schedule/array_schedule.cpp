#include "models/schedule/array_schedule.h"

#include <algorithm>

#include "models/buffers/buffer_timing.h"
#include "models/correction/correction_timing.h"
#include "models/pe_array/pe_array_timing.h"

namespace approxtlm {

bool ArraySchedule::shift() {
    if (!shift_job_) {
        if (!s_.shift_jobs.jobs.available()) return false;
        shift_job_ = s_.shift_jobs.pop(shift_now_);
        shift_walk_ = FoldWalk(shift_job_->t);
        return true;
    }
    const LayerJob& job = *shift_job_;
    const bool first_use = !job.resident() || shift_walk_.tile == 0;
    const bool last_use = !job.resident() || shift_walk_.tile + 1 == job.tiles;
    if (!shadow_free_.available() || (first_use && !s_.weights_ready.available())) return false;
    shift_now_ = shadow_free_.take(shift_now_);
    if (first_use) shift_now_ = s_.weights_ready.take(shift_now_);
    const Cycle begin = shift_now_;
    const std::uint32_t bytes = job.t.fold_bytes(shift_walk_.filter_tile, shift_walk_.fold);
    s_.account.activity(job.index).add(Activity::weight_buffer_read_bytes, bytes);
    shift_now_ +=
        std::max(access_cycles(s_.config.weight_buffer, bytes), weight_shift_cycles(s_.config.pe_array));
    if (last_use) s_.weight_slot_free.post(shift_now_);
    shadow_full_.push(shift_now_, begin);
    shift_walk_.next();
    if (shift_walk_.tile == job.tiles) shift_job_.reset();
    return true;
}

bool ArraySchedule::stream() {
    if (!job_) {
        if (!s_.stream_jobs.jobs.available()) return false;
        idle_since_ = now_;
        job_ = s_.stream_jobs.pop(now_);
        job_read_ = now_;
        walk_ = FoldWalk(job_->t);
        return true;
    }
    if (!tile_arrived_) {
        if (!s_.array_tiles.available()) return false;
        arrive();
        return true;
    }
    if (!accumulator_held_) {
        if (!s_.accumulator_free.available()) return false;
        const Cycle waiting_since = now_;
        now_ = s_.accumulator_free.take(now_);
        s_.account.stall(job_->index, Stall::accumulator, waiting_since, now_);
        accumulator_held_ = true;
    }
    if (!shadow_full_.available()) return false;
    stream_fold();
    return true;
}

void ArraySchedule::arrive() {
    const Cycle waiting_since = now_;
    const Cycle load_start = s_.array_tiles.pop(now_);
    s_.account.tile_arrived(job_->index, walk_.tile == 0, idle_since_, job_read_, waiting_since, load_start,
                            now_);
    tile_arrived_ = true;
}

void ArraySchedule::stream_fold() {
    const std::uint32_t layer = job_->index;
    const Cycle waiting_since = now_;
    const Cycle shift_begin = shadow_full_.pop(now_);
    s_.account.stall_split(layer, Stall::weight_load, Stall::weight_shift, shift_begin, waiting_since, now_);
    if (s_.config.pe_array.shadow_weights) shadow_free_.post(now_);

    const std::uint32_t rows = job_->t.fold_rows(walk_.fold);
    const std::uint32_t columns = job_->t.fold_columns(walk_.filter_tile);
    const std::uint32_t vectors = job_->pixels(walk_.tile);
    const bool corrected = job_->corrected();
    const Cycle begin = now_;
    const Cycle port = vector_read_cycles(s_.config.activation_buffer, vectors, rows);
    now_ += std::max(port, vectors * mac_plus_interval_cycles(s_.config.correction, corrected));
    s_.account.busy(layer, vectors);
    s_.account.stall_split(layer, Stall::activation_port, Stall::mac_plus, begin + port, begin + vectors,
                           now_);
    ActivityCounts& activity = s_.account.activity(layer);
    const std::uint64_t sums_bytes = std::uint64_t{vectors} * accumulator_entry_bytes(columns);
    activity.add(Activity::activation_buffer_read_bytes, std::uint64_t{vectors} * rows);
    activity.add(Activity::accumulator_buffer_write_bytes, sums_bytes);
    if (!walk_.first_of_sum()) activity.add(Activity::accumulator_buffer_read_bytes, sums_bytes);
    if (walk_.last_of_sum()) {
        if (corrected) activity.add(Activity::mac_plus_ops, std::uint64_t{vectors} * columns);
        s_.sums.push(now_ + array_drain_cycles(s_.config.pe_array) + mac_plus_latency_cycles(corrected),
                     columns);
        accumulator_held_ = false;
    }
    if (!s_.config.pe_array.shadow_weights) {
        const Cycle draining_since = now_;
        now_ += array_drain_cycles(s_.config.pe_array);
        s_.account.stall(layer, Stall::drain, draining_since, now_);
        shadow_free_.post(now_);
    }
    const std::uint32_t tile = walk_.tile;
    walk_.next();
    if (walk_.tile != tile) finish_tile();
}

void ArraySchedule::finish_tile() {
    s_.tile_free.post(now_);
    tile_arrived_ = false;
    if (walk_.tile < job_->tiles) return;
    s_.account.last_issue(job_->index, now_);
    job_.reset();
}

}  // namespace approxtlm
