#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/common/activity_counts.h"
#include "models/kernels/fold_engine.h"

namespace approxtlm {

/// `pixels` x `filters` sums over the whole reduction.
struct OutputStationaryTile {
    std::uint32_t pixels = 0, filters = 0, steps = 0;
    const std::uint8_t* activations = nullptr;  ///< [step][pixel]
    const std::uint8_t* weights = nullptr;      ///< [step][filter]
};

/// The arithmetic and the register activity of an R x C output-stationary array (models/rtl/os_array.sv),
/// tile by tile, without time. A tile uses the top rows and the left columns. Finished sums move down through
/// the output registers of all rows; sum A and sum x are formed beside the first column. Registers that a
/// tile does not use keep their contents. One engine per thread.
class OutputStationaryEngine {
public:
    /// `shadow_weights` and `sum_x_per_mac` do not apply: there is one sum-x column.
    explicit OutputStationaryEngine(const FoldEngine::Config& config,
                                    const ArrayKernels& kernels = array_kernels());
    ~OutputStationaryEngine();
    OutputStationaryEngine(OutputStationaryEngine&&) noexcept;

    void reset();  ///< all registers zero
    /// Overwrites `out` (psum [pixel][filter]); with `activity`, counts as FoldEngine does. A step counts as
    /// a streamed vector, a sum's way through MAC+ as a column cycle, and every step writes a PE's weight
    /// register (weight_loads).
    void run(const OutputStationaryTile& tile, FoldOutput& out, ActivityCounts* activity);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace approxtlm
