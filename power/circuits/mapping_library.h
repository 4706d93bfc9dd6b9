#pragma once

#include <string>
#include <vector>

#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// One Liberty text of these gates (ps, fF) for logic synthesis: area, capacitances, functions, the worst of
/// each input's delay tables; no power. Several files of any size become one that abc reads in no time.
std::string mapping_library(const LibertyLibrary& library, const std::vector<const Cell*>& gates);

}  // namespace approxtlm::power
