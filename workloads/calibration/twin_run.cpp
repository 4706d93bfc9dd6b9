#include "workloads/calibration/twin_run.h"

#include <algorithm>
#include <cstring>

#include "models/common/parallel_for.h"
#include "models/common/tiling.h"
#include "models/kernels/layer_runner.h"
#include "models/kernels/window.h"

namespace approxtlm::workloads {
namespace {

constexpr std::size_t kImagesOfPart = 16;  // images that share an arena and a thread

std::size_t images_of_part(std::size_t images, std::size_t part) {
    return std::min(kImagesOfPart, images - part * kImagesOfPart);
}

std::vector<TensorArena> arenas(const Program& program, const std::vector<std::uint8_t>& codes,
                                std::size_t images) {
    const std::size_t input = program.input.size();
    TensorSpan span = span_of_tensors(program.layers);
    span.cover(program.input_address, input);
    std::vector<TensorArena> tensors;
    for (std::size_t first = 0; first < images; first += kImagesOfPart) {
        const std::size_t count = images_of_part(images, first / kImagesOfPart);
        tensors.emplace_back(span, program.memory_image, count);
        for (std::size_t i = 0; i < count; ++i) {
            std::memcpy(tensors.back().at(i, program.input_address), codes.data() + (first + i) * input,
                        input);
        }
    }
    return tensors;
}

void run(const Program& program, std::size_t layer, const PeArrayConfig& array, const ProductMatrix& products,
         TensorArena& tensors, std::size_t images) {
    const LayerDescriptor& d = program.layers[layer];
    if (d.opcode == Opcode::matrix) {
        run_matrix_batched(d, tiling_of(d, array.rows, array.columns), program.memory_image, tensors, images,
                           products);
        return;
    }
    for (std::size_t i = 0; i < images; ++i) run_vector_layer(d, program.memory_image, tensors, i);
}

}  // namespace

LayerSums::LayerSums(const LayerDescriptor& d, const std::vector<std::int16_t>& codes,
                     const ProductMatrix& products)
    : d_(d), products_(products), filters_(d.output_channels / d.groups), weights_(d.groups) {
    reduction_ = static_cast<std::uint32_t>(codes.size() / d.output_channels);
    std::vector<std::uint8_t> columns(std::size_t{reduction_} * filters_);
    for (std::uint32_t group = 0; group < d.groups; ++group) {
        const std::int16_t* rows = codes.data() + std::size_t{group} * columns.size();
        for (std::size_t f = 0; f < filters_; ++f) {
            for (std::size_t k = 0; k < reduction_; ++k)
                columns[k * filters_ + f] = static_cast<std::uint8_t>(rows[f * reduction_ + k]);
        }
        products.pack(columns.data(), reduction_, filters_, weights_[group]);
    }
}

void LayerSums::form(TensorArena& tensors, std::size_t image, std::uint32_t group,
                     const std::vector<std::uint32_t>& pixels, GroupSums& out) const {
    const auto count = static_cast<std::uint32_t>(pixels.size());
    out.window.resize(pixels.size() * reduction_ + 3);  // multiply() reads 3 bytes past the end
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        gather_window(d_, {tensors.at(image, d_.input_address), 0, d_.input_height}, group, 0, reduction_,
                      pixels[i], 1, out.window.data() + i * reduction_);
    }
    products_.sum(out.window.data(), reduction_, count, true, out.sums);
    products_.multiply(weights_[group], out.window.data(), out.sums, count, out.psum);
}

TwinRun::TwinRun(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                 const std::vector<std::uint8_t>& images, unsigned threads)
    : network_(network),
      config_(config),
      design_(design),
      threads_(threads),
      images_(images.size() / network.tensors[static_cast<std::size_t>(network.input)].size()),
      exact_(compile(network, config, {{}, design.encoding, CorrectionMethod::none, design.variate})),
      exact_products_({}, design.encoding, design.variate, array_kernels()),
      approximate_products_(design.multiplier, design.encoding, design.variate, array_kernels()),
      exact_tensors_(arenas(exact_, images, images_)),
      approximate_tensors_(arenas(exact_, images, images_)) {
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        const LayerDescriptor& d = exact_.layers[l];
        weights_.push_back(
            is_matrix(l) ? encode_weights(network.layers[l], d.input_channels / d.groups, design.encoding)
                         : EncodedWeights{});
    }
}

void TwinRun::for_each_image(const Visit& visit) {
    parallel_for(exact_tensors_.size(), threads_, [&](std::size_t part) {
        for (std::size_t i = 0; i < images_of_part(images_, part); ++i)
            visit(part * kImagesOfPart + i, i, exact_tensors_[part], approximate_tensors_[part]);
    });
}

void TwinRun::run_layer(std::size_t layer, const Calibration& calibration) {
    const Program approximate = compile(network_, config_, design_, calibration);
    parallel_for(exact_tensors_.size(), threads_, [&](std::size_t part) {
        const std::size_t images = images_of_part(images_, part);
        run(exact_, layer, config_.pe_array, exact_products_, exact_tensors_[part], images);
        run(approximate, layer, config_.pe_array, approximate_products_, approximate_tensors_[part], images);
    });
}

}  // namespace approxtlm::workloads
