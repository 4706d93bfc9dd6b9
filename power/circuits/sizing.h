#pragma once

#include <map>
#include <vector>

#include "power/gates/netlist.h"
#include "power/gates/timing.h"
#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// Drive strengths: cells of equal function, pins and register behaviour, in the library's order.
class DriveStrengths {
public:
    explicit DriveStrengths(const LibertyLibrary& library);
    /// Those that may stand for `cell`, itself included; empty for a cell that has no others.
    const std::vector<const Cell*>& of(const Cell* cell) const;

private:
    std::map<const Cell*, std::vector<const Cell*>> strengths_;
};

/// Chooses drive strengths of the gates and registers: first stronger ones along the worst path until the
/// netlist meets `target_ps` or nothing helps any more, then weaker ones wherever it still does.
/// `toggles_per_cycle` of every net weigh what a cell costs. Returns the shortest period reached, which is
/// above the target when that cannot be met.
double size_cells(Netlist& netlist, const LibertyLibrary& library, const DriveStrengths& strengths,
                  const TimingOptions& timing, double target_ps,
                  const std::vector<double>& toggles_per_cycle);

}  // namespace approxtlm::power
