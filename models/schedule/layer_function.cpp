#include "models/schedule/layer_function.h"

#include <algorithm>

#include "models/common/tiling.h"
#include "models/kernels/layer_runner.h"
#include "models/kernels/tensor_arena.h"

namespace approxtlm {

LayerFunction::LayerFunction(const FoldEngine::Config& array, bool count_activity)
    : array_(array), products_(array.multiplier, array.encoding, array.variate, array_kernels()) {
    if (count_activity) engines_ = std::make_unique<ArrayEngines>(array);
}

void LayerFunction::reset() {
    if (engines_) engines_->reset();
}

std::vector<std::uint8_t> LayerFunction::run(const LayerDescriptor& descriptor, const LayerOperands& operands,
                                             ActivityCounts& activity) {
    // The kernels find tensors and constants by address: here they lie one behind the other from 0 on.
    LayerDescriptor d = descriptor;
    d.weight_address = d.parameter_address = d.input_address = 0;
    d.input2_address = static_cast<std::uint32_t>(operands.input.size());
    d.output_address = d.input2_address + static_cast<std::uint32_t>(operands.input2.size());
    TensorArena tensors(span_of_tensors({d}), {}, 1);
    std::copy(operands.input.begin(), operands.input.end(), tensors.at(0, d.input_address));
    std::copy(operands.input2.begin(), operands.input2.end(), tensors.at(0, d.input2_address));
    if (d.opcode != Opcode::matrix) {
        run_vector_layer(d, operands.constants, tensors, 0);
    } else {
        const Tiling t = tiling_of(d, array_.rows, array_.columns);
        if (engines_) count_matrix_by_folds(d, t, operands.constants, tensors, *engines_, activity);
        run_matrix_batched(d, t, operands.constants, tensors, 1, products_);
    }
    const std::uint8_t* output = tensors.at(0, d.output_address);
    return {output, output + std::size_t{d.output_channels} * d.output_height * d.output_width};
}

}  // namespace approxtlm
