#include "models/schedule/load_schedule.h"

#include "models/sequencer/layer_transfers.h"
#include "models/sequencer/sequencer_timing.h"

namespace approxtlm {
namespace {

/// Counts a transfer that took from `begin` to now.
void count(ScheduleState& s, DmaChannel channel, const DmaTransfer& transfer, Work work, Cycle begin) {
    const std::size_t unit =
        static_cast<std::size_t>(Unit::dma_descriptor) + static_cast<std::size_t>(channel);
    work.bytes = transfer.bytes();
    s.account.works(static_cast<Unit>(unit), work, begin, s.bus.finished(channel));
    ActivityCounts& activity = s.account.activity(work.layer);
    activity.add(transfer.store ? Activity::memory_write_bytes : Activity::memory_read_bytes,
                 transfer.bytes());
    activity.add(Activity::dma_bursts, s.bus.bursts(channel));
}

}  // namespace

bool FetchSchedule::step() {
    if (!job_) {
        if (index_ == layers_.size()) return false;
        if (!fetching_) {
            s_.bus.begin(DmaChannel::descriptor, descriptor_transfer(descriptor_base_, index_), now_);
            fetching_ = true;
            return true;
        }
        if (!s_.bus.idle(DmaChannel::descriptor)) return false;
        decode();
        return true;
    }
    if (!queues_.back()->room.available()) return false;
    now_ = queues_.back()->room.take(now_);
    queues_.back()->jobs.push(now_, job_);
    queues_.pop_back();
    if (queues_.empty()) job_.reset();
    return true;
}

void FetchSchedule::decode() {
    Work work;
    work.layer = index_;
    count(s_, DmaChannel::descriptor, descriptor_transfer(descriptor_base_, index_), work, now_);
    s_.account.activity(index_).add(Activity::descriptors, 1);
    now_ = s_.bus.finished(DmaChannel::descriptor) + kDecodeCycles;
    fetching_ = false;
    job_ = decode_layer(index_, layers_[index_], s_.config, next_slot_);
    queues_ = {&s_.vector_jobs};
    if (job_->d.opcode == Opcode::matrix) {
        next_slot_ = (next_slot_ + job_->slots_used()) % s_.weight_slots;
        queues_.insert(queues_.end(), {&s_.stream_jobs, &s_.shift_jobs, &s_.weight_jobs});
    }
    queues_.push_back(&s_.activation_jobs);
    ++index_;
}

bool WeightLoadSchedule::step() {
    if (!job_) {
        if (!s_.weight_jobs.jobs.available()) return false;
        job_ = s_.weight_jobs.pop(now_);
        walk_ = FoldWalk(*job_);
        sequence_ = 0;
        return true;
    }
    if (!loading_) {
        if (!s_.weight_slot_free.available()) return false;
        now_ = s_.weight_slot_free.take(now_);
        transfer_ = weight_transfer(*job_, walk_.at(), sequence_++, s_.weight_slots);
        s_.bus.begin(DmaChannel::weights, transfer_, now_);
        loading_ = true;
        return true;
    }
    if (!s_.bus.idle(DmaChannel::weights)) return false;
    count(s_, DmaChannel::weights, transfer_, fold_work(job_->index, walk_.tile(), walk_.at()), now_);
    now_ = s_.bus.finished(DmaChannel::weights);
    s_.account.level(Level::weight_slots, 1, now_);
    s_.account.activity(job_->index).add(Activity::weight_buffer_write_bytes, transfer_.bytes());
    s_.weights_ready.post(now_);
    loading_ = false;
    do walk_.next();
    while (!walk_.done() && !job_->first_use(walk_.tile(), walk_.at()));
    if (walk_.done()) job_.reset();
    return true;
}

bool ActivationLoadSchedule::step() {
    if (!job_) {
        if (!s_.activation_jobs.jobs.available()) return false;
        job_ = s_.activation_jobs.pop(now_);
        tile_ = 0;
        return true;
    }
    if (!tile_begun_) {
        if (s_.layer_stored.size() < job_->index || !s_.tile_free.available()) return false;
        if (job_->index > 0) now_ = std::max(now_, s_.layer_stored[job_->index - 1]);
        now_ = load_start_ = s_.tile_free.take(now_);
        s_.account.level(Level::input_tiles, 1, now_);
        transfers_ = input_transfers(*job_, tile_);
        next_transfer_ = 0;
        tile_begun_ = true;
        return true;
    }
    if (loading_) {
        if (!s_.bus.idle(DmaChannel::activations)) return false;
        const DmaTransfer& loaded = transfers_[next_transfer_++];
        count(s_, DmaChannel::activations, loaded, tile_work(job_->index, tile_), now_);
        now_ = s_.bus.finished(DmaChannel::activations);
        s_.account.activity(job_->index).add(Activity::activation_buffer_write_bytes, loaded.bytes());
        loading_ = false;
    }
    if (next_transfer_ < transfers_.size()) {
        s_.bus.begin(DmaChannel::activations, transfers_[next_transfer_], now_);
        loading_ = true;
    } else {
        finish_tile();
    }
    return true;
}

void ActivationLoadSchedule::finish_tile() {
    (job_->d.opcode == Opcode::matrix ? s_.array_tiles : s_.vector_tiles).push(now_, load_start_);
    tile_begun_ = false;
    if (++tile_ == job_->tiles) job_.reset();
}

bool StoreSchedule::step() {
    if (!storing_) {
        if (!s_.finished.available()) return false;
        tile_ = s_.finished.pop(now_);
        transfer_ = store_transfer(*tile_.job, tile_.tile);
        s_.bus.begin(DmaChannel::store, transfer_, now_);
        storing_ = true;
        return true;
    }
    if (!s_.bus.idle(DmaChannel::store)) return false;
    const std::uint32_t layer = tile_.job->index;
    count(s_, DmaChannel::store, transfer_, tile_work(layer, tile_.tile), now_);
    now_ = s_.bus.finished(DmaChannel::store);
    s_.account.activity(layer).add(Activity::activation_buffer_read_bytes, transfer_.bytes());
    s_.account.level(Level::output_tiles, -1, now_);
    s_.output_free.post(now_);
    storing_ = false;
    if (tile_.tile + 1 == tile_.job->tiles) {
        s_.account.end(layer, now_);
        s_.layer_stored.push_back(now_);
    }
    return true;
}

}  // namespace approxtlm
