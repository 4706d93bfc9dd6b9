#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/opensta/opensta_check.h"

namespace approxtlm::power {

/// Runs Debian's OpenSTA on a netlist and compares its timing and power with ours: ports with fixed
/// transitions, arrivals and loads (not abutted), every net with one edge in five periods. Files go to
/// `folder`. nullopt where `sta` is not on PATH. Throws InputError when it fails.
std::optional<OpenStaCheck> run_opensta(const Netlist& netlist, const LibertyLibrary& library,
                                        double period_ps, const std::string& folder);

}  // namespace approxtlm::power
