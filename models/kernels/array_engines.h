#pragma once

#include <cstdint>
#include <optional>

#include "models/common/layer_descriptor.h"
#include "models/kernels/fold_engine.h"
#include "models/kernels/input_stationary.h"
#include "models/kernels/multiplier_pipeline.h"
#include "models/kernels/output_stationary.h"
#include "models/kernels/zero_gating.h"

namespace approxtlm {

/// The engines of an array that can work in every dataflow. Each keeps registers of its own, as if layers of
/// another dataflow in between had not been; made when first asked for. One per thread.
class ArrayEngines {
public:
    explicit ArrayEngines(const FoldEngine::Config& config, const ArrayKernels& kernels = array_kernels());

    void reset();
    /// One weight-stationary fold: FoldEngine's load_weights and stream, multiplier pipeline included.
    void run_fold(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                  const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out,
                  ActivityCounts* activity);
    /// Its activity alone.
    void count_fold(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                    const std::uint8_t* activations, std::uint32_t vectors, ActivityCounts& activity);
    OutputStationaryEngine& output_stationary();
    InputStationaryEngine& input_stationary();

private:
    void count_products(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                        const std::uint8_t* activations, std::uint32_t vectors, ActivityCounts& activity);

    const FoldEngine::Config config_;
    const ArrayKernels& kernels_;
    FoldEngine weight_stationary_;
    MultiplierPipeline pipeline_;
    HeldActivations held_;
    std::optional<OutputStationaryEngine> output_stationary_;
    std::optional<InputStationaryEngine> input_stationary_;
};

}  // namespace approxtlm
