#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

#include "models/common/layer_stats.h"

namespace approxtlm {

/// Who did what when, layer by layer. Layers follow one another without gap: a layer begins when the stores
/// of the one before have reached memory and ends when its own have. Within a layer every cycle is either
/// busy or charged to one cause, so that cycles == busy_cycles + stalls (docs/timing.md).
class JobRecorder {
public:
    JobRecorder(sc_core::sc_time clock_period, bool count_activity)
        : clock_period_(clock_period), count_activity_(count_activity) {}

    void begin(std::size_t layers) {
        origin_ = sc_core::sc_time_stamp();
        layers_.assign(layers, {});
        ended_ = 0;
    }

    void busy(std::uint32_t layer, std::uint64_t cycles) { layers_[layer].stats.busy_cycles += cycles; }
    /// Charges [from, to); what lies before the layer's begin belongs to its predecessor.
    void stall(std::uint32_t layer, Stall cause, sc_core::sc_time from, sc_core::sc_time to) {
        const std::uint64_t first = std::max(cycle(from), layers_[layer].begin);
        const std::uint64_t last = cycle(to);
        if (last > first) layers_[layer].stats.stall_cycles[static_cast<std::size_t>(cause)] += last - first;
    }
    /// Like stall, split in two: up to `boundary` for `before`, from there for `after`.
    void stall_split(std::uint32_t layer, Stall before, Stall after, sc_core::sc_time boundary,
                     sc_core::sc_time from, sc_core::sc_time to) {
        const sc_core::sc_time middle = std::clamp(boundary, from, to);
        stall(layer, before, from, middle);
        stall(layer, after, middle, to);
    }
    /// The unit that works the layer got an input tile now, after waiting since `waiting_since`. For the
    /// layer's first tile (`first`) the unit had been without a job from `idle_since` to `job_read`; until
    /// the transfer began at `load_start` the sequencer was still busy with the descriptor.
    void tile_arrived(std::uint32_t layer, bool first, sc_core::sc_time idle_since, sc_core::sc_time job_read,
                      sc_core::sc_time waiting_since, sc_core::sc_time load_start) {
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        if (first) {
            stall(layer, Stall::descriptor, idle_since, job_read);
            stall_split(layer, Stall::descriptor, Stall::activation_load, load_start, waiting_since, now);
        } else {
            stall(layer, Stall::activation_load, waiting_since, now);
        }
    }
    /// The unit that works the layer has issued its last cycle of work now.
    void last_issue(std::uint32_t layer) { layers_[layer].last_issue = sc_core::sc_time_stamp(); }
    /// The vector unit has written the layer's last element now.
    void vector_unit_done(std::uint32_t layer) { layers_[layer].vector_done = sc_core::sc_time_stamp(); }
    /// The layer's last byte has reached memory now.
    void end(std::uint32_t layer) {
        Layer& l = layers_[layer];
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        stall(layer, Stall::drain, l.last_issue, l.vector_done);
        stall(layer, Stall::store, l.vector_done, now);
        l.stats.cycles = cycle(now) - l.begin;
        if (layer + 1 < layers_.size()) layers_[layer + 1].begin = cycle(now);
        ended_ = layer + 1;
        if (on_layer_end) on_layer_end();
    }

    ActivityCounts& activity(std::uint32_t layer) { return layers_[layer].stats.activity; }
    /// Counts of register toggles are optional: they cost time.
    ActivityCounts* toggles(std::uint32_t layer) { return count_activity_ ? &activity(layer) : nullptr; }
    std::uint32_t layers_ended() const { return ended_; }

    std::vector<LayerStats> layers() const {
        std::vector<LayerStats> result;
        for (const Layer& l : layers_) result.push_back(l.stats);
        return result;
    }

    std::function<void()> on_layer_end;

private:
    struct Layer {
        LayerStats stats;
        std::uint64_t begin = 0;
        sc_core::sc_time last_issue, vector_done;
    };
    std::uint64_t cycle(sc_core::sc_time t) const {
        return t <= origin_ ? 0 : static_cast<std::uint64_t>(std::llround((t - origin_) / clock_period_));
    }

    const sc_core::sc_time clock_period_;
    const bool count_activity_;
    sc_core::sc_time origin_;
    std::vector<Layer> layers_;
    std::uint32_t ended_ = 0;
};

}  // namespace approxtlm
