#include "models/kernels/functional_model.h"

#include <algorithm>
#include <cstring>
#include <set>

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
    std::set<std::uint32_t> written;
    const auto read = [&](std::uint32_t address, std::size_t bytes) {
        if (written.count(address) != 0 || address + bytes > memory.size()) return;
        constants_.emplace_back();
        constants_.back().cover(address, bytes);
    };
    for (const LayerDescriptor& d : layers) {
        const std::size_t input = std::size_t{d.input_channels} * d.input_height * d.input_width;
        read(d.input_address, input);
        if (d.opcode == Opcode::add) read(d.input2_address, input);
        written.insert(d.output_address);
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

TensorArena FunctionalModel::arena(const TensorSpan& span, std::size_t images) const {
    TensorArena tensors(span, {}, images);
    for (const TensorSpan& constant : constants_) {
        for (std::size_t i = 0; i < images; ++i)
            std::memcpy(tensors.at(i, constant.first), memory_.data() + constant.first, constant.bytes());
    }
    return tensors;
}

void FunctionalModel::run_layer(std::size_t index, TensorArena& tensors, std::size_t images) const {
    const LayerDescriptor& d = layers_[index];
    if (matrix_layers_[index] != nullptr) return matrix_layers_[index]->run(tensors, images);
    if (d.opcode == Opcode::matrix) {
        return run_matrix_batched(d, tiling_of(d, array_.rows, array_.columns), memory_, tensors, images,
                                  *table_products_);
    }
    for (std::size_t i = 0; i < images; ++i) run_vector_layer(d, memory_, tensors, i);
}

void FunctionalModel::run_images(std::uint32_t input_address, const std::uint8_t* input,
                                 std::size_t input_bytes, std::uint32_t output_address, std::uint8_t* output,
                                 std::size_t output_bytes, std::size_t images) const {
    TensorSpan span = span_of_tensors(layers_);
    span.cover(input_address, input_bytes);
    span.cover(output_address, output_bytes);
    TensorArena tensors = arena(span, images);
    for (std::size_t i = 0; i < images; ++i) {
        std::memcpy(tensors.at(i, input_address), input + i * input_bytes, input_bytes);
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) run_layer(l, tensors, images);
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
    TensorArena tensors = arena(span, 1);
    std::memcpy(tensors.at(0, input_address), input, input_bytes);
    ArrayEngines engines(array_, kernels_);
    std::vector<ActivityCounts> counts(layers_.size());
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const LayerDescriptor& d = layers_[l];
        if (d.opcode == Opcode::matrix)
            count_matrix_by_folds(d, tiling_of(d, array_.rows, array_.columns), memory_, tensors, engines,
                                  counts[l]);
        run_layer(l, tensors, 1);
    }
    std::memcpy(output, tensors.at(0, output_address), output_bytes);
    return counts;
}

}  // namespace approxtlm
