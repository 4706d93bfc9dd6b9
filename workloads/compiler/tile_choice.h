#pragma once

#include <cstdint>
#include <string>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"

namespace approxtlm::workloads {

/// Output rows per tile: at most as many as the accumulator and activation buffers hold twice (double
/// buffering), fewer where that lets loads, compute and stores overlap at no cost in weights, evened out over
/// the tiles. `where` names the layer in the InputError for a layer of which one row is too much.
std::uint32_t choose_tile_rows(const LayerDescriptor& d, const AcceleratorConfig& config,
                               const std::string& where);

/// Whether the accumulator buffer holds the sums of one output row twice (of the array's pixels and all
/// filters, where the dataflow keeps those).
bool sums_fit(const LayerDescriptor& d, const AcceleratorConfig& config);

/// Whether all folds of a matrix layer fit the weight buffer at once. Throws InputError when not even two do.
bool weights_fit(const LayerDescriptor& d, const AcceleratorConfig& config, const std::string& where);

}  // namespace approxtlm::workloads
