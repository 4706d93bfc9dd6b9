#include "models/kernels/functional_model.h"

#include <cstring>

#include "models/common/tiling.h"
#include "models/kernels/vector_ops.h"
#include "models/kernels/window.h"

namespace approxtlm {
namespace {

/// One image's private copy of the memory and the fold engine it runs through.
class Image {
public:
    Image(const std::vector<std::uint8_t>& memory, FoldEngine& engine) : memory_(memory), engine_(engine) {}

    std::uint8_t* at(std::uint32_t address) { return memory_.data() + address; }
    void run(const LayerDescriptor& d, std::uint32_t rows, std::uint32_t columns, ActivityCounts* activity);

private:
    void matrix(const LayerDescriptor& d, const Tiling& t, ActivityCounts* activity);
    void filter_tile(const LayerDescriptor& d, const Tiling& t, const TileRows& band, std::uint32_t group,
                     std::uint32_t tile, ActivityCounts* activity);

    std::vector<std::uint8_t> memory_;
    FoldEngine& engine_;
    std::vector<std::uint8_t> window_;
    FoldOutput fold_, total_;
};

void accumulate(std::vector<std::int32_t>& total, const std::vector<std::int32_t>& fold) {
    total.resize(fold.size());
    for (std::size_t i = 0; i < fold.size(); ++i) total[i] += fold[i];
}

void Image::filter_tile(const LayerDescriptor& d, const Tiling& t, const TileRows& band, std::uint32_t group,
                        std::uint32_t tile, ActivityCounts* activity) {
    const std::uint32_t columns = t.fold_columns(tile);
    const std::uint32_t first = band.output_first * d.output_width, pixels = band.output_count * d.output_width;
    total_ = {};
    for (std::uint32_t fold = 0; fold < t.reduction_folds; ++fold) {
        const std::uint32_t rows = t.fold_rows(fold);
        window_.resize(std::size_t{pixels} * rows);
        gather_window(d, {at(d.input_address), 0, d.input_height}, group, fold * t.array_rows, rows, first, pixels,
                      window_.data());
        engine_.load_weights(at(d.weight_address) + t.weight_offset(group, tile, fold), rows, columns, activity);
        engine_.stream(window_.data(), pixels, fold_, activity);
        accumulate(total_.psum, fold_.psum);
        accumulate(total_.sum_a, fold_.sum_a);
        accumulate(total_.sum_x, fold_.sum_x);
    }
    const std::uint32_t last = t.reduction_folds - 1;
    std::vector<FilterParameters> parameters(columns);
    std::memcpy(parameters.data(),
                at(d.weight_address) + t.weight_offset(group, tile, last) + std::size_t{t.fold_rows(last)} * columns,
                columns * sizeof(FilterParameters));
    std::uint8_t* out = at(d.output_address) + std::size_t{first} * d.output_channels + group * t.filters +
                        tile * t.array_columns;
    finish_matrix(d, parameters.data(), columns, total_.psum.data(), total_.sum_a.data(), total_.sum_x.data(),
                  pixels, out, d.output_channels);
}

void Image::matrix(const LayerDescriptor& d, const Tiling& t, ActivityCounts* activity) {
    for (std::uint32_t band = 0; band < t.tiles; ++band) {
        for (std::uint32_t group = 0; group < t.groups; ++group) {
            for (std::uint32_t tile = 0; tile < t.filter_tiles; ++tile) {
                filter_tile(d, t, tile_rows_of(d, band), group, tile, activity);
            }
        }
    }
}

void Image::run(const LayerDescriptor& d, std::uint32_t rows, std::uint32_t columns, ActivityCounts* activity) {
    const std::size_t elements = std::size_t{d.output_channels} * d.output_height * d.output_width;
    switch (d.opcode) {
        case Opcode::matrix: matrix(d, tiling_of(d, rows, columns), activity); break;
        case Opcode::add:
            add_elements(d, at(d.input_address), at(d.input2_address), elements, at(d.output_address));
            break;
        case Opcode::requantize:
            requantize_elements(d, at(d.input_address), elements, at(d.output_address));
            break;
        case Opcode::max_pool:
        case Opcode::average_pool: {
            std::vector<ScaleParameters> scales;
            if (d.opcode == Opcode::average_pool) {
                scales.resize(std::size_t{d.kernel_height} * d.kernel_width);
                std::memcpy(scales.data(), at(d.parameter_address), scales.size() * sizeof(ScaleParameters));
            }
            pool_rows(d, {at(d.input_address), 0, d.input_height}, scales.data(), 0, d.output_height,
                      at(d.output_address));
            break;
        }
    }
}

}  // namespace

FunctionalModel::FunctionalModel(const std::vector<LayerDescriptor>& layers,
                                 const std::vector<std::uint8_t>& memory, const FoldEngine::Config& array)
    : layers_(layers), memory_(memory), array_(array) {}

void FunctionalModel::run(std::uint32_t input_address, const std::uint8_t* input, std::size_t input_bytes,
                          std::uint32_t output_address, std::uint8_t* output, std::size_t output_bytes,
                          std::size_t batch) const {
    FoldEngine engine(array_);
    for (std::size_t i = 0; i < batch; ++i) {
        Image image(memory_, engine);
        std::memcpy(image.at(input_address), input + i * input_bytes, input_bytes);
        for (const LayerDescriptor& d : layers_) image.run(d, array_.rows, array_.columns, nullptr);
        std::memcpy(output + i * output_bytes, image.at(output_address), output_bytes);
    }
}

std::vector<ActivityCounts> FunctionalModel::run_with_activity(std::uint32_t input_address,
                                                               const std::uint8_t* input, std::size_t input_bytes,
                                                               std::uint32_t output_address, std::uint8_t* output,
                                                               std::size_t output_bytes) const {
    FoldEngine engine(array_);
    Image image(memory_, engine);
    std::memcpy(image.at(input_address), input, input_bytes);
    std::vector<ActivityCounts> counts(layers_.size());
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        image.run(layers_[l], array_.rows, array_.columns, &counts[l]);
    }
    std::memcpy(output, image.at(output_address), output_bytes);
    return counts;
}

}  // namespace approxtlm
