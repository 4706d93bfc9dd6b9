#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/common/layer_stats.h"
#include "models/job/unit_observer.h"

namespace approxtlm {

/// Cycles of a job's layers and what they went to. Layers follow one another without gap: a layer begins when
/// the stores of the one before have reached memory and ends when its own have. Within a layer every cycle is
/// either busy or charged to one cause, so that cycles == busy_cycles + stalls (docs/timing.md). Moments are
/// cycles since the job's start. What units and buffers do passes through to an observer, where there is one.
class LayerAccount {
public:
    explicit LayerAccount(std::size_t layers = 0, UnitObserver* observer = nullptr)
        : layers_(layers), observer_(observer) {
        if (observer_ != nullptr && layers > 0) observer_->begin(Unit::sequencer, Work{}, 0);
    }

    void busy(std::uint32_t layer, std::uint64_t cycles) { layers_[layer].stats.busy_cycles += cycles; }
    /// Charges [from, to); what lies before the layer's begin belongs to its predecessor.
    void stall(std::uint32_t layer, Stall cause, Cycle from, Cycle to) {
        const Cycle first = std::max(from, layers_[layer].begin);
        if (to > first) layers_[layer].stats.stall_cycles[static_cast<std::size_t>(cause)] += to - first;
    }
    /// Like stall, split in two: up to `boundary` for `before`, from there for `after`.
    void stall_split(std::uint32_t layer, Stall before, Stall after, Cycle boundary, Cycle from, Cycle to) {
        const Cycle middle = std::clamp(boundary, from, to);
        stall(layer, before, from, middle);
        stall(layer, after, middle, to);
    }
    /// The unit that works the layer got an input tile at `now`, after waiting since `waiting_since`. For the
    /// layer's first tile (`first`) the unit had been without a job from `idle_since` to `job_read`; until
    /// the transfer began at `load_start` the sequencer was still busy with the descriptor.
    void tile_arrived(std::uint32_t layer, bool first, Cycle idle_since, Cycle job_read, Cycle waiting_since,
                      Cycle load_start, Cycle now) {
        if (first) {
            stall(layer, Stall::descriptor, idle_since, job_read);
            stall_split(layer, Stall::descriptor, Stall::activation_load, load_start, waiting_since, now);
        } else {
            stall(layer, Stall::activation_load, waiting_since, now);
        }
    }
    /// The unit that works the layer has issued its last cycle of work.
    void last_issue(std::uint32_t layer, Cycle now) { layers_[layer].last_issue = now; }
    /// The vector unit has written the layer's last element.
    void vector_unit_done(std::uint32_t layer, Cycle now) { layers_[layer].vector_done = now; }
    /// The layer's last byte has reached memory.
    void end(std::uint32_t layer, Cycle now) {
        Layer& l = layers_[layer];
        stall(layer, Stall::drain, l.last_issue, l.vector_done);
        stall(layer, Stall::store, l.vector_done, now);
        l.stats.cycles = now - l.begin;
        if (layer + 1 < layers_.size()) layers_[layer + 1].begin = now;
        ended_ = layer + 1;
        if (observer_ == nullptr) return;
        observer_->end(Unit::sequencer, now);
        if (ended_ == layers_.size()) return;
        Work next;
        next.layer = ended_;
        observer_->begin(Unit::sequencer, next, now);
    }

    void works(Unit unit, const Work& work, Cycle from, Cycle to) {
        if (observer_ == nullptr || to <= from) return;
        observer_->begin(unit, work, from);
        observer_->end(unit, to);
    }
    /// The array's work on a fold, of which it is busy for `busy` cycles and stalled for the rest.
    void streams(Work work, Cycle from, Cycle to, Cycle busy) {
        works(Unit::pe_array, work, from, from + busy);
        work.stalled = true;
        works(Unit::pe_array, work, from + busy, to);
    }
    void begin_work(Unit unit, const Work& work, Cycle now) {
        if (observer_ != nullptr) observer_->begin(unit, work, now);
    }
    void end_work(Unit unit, Cycle now) {
        if (observer_ != nullptr) observer_->end(unit, now);
    }
    void level(Level level, int change, Cycle now) {
        if (observer_ != nullptr) observer_->level(level, change, now);
    }

    ActivityCounts& activity(std::uint32_t layer) { return layers_[layer].stats.activity; }
    std::uint32_t layers_ended() const { return ended_; }
    std::vector<LayerStats> stats() const {
        std::vector<LayerStats> result;
        for (const Layer& l : layers_) result.push_back(l.stats);
        return result;
    }

private:
    struct Layer {
        LayerStats stats;
        Cycle begin = 0, last_issue = 0, vector_done = 0;
    };
    std::vector<Layer> layers_;
    UnitObserver* observer_;
    std::uint32_t ended_ = 0;
};

}  // namespace approxtlm
