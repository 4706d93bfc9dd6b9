#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/common/activity_counts.h"
#include "models/common/layer_descriptor.h"
#include "models/kernels/fold_engine.h"
#include "models/kernels/matrix_layer.h"
#include "models/kernels/product_matrix.h"
#include "models/kernels/tensor_arena.h"

namespace approxtlm {

/// Runs layer descriptors on a memory image without SystemC: the same bits as the accelerator model, by the
/// same functions (gather_window, FoldEngine's product definition, finish_matrix, ...), as fast as the
/// machine allows. Immutable after construction; call from as many threads as you like.
class FunctionalModel {
public:
    /// `memory`: the program's memory image (weights, parameters; tensors are overwritten in private copies).
    /// Both must outlive the model; weights are packed here, once.
    FunctionalModel(const std::vector<LayerDescriptor>& layers, const std::vector<std::uint8_t>& memory,
                    const FoldEngine::Config& array, const ArrayKernels& kernels = array_kernels());

    /// Tensors in and out by address: `input` (batch x input_bytes, HWC) is placed at `input_address`,
    /// `output_bytes` are read from `output_address` into `output` (batch x output_bytes).
    void run(std::uint32_t input_address, const std::uint8_t* input, std::size_t input_bytes,
             std::uint32_t output_address, std::uint8_t* output, std::size_t output_bytes,
             std::size_t batch) const;

    /// One image, fold by fold in the sequencer's order from reset: also the exact value-dependent counts,
    /// per layer (streamed_vectors, *_cycles, *_toggles, weight_loads; nothing of buffers, DMA or vector
    /// unit).
    std::vector<ActivityCounts> run_with_activity(std::uint32_t input_address, const std::uint8_t* input,
                                                  std::size_t input_bytes, std::uint32_t output_address,
                                                  std::uint8_t* output, std::size_t output_bytes) const;

private:
    TensorArena arena(const TensorSpan& span, std::size_t images) const;
    void run_layer(std::size_t index, TensorArena& tensors, std::size_t images) const;
    void run_images(std::uint32_t input_address, const std::uint8_t* input, std::size_t input_bytes,
                    std::uint32_t output_address, std::uint8_t* output, std::size_t output_bytes,
                    std::size_t images) const;

    const std::vector<LayerDescriptor>& layers_;
    const std::vector<std::uint8_t>& memory_;
    const FoldEngine::Config array_;
    const ArrayKernels& kernels_;
    std::vector<std::unique_ptr<const MatrixLayer>>
        matrix_layers_;                                    ///< null for other layers, and for a table's
    std::unique_ptr<const ProductMatrix> table_products_;  ///< of a table multiplier
    std::vector<TensorSpan> constants_;                    ///< read, but not written before
};

}  // namespace approxtlm
