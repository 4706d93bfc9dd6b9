#pragma once

#include <cstdint>

#include "power/estimator/estimator.h"

namespace approxtlm::power {

/// Of a job at the file's voltage: femtojoules by component, and leakage in nanowatts. The names are
/// PowerBreakdown's; `leakage` of `fj` stays 0.
struct ArrayEnergy {
    PowerBreakdown fj;
    double array_leakage_nw = 0, skew_leakage_nw = 0;
    ModelError model_error;
};
ArrayEnergy array_energy(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                         const AcceleratorConfig& config, const PricedDesign& design);

/// Rows 1..rows that lie in class k.
double rows_in_class(unsigned rows, std::size_t k);

}  // namespace approxtlm::power
