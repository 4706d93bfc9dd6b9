#pragma once

#include <algorithm>
#include <cstdint>

#include "models/common/accelerator_config.h"
#include "models/common/tiling.h"

namespace approxtlm {

/// Cycles to move what stays (weights, or activations) into the array, one row a cycle, always through all R
/// rows.
inline std::uint64_t shift_in_cycles(const PeArrayConfig& array) { return array.rows; }

/// Cycles from the entry of the last thing that streams to the last sum's exit. Where sums move while they
/// are formed: the skew of R rows and C columns. Output-stationary: then the R sums of a column leave one
/// after the other, `sum_interval` cycles apart (1; 2 for a MAC+ without pipeline).
inline std::uint64_t array_drain_cycles(const PeArrayConfig& array,
                                        Dataflow dataflow = Dataflow::weight_stationary,
                                        std::uint64_t sum_interval = 1) {
    const std::uint64_t skew = std::uint64_t{array.rows} + array.columns - 2 + array.multiplier_stages;
    return dataflow == Dataflow::output_stationary ? skew + 1 + (array.rows - 1) * sum_interval : skew;
}

/// One fold alone. What streams: T vectors (weight-stationary) or F filters (input-stationary), both behind R
/// cycles of load; K steps of the reduction (output-stationary).
inline std::uint64_t isolated_fold_cycles(const PeArrayConfig& array, std::uint64_t streaming,
                                          Dataflow dataflow = Dataflow::weight_stationary) {
    const std::uint64_t load = dataflow == Dataflow::output_stationary ? 0 : shift_in_cycles(array);
    return load + streaming + array_drain_cycles(array, dataflow);
}

/// Each further fold of a back-to-back run: max(streaming, R), because the next fold's operands shift in
/// (shadow registers) or the last one's sums move out (output-stationary) meanwhile; without shadow registers
/// the whole fold.
inline std::uint64_t back_to_back_fold_cycles(const PeArrayConfig& array, std::uint64_t streaming,
                                              Dataflow dataflow = Dataflow::weight_stationary) {
    if (dataflow != Dataflow::output_stationary && !array.shadow_weights)
        return isolated_fold_cycles(array, streaming, dataflow);
    return std::max<std::uint64_t>(streaming, array.rows);
}

/// A `matrix` layer from its first fold's load to its last sum, when neither memory nor vector unit ever
/// holds the array back. Buffer ports do.
std::uint64_t array_cycles(const AcceleratorConfig& config, const LayerDescriptor& layer);

/// At least as long as the layer's transfers take: all bytes at the bus's pace, and folds of weights one
/// after the other, each with the memory's latency.
std::uint64_t transfer_cycles(const AcceleratorConfig& config, const LayerDescriptor& layer);

/// What array_cycles and transfer_cycles make of a layer together: tiles overlap, so the shorter of the two
/// shows for one tile only. No promise, but comparable between dataflows.
std::uint64_t estimated_layer_cycles(const AcceleratorConfig& config, const LayerDescriptor& layer);

}  // namespace approxtlm
