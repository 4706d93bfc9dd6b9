#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/common/activity_counts.h"
#include "models/common/layer_descriptor.h"
#include "models/kernels/array_engines.h"
#include "models/kernels/product_matrix.h"

namespace approxtlm {

/// What a layer reads from memory.
struct LayerOperands {
    std::vector<std::uint8_t> input, input2;
    std::vector<std::uint8_t> constants;  ///< weights and parameters, or an average_pool's scale table
};

/// The function of one layer at a time, by the functional model's kernels.
class LayerFunction {
public:
    LayerFunction(const FoldEngine::Config& array, bool count_activity);

    void reset();  ///< a new image: all registers of the array zero
    /// The output tensor. With `count_activity` adds what the layer does to the array's registers.
    std::vector<std::uint8_t> run(const LayerDescriptor& d, const LayerOperands& operands,
                                  ActivityCounts& activity);

private:
    const FoldEngine::Config array_;
    const ProductMatrix products_;
    std::unique_ptr<ArrayEngines> engines_;  ///< count activity
};

}  // namespace approxtlm
