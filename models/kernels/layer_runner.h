#pragma once

#include <cstdint>
#include <vector>

#include "models/common/activity_counts.h"
#include "models/common/layer_descriptor.h"
#include "models/common/tiling.h"
#include "models/kernels/array_engines.h"
#include "models/kernels/product_matrix.h"
#include "models/kernels/tensor_arena.h"

namespace approxtlm {

/// The parameters of a filter tile, behind its last fold in memory.
std::vector<FilterParameters> read_parameters(const LayerDescriptor& d, const Tiling& t, std::uint32_t group,
                                              std::uint32_t tile, const std::vector<std::uint8_t>& memory);

/// The weight codes of a filter tile, [reduction][filter] whatever the dataflow.
std::vector<std::uint8_t> read_codes(const LayerDescriptor& d, const Tiling& t, std::uint32_t group,
                                     std::uint32_t tile, const std::vector<std::uint8_t>& memory);

/// Any layer but `matrix`, for one image.
void run_vector_layer(const LayerDescriptor& d, const std::vector<std::uint8_t>& memory, TensorArena& tensors,
                      std::size_t image);

/// What a matrix layer does to the array's registers, fold by fold in the sequencer's order, for image 0. No
/// tensor is written (fold_counter.cpp).
void count_matrix_by_folds(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                           TensorArena& tensors, ArrayEngines& engines, ActivityCounts& activity);

/// A matrix layer of a table multiplier for many images at once, function only; MatrixLayer takes the others.
void run_matrix_batched(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                        TensorArena& tensors, std::size_t images, const ProductMatrix& products);

}  // namespace approxtlm
