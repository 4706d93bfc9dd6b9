#include "platform/trace/vcd_trace.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "models/common/text_file.h"
#include "platform/accelerator/clock.h"

namespace approxtlm::platform {
namespace {

std::string signal_name(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), ' ', '_');
    return text;
}

}  // namespace

/// A process changes traced variables when their moment comes: observers are told ahead of time.
class VcdTrace::Design : public sc_core::sc_module, public UnitObserver {
public:
    SC_HAS_PROCESS(Design);
    Design(const sc_core::sc_module_name& name, VcdTrace& trace, sc_core::sc_trace_file* file,
           const std::string& design)
        : sc_module(name), trace_(trace) {
        for (std::size_t i = 0; i < kUnitNames.size(); ++i) {
            const std::string unit = design + "." + signal_name(kUnitNames[i]);
            sc_core::sc_trace(file, units_[i].busy, unit + ".busy");
            sc_core::sc_trace(file, units_[i].stalled, unit + ".stalled");
            sc_core::sc_trace(file, units_[i].layer, unit + ".layer");
            sc_core::sc_trace(file, units_[i].tile, unit + ".tile");
            sc_core::sc_trace(file, units_[i].fold, unit + ".fold");
        }
        for (std::size_t i = 0; i < kLevelNames.size(); ++i)
            sc_core::sc_trace(file, levels_[i], design + "." + signal_name(kLevelNames[i]));
        SC_METHOD(apply);
        sensitive << due_;
        dont_initialize();
    }

    void begin(Unit unit, const Work& work, Cycle at) override {
        UnitState state;
        state.busy = !work.stalled;
        state.stalled = work.stalled;
        state.layer = work.layer;
        state.tile = static_cast<std::uint32_t>(std::max<std::int64_t>(work.tile, 0));
        state.fold = static_cast<std::uint32_t>(std::max<std::int64_t>(work.fold, 0));
        push(at, {static_cast<std::size_t>(unit), true, state, 0});
    }
    void end(Unit unit, Cycle at) override {
        push(at, {static_cast<std::size_t>(unit), true, UnitState{}, 0});
    }
    void level(Level level, int change, Cycle at) override {
        push(at, {static_cast<std::size_t>(level), false, UnitState{}, change});
    }

private:
    struct UnitState {
        bool busy = false, stalled = false;
        std::uint32_t layer = 0, tile = 0, fold = 0;
    };
    struct Change {
        std::size_t index;
        bool of_unit;
        UnitState state;
        int level;
    };
    void push(Cycle at, const Change& change) {
        if (!trace_.room()) return;
        // A job's cycles count from its start.
        if (changes_.empty() && at == 0) start_ = sc_core::sc_time_stamp();
        changes_.emplace(at, change);
        due_.notify(moment(changes_.begin()->first));
    }
    sc_core::sc_time moment(Cycle at) const {
        const sc_core::sc_time t = start_ + static_cast<double>(at) * kClockPeriod;
        return t > sc_core::sc_time_stamp() ? t - sc_core::sc_time_stamp() : sc_core::SC_ZERO_TIME;
    }
    void apply() {
        while (!changes_.empty() && moment(changes_.begin()->first) == sc_core::SC_ZERO_TIME) {
            const Change& change = changes_.begin()->second;
            if (change.of_unit) {
                units_[change.index] = change.state;
            } else {
                levels_[change.index] += static_cast<std::uint32_t>(change.level);
            }
            changes_.erase(changes_.begin());
        }
        if (!changes_.empty()) due_.notify(moment(changes_.begin()->first));
    }

    VcdTrace& trace_;
    sc_core::sc_event due_;
    sc_core::sc_time start_;
    std::multimap<Cycle, Change> changes_;  ///< equal keys in the order of their coming
    std::array<UnitState, static_cast<std::size_t>(Unit::count)> units_{};
    std::array<std::uint32_t, static_cast<std::size_t>(Level::count)> levels_{};
};

VcdTrace::VcdTrace(const std::vector<std::string>& designs, std::size_t most_changes)
    : most_changes_(most_changes),
      path_((std::filesystem::temp_directory_path() / ("approxtlm-" + std::to_string(getpid()))).string()),
      file_(sc_core::sc_create_vcd_trace_file(path_.c_str())) {
    file_->set_time_unit(100, sc_core::SC_PS);  // the bus decides in mid-cycle
    for (const std::string& name : designs)
        designs_.push_back(std::make_unique<Design>((name + "_trace").c_str(), *this, file_, name));
}

VcdTrace::~VcdTrace() {
    if (file_ != nullptr) sc_core::sc_close_vcd_trace_file(file_);
    if (reader_ >= 0) close(reader_);
    std::error_code ignored;
    std::filesystem::remove(path_ + ".vcd", ignored);
}

void VcdTrace::hide() {
    if (reader_ >= 0) return;
    reader_ = open((path_ + ".vcd").c_str(), O_RDONLY | O_CLOEXEC);
    if (reader_ >= 0) unlink((path_ + ".vcd").c_str());
}

UnitObserver& VcdTrace::design(std::size_t index) { return *designs_[index]; }

bool VcdTrace::room() {
    hide();
    ++(kept_ < most_changes_ ? kept_ : left_out_);
    return left_out_ == 0;
}

std::string VcdTrace::finish() {
    sc_core::sc_close_vcd_trace_file(file_);
    file_ = nullptr;
    return read_text_file(reader_ >= 0 ? "/proc/self/fd/" + std::to_string(reader_) : path_ + ".vcd",
                          std::string::npos);
}

}  // namespace approxtlm::platform
