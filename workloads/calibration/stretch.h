#pragma once

#include <cstddef>
#include <cstdint>

namespace approxtlm::workloads {

/// Where a filter's weights lie among the codes.
struct FilterCodes {
    const std::int16_t* own = nullptr;  ///< the network's codes
    std::size_t count = 0;
    int zero_point = 0;        ///< of the network's codes
    int lowest = 0;            ///< smallest code there is: 0 or -128
    bool may_move = true;      ///< another zero point is allowed
    double least_gain = 1e-3;  ///< the finest step, in steps of the network's codes
};

/// The same weights on a finer scale: `share` of their range, about its middle, fills all 256 codes, what
/// lies outside saturates. The multipliers' errors stay as large while everything else grows. Writes `codes`
/// [count] and returns the new step in steps of the network's codes.
double stretch_codes(const FilterCodes& filter, double share, std::int16_t* codes);

}  // namespace approxtlm::workloads
