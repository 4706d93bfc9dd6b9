#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/trace/run_trace.h"

namespace approxtlm::platform {

/// Trace Event JSON: a process per design, a track per unit, counters for levels and for the bandwidth of
/// memory (a transfer's bytes spread evenly over its time, latency included). One cycle is shown as a
/// nanosecond.
class PerfettoTrace : public RunTrace {
public:
    /// At most `most_slices` pieces of work per run are kept, about 100 bytes each in the file.
    PerfettoTrace(const std::vector<std::string>& designs, std::vector<std::string> layers,
                  std::size_t most_slices = 500'000);

    UnitObserver& design(std::size_t index) override { return designs_[index]; }
    void counter(std::size_t design, const std::string& name, Cycle at, double value) override;
    std::string finish() override;
    bool truncated() const override { return left_out_ > 0; }

private:
    struct Slice {
        Unit unit{};
        Work work;
        Cycle begin = 0, end = 0;
    };
    struct Change {
        Level level{};
        int change = 0;
        Cycle at = 0;
    };
    struct Figure {
        std::string name;
        Cycle at = 0;
        double value = 0;
    };
    class Design : public UnitObserver {
    public:
        Design(PerfettoTrace& trace, std::string name) : name_(std::move(name)), trace_(trace) {}
        void begin(Unit unit, const Work& work, Cycle at) override;
        void end(Unit unit, Cycle at) override;
        void level(Level level, int change, Cycle at) override;

        void counter(const std::string& name, Cycle at, double value) {
            figures_.push_back({name, at, value});
        }
        void append(std::string& out, std::size_t process);

    private:
        void append_slice(std::string& out, std::size_t process, const Slice& slice) const;
        void append_levels(std::string& out, std::size_t process);
        void append_bandwidth(std::string& out, std::size_t process) const;

        std::string name_;
        PerfettoTrace& trace_;
        std::vector<Slice> slices_;
        std::vector<Change> changes_;
        std::vector<Figure> figures_;
        std::array<Slice, static_cast<std::size_t>(Unit::count)> open_{};
    };
    bool room();

    const std::vector<std::string> layers_;
    const std::size_t most_slices_;
    std::size_t kept_ = 0, left_out_ = 0;
    std::vector<Design> designs_;
};

}  // namespace approxtlm::platform
