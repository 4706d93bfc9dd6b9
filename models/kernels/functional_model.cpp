#include "models/kernels/functional_model.h"

#include <algorithm>
#include <cstring>

#include "models/kernels/array_engines.h"
#include "models/kernels/layer_runner.h"
#include "models/kernels/tensor_arena.h"

namespace approxtlm {
namespace {

/// Images that go through a layer together: enough pixels for the small last layers, tensors within this.
constexpr std::size_t kArenaBytes = 64u << 20, kMostImages = 32;

}  // namespace

FunctionalModel::FunctionalModel(const std::vector<LayerDescriptor>& layers,
                                 const std::vector<std::uint8_t>& memory, const FoldEngine::Config& array,
                                 const ArrayKernels& kernels)
    : layers_(layers), memory_(memory), array_(array), kernels_(kernels) {
    const bool table = array.multiplier.family == MultiplierFamily::table;
    if (table) {
        table_products_ =
            std::make_unique<const ProductMatrix>(array.multiplier, array.encoding, array.variate, kernels);
    }
    for (const LayerDescriptor& d : layers) {
        matrix_layers_.push_back(
            d.opcode != Opcode::matrix || table
                ? nullptr
                : std::make_unique<const MatrixLayer>(d, tiling_of(d, array.rows, array.columns), memory,
                                                      array, kernels));
    }
}

void FunctionalModel::run(std::uint32_t input_address, const std::uint8_t* input, std::size_t input_bytes,
                          std::uint32_t output_address, std::uint8_t* output, std::size_t output_bytes,
                          std::size_t batch) const {
    const std::size_t image_bytes = std::max<std::size_t>(span_of_tensors(layers_).bytes(), 1);
    const std::size_t most = std::clamp<std::size_t>(kArenaBytes / image_bytes, 1, kMostImages);
    for (std::size_t first = 0; first < batch; first += most) {
        run_images(input_address, input + first * input_bytes, input_bytes, output_address,
                   output + first * output_bytes, output_bytes, std::min(most, batch - first));
    }
}

void FunctionalModel::run_images(std::uint32_t input_address, const std::uint8_t* input,
                                 std::size_t input_bytes, std::uint32_t output_address, std::uint8_t* output,
                                 std::size_t output_bytes, std::size_t images) const {
    TensorSpan span = span_of_tensors(layers_);
    span.cover(input_address, input_bytes);
    span.cover(output_address, output_bytes);
    TensorArena tensors(span, memory_, images);
    for (std::size_t i = 0; i < images; ++i) {
        std::memcpy(tensors.at(i, input_address), input + i * input_bytes, input_bytes);
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        if (matrix_layers_[l] != nullptr) {
            matrix_layers_[l]->run(tensors, images);
            continue;
        }
        if (layers_[l].opcode == Opcode::matrix) {
            run_matrix_batched(layers_[l], tiling_of(layers_[l], array_.rows, array_.columns), memory_,
                               tensors, images, *table_products_);
            continue;
        }
        for (std::size_t i = 0; i < images; ++i) run_vector_layer(layers_[l], memory_, tensors, i);
    }
    for (std::size_t i = 0; i < images; ++i) {
        std::memcpy(output + i * output_bytes, tensors.at(i, output_address), output_bytes);
    }
}

std::vector<ActivityCounts> FunctionalModel::run_with_activity(
    std::uint32_t input_address, const std::uint8_t* input, std::size_t input_bytes,
    std::uint32_t output_address, std::uint8_t* output, std::size_t output_bytes) const {
    TensorSpan span = span_of_tensors(layers_);
    span.cover(input_address, input_bytes);
    span.cover(output_address, output_bytes);
    TensorArena tensors(span, memory_, 1);
    std::memcpy(tensors.at(0, input_address), input, input_bytes);
    ArrayEngines engines(array_, kernels_);
    std::vector<ActivityCounts> counts(layers_.size());
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const LayerDescriptor& d = layers_[l];
        if (d.opcode == Opcode::matrix) {
            run_matrix_by_folds(d, tiling_of(d, array_.rows, array_.columns), memory_, tensors, engines,
                                counts[l]);
        } else {
            run_vector_layer(d, memory_, tensors, 0);
        }
    }
    std::memcpy(output, tensors.at(0, output_address), output_bytes);
    return counts;
}

}  // namespace approxtlm
