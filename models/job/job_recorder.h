#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

#include "models/job/layer_account.h"

namespace approxtlm {

/// Who did what when, layer by layer: LayerAccount with the simulation's time.
class JobRecorder {
public:
    JobRecorder(sc_core::sc_time clock_period, bool count_activity)
        : clock_period_(clock_period), count_activity_(count_activity) {}

    void begin(std::size_t layers) {
        origin_ = sc_core::sc_time_stamp();
        account_ = LayerAccount(layers, observer);
    }

    void busy(std::uint32_t layer, std::uint64_t cycles) { account_.busy(layer, cycles); }
    void stall(std::uint32_t layer, Stall cause, sc_core::sc_time from, sc_core::sc_time to) {
        account_.stall(layer, cause, cycle(from), cycle(to));
    }
    void stall_split(std::uint32_t layer, Stall before, Stall after, sc_core::sc_time boundary,
                     sc_core::sc_time from, sc_core::sc_time to) {
        account_.stall_split(layer, before, after, cycle(boundary), cycle(from), cycle(to));
    }
    void tile_arrived(std::uint32_t layer, bool first, sc_core::sc_time idle_since, sc_core::sc_time job_read,
                      sc_core::sc_time waiting_since, sc_core::sc_time load_start) {
        account_.tile_arrived(layer, first, cycle(idle_since), cycle(job_read), cycle(waiting_since),
                              cycle(load_start), now());
    }
    void last_issue(std::uint32_t layer) { account_.last_issue(layer, now()); }
    void vector_unit_done(std::uint32_t layer) { account_.vector_unit_done(layer, now()); }
    void end(std::uint32_t layer) {
        account_.end(layer, now());
        if (on_layer_end) on_layer_end();
    }

    /// Call when the work begins, at the latest.
    void works(Unit unit, const Work& work, sc_core::sc_time from, sc_core::sc_time to) {
        account_.works(unit, work, cycle(from), cycle(to));
    }
    void streams(const Work& work, sc_core::sc_time from, sc_core::sc_time to, std::uint64_t busy) {
        account_.streams(work, cycle(from), cycle(to), busy);
    }
    void begin_work(Unit unit, const Work& work) { account_.begin_work(unit, work, now()); }
    void end_work(Unit unit) { account_.end_work(unit, now()); }
    void level(Level level, int change) { account_.level(level, change, now()); }

    ActivityCounts& activity(std::uint32_t layer) { return account_.activity(layer); }
    /// Counts of register toggles are optional: they cost time.
    ActivityCounts* toggles(std::uint32_t layer) { return count_activity_ ? &activity(layer) : nullptr; }
    std::uint32_t layers_ended() const { return account_.layers_ended(); }
    std::vector<LayerStats> layers() const { return account_.stats(); }

    std::function<void()> on_layer_end;
    UnitObserver* observer = nullptr;  ///< of the jobs that begin from now on

private:
    std::uint64_t now() const { return cycle(sc_core::sc_time_stamp()); }
    std::uint64_t cycle(sc_core::sc_time t) const {
        return t <= origin_ ? 0 : static_cast<std::uint64_t>(std::llround((t - origin_) / clock_period_));
    }

    const sc_core::sc_time clock_period_;
    const bool count_activity_;
    sc_core::sc_time origin_;
    LayerAccount account_;
};

}  // namespace approxtlm
