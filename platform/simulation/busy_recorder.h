#pragma once

#include <vector>

#include "models/job/unit_observer.h"

namespace approxtlm::platform {

/// A stretch of a unit's work on one layer, stalls left out.
struct BusySlice {
    Unit unit{};
    std::uint32_t layer = 0;
    Cycle begin = 0, end = 0;
};

/// Remembers when units worked, and passes everything on to another observer (may be null).
class BusyRecorder : public UnitObserver {
public:
    explicit BusyRecorder(UnitObserver* next) : next_(next) {}
    void begin(Unit unit, const Work& work, Cycle at) override {
        open_[static_cast<std::size_t>(unit)] = {{unit, work.layer, at, at}, work.stalled};
        if (next_ != nullptr) next_->begin(unit, work, at);
    }
    void end(Unit unit, Cycle at) override {
        auto& [slice, stalled] = open_[static_cast<std::size_t>(unit)];
        slice.end = at;
        if (!stalled && at > slice.begin) slices_.push_back(slice);
        if (next_ != nullptr) next_->end(unit, at);
    }
    void level(Level level, int change, Cycle at) override {
        if (next_ != nullptr) next_->level(level, change, at);
    }
    const std::vector<BusySlice>& slices() const { return slices_; }

private:
    struct Open {
        BusySlice slice;
        bool stalled = false;
    };
    UnitObserver* next_;
    std::array<Open, static_cast<std::size_t>(Unit::count)> open_{};
    std::vector<BusySlice> slices_;
};

}  // namespace approxtlm::platform
