#pragma once

#include <cstdint>
#include <optional>

#include "models/arithmetic/multiplier.h"
#include "models/common/accelerator_config.h"
#include "models/common/activity_counts.h"
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
};

/// Milliwatts while the job runs. Array scope: multiplier .. leakage; accelerator scope: all of it.
/// `correction` holds MAC+, sum-x and the sum-A column.
struct PowerBreakdown {
    double multiplier = 0, accumulator = 0, registers = 0, correction = 0, clock = 0, leakage = 0;
    double buffers = 0, dma = 0, vector_unit = 0, sequencer = 0;
    double array_mw() const { return multiplier + accumulator + registers + correction + clock + leakage; }
    double accelerator_mw() const { return array_mw() + buffers + dma + vector_unit + sequencer; }
};

struct PowerEstimate {
    PowerBreakdown mw;
    double array_energy_uj = 0;  ///< per image
    double accelerator_energy_uj = 0;
    double array_area_um2 = 0;
    double latency_us = 0;  ///< per image
};

/// activity x technology / time. `activity` and `cycles` are per image. `clock_mhz` may be at most the
/// technology's clock (dynamic energy per event is unchanged, leakage energy grows with time); throws
/// InputError above it, and std::invalid_argument for no cycles. Idle PEs are clock gated: they cost leakage
/// alone.
PowerEstimate estimate(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                       double clock_mhz, const AcceleratorConfig& config, const PricedDesign& design);

}  // namespace approxtlm::power
