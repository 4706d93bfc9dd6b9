#pragma once

#include <cstdint>
#include <optional>

#include "models/arithmetic/multiplier.h"
#include "models/common/accelerator_config.h"
#include "models/common/activity_counts.h"
#include "power/estimator/operating_point.h"
#include "power/technology/technology.h"

namespace approxtlm::power {

/// The design whose activity is priced.
struct PricedDesign {
    Multiplier multiplier;
    bool corrected = false;   ///< MAC+ and sum-x are built and used
    bool needs_sum_a = true;  ///< the zero-point column is built (same for exact and approximate designs)
    CorrectionOrganization organization = CorrectionOrganization::shared_column;
    /// Must be the one the technology file was measured with; absent: the multiplier's own.
    std::optional<Variate> variate = std::nullopt;
    Encoding encoding = Encoding::unsigned_codes;
};

/// Milliwatts while the job runs. Array scope: multiplier .. leakage; accelerator scope: to sequencer; system
/// scope: all of it. `correction` holds MAC+, sum-x and the sum-A column.
struct PowerBreakdown {
    double multiplier = 0, accumulator = 0, registers = 0, correction = 0, clock = 0, leakage = 0;
    double skew_registers = 0, buffers = 0, dma = 0, vector_unit = 0, sequencer = 0;
    double bus = 0, dram = 0;
    double array_mw() const { return multiplier + accumulator + registers + correction + clock + leakage; }
    double accelerator_mw() const {
        return array_mw() + skew_registers + buffers + dma + vector_unit + sequencer;
    }
    double system_mw() const { return accelerator_mw() + bus + dram; }
};

struct PowerEstimate {
    PowerBreakdown mw;
    double array_energy_uj = 0;  ///< per image
    double accelerator_energy_uj = 0;
    double system_energy_uj = 0;
    double array_area_um2 = 0;
    double latency_us = 0;   ///< per image
    ModelError model_error;  ///< of the PE's macro-models, over the rows that the array has
};

/// activity x technology / time; `activity` and `cycles` are per image (or per layer). Throws InputError
/// where the technology lacks what the design needs or the operating point is out of its limits, and
/// std::invalid_argument for no cycles. With clock gating idle PEs cost leakage alone.
PowerEstimate estimate(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                       const OperatingPoint& point, const AcceleratorConfig& config,
                       const PricedDesign& design);

}  // namespace approxtlm::power
