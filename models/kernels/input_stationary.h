#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/common/activity_counts.h"
#include "models/kernels/fold_engine.h"

namespace approxtlm {

/// The arithmetic and the register activity of an R x C array that holds activations, fold by fold, without
/// time: FoldEngine with the operands' roles exchanged. Rows are the reduction, columns pixels, vectors the
/// weights of one filter. A cell above each column sums A and x of the activations that shift in, over all
/// folds of the pixels; an output register takes the sum over with the fold. One engine per thread.
class InputStationaryEngine {
public:
    explicit InputStationaryEngine(const FoldEngine::Config& config,
                                   const ArrayKernels& kernels = array_kernels());
    ~InputStationaryEngine();
    InputStationaryEngine(InputStationaryEngine&&) noexcept;

    void reset();  ///< all registers zero
    /// `codes`: activations [rows][pixels], the first fold of its pixels or a further one. Counts
    /// weight_loads (of the registers that hold), activation_toggles, row_cycles and the sums' toggles.
    void load(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t pixels, bool first,
              ActivityCounts* activity);
    /// `weights`: [filters][rows] of the loaded fold. Overwrites `out`: psum [filter][pixel]; sum A and sum x
    /// [pixel] of the folds since the first.
    void stream(const std::uint8_t* weights, std::uint32_t filters, FoldOutput& out,
                ActivityCounts* activity);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace approxtlm
