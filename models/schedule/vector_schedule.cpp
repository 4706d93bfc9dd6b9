#include "models/schedule/vector_schedule.h"

#include "models/vector_unit/vector_unit_timing.h"

namespace approxtlm {

bool VectorSchedule::step() {
    if (job_) return job_->d.opcode == Opcode::matrix ? finish_sums() : element_tile();
    if (!s_.vector_jobs.jobs.available()) return false;
    idle_since_ = now_;
    job_ = s_.vector_jobs.pop(now_);
    job_read_ = now_;
    tile_ = 0;
    return true;
}

bool VectorSchedule::finish_sums() {
    if (!tile_begun_) {
        if (!s_.output_free.available()) return false;
        now_ = s_.output_free.take(now_);
        s_.account.level(Level::output_tiles, 1, now_);
        parts_left_ = job_->sums_of_tile(tile_);
        tile_begun_ = true;
        return true;
    }
    if (!s_.sums.available()) return false;
    const auto [pixels, filters] = s_.sums.pop(now_);
    work(job_->t.dataflow == Dataflow::input_stationary
             ? finish_cycles(s_.config.vector_unit, filters, pixels)
             : finish_cycles(s_.config.vector_unit, pixels, filters));
    s_.account.level(Level::accumulators, -1, now_);
    s_.accumulator_free.post(now_);
    ActivityCounts& activity = s_.account.activity(job_->index);
    activity.add(Activity::accumulator_buffer_read_bytes,
                 std::uint64_t{pixels} * accumulator_entry_bytes(filters));
    activity.add(Activity::vector_unit_ops, std::uint64_t{pixels} * filters);
    if (--parts_left_ > 0) return true;
    now_ += s_.config.vector_unit.pipeline_cycles;
    finish_tile();
    return true;
}

bool VectorSchedule::element_tile() {
    const std::uint32_t layer = job_->index;
    if (!tile_begun_) {
        if (!s_.vector_tiles.available()) return false;
        const Cycle waiting_since = now_;
        const Cycle load_start = s_.vector_tiles.pop(now_);
        s_.account.tile_arrived(layer, tile_ == 0, idle_since_, job_read_, waiting_since, load_start, now_);
        tile_begun_ = true;
        return true;
    }
    if (!s_.output_free.available()) return false;
    const Cycle blocked_since = now_;
    now_ = s_.output_free.take(now_);
    s_.account.level(Level::output_tiles, 1, now_);
    s_.account.stall(layer, Stall::store, blocked_since, now_);

    const LayerDescriptor& d = job_->d;
    const std::uint64_t elements = std::uint64_t{job_->pixels(tile_)} * d.output_channels;
    const bool pool = d.opcode == Opcode::max_pool || d.opcode == Opcode::average_pool;
    const std::uint64_t window = pool ? std::uint64_t{d.kernel_height} * d.kernel_width : 1;
    const std::uint64_t operand =
        std::uint64_t{tile_rows_of(d, tile_).input_count} * d.input_width * d.input_channels;
    ActivityCounts& activity = s_.account.activity(layer);
    activity.add(Activity::activation_buffer_read_bytes,
                 operand * (d.opcode == Opcode::add ? 2 : 1) + scale_table_bytes(d));
    activity.add(Activity::vector_unit_ops, elements * window);
    const std::uint64_t cycles = element_cycles(s_.config.vector_unit, elements, window);
    work(cycles);
    s_.account.busy(layer, cycles);
    s_.account.level(Level::input_tiles, -1, now_);
    s_.tile_free.post(now_);
    const Cycle draining_since = now_;
    now_ += s_.config.vector_unit.pipeline_cycles;
    s_.account.stall(layer, Stall::drain, draining_since, now_);
    s_.account.last_issue(layer, now_);
    finish_tile();
    return true;
}

void VectorSchedule::work(Cycle cycles) {
    s_.account.works(Unit::vector_unit, tile_work(job_->index, tile_), now_, now_ + cycles);
    now_ += cycles;
}

void VectorSchedule::finish_tile() {
    s_.account.activity(job_->index)
        .add(Activity::activation_buffer_write_bytes,
             std::uint64_t{job_->pixels(tile_)} * job_->d.output_channels);
    s_.finished.push(now_, TileFinished{job_, tile_});
    tile_begun_ = false;
    if (++tile_ < job_->tiles) return;
    s_.account.vector_unit_done(job_->index, now_);
    job_.reset();
}

}  // namespace approxtlm
