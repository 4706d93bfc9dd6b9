#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/job/unit_observer.h"

namespace approxtlm::platform {

enum class TraceFormat {
    perfetto,  ///< Trace Event JSON for ui.perfetto.dev
    vcd        ///< waves of unit states and levels, cycle mode only
};

/// `--trace FORMAT[:FILE]`. Without FILE: trace.json or trace.vcd in `directory`.
struct TraceRequest {
    TraceFormat format{};
    std::string file;
};
TraceRequest parse_trace(const std::string& text, const std::string& directory);  ///< throws InputError

/// What the units of a run's designs did, on its way into one file.
class RunTrace {
public:
    virtual ~RunTrace() = default;
    /// Of one design, in the order of the designs.
    virtual UnitObserver& design(std::size_t index) = 0;
    /// A figure beside the design's units from cycle `at` on; formats without numbers leave it out.
    virtual void counter(std::size_t /*design*/, const std::string& /*name*/, Cycle /*at*/,
                         double /*value*/) {}
    /// The file's content. Call once, after the simulation.
    virtual std::string finish() = 0;
    /// Whether events were left out to keep the file small.
    virtual bool truncated() const = 0;
};

/// Build it before the simulation starts. `layers`: names, the same for every design.
std::unique_ptr<RunTrace> make_trace(TraceFormat format, const std::vector<std::string>& designs,
                                     const std::vector<std::string>& layers);

}  // namespace approxtlm::platform
