#pragma once

#include <vector>

#include "models/arithmetic/multiplier.h"

namespace approxtlm::testing {

/// Every multiplier there is.
inline std::vector<Multiplier> all_multipliers() {
    std::vector<Multiplier> all{{MultiplierFamily::exact, 0}};
    for (int m = 1; m <= 7; ++m) all.push_back({MultiplierFamily::perforated, m});
    for (int m = 1; m <= 7; ++m) all.push_back({MultiplierFamily::recursive, m});
    for (int m = 1; m <= 12; ++m) all.push_back({MultiplierFamily::truncated, m});
    return all;
}

}  // namespace approxtlm::testing
