#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/kernels/product_matrix.h"
#include "models/kernels/tensor_arena.h"
#include "workloads/compiler/pack_weights.h"
#include "workloads/compiler/program.h"
#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// What enters and leaves the array for some output pixels of one image and one group of a matrix layer.
struct GroupSums {
    std::vector<std::uint8_t> window;  ///< activations, [pixel][k]
    std::vector<std::int32_t> psum;    ///< [pixel][filter], products as the multiplier forms them
    PixelSums sums;
};

/// A network's matrix layer, ready to form sums on either network.
class LayerSums {
public:
    /// `codes` [filter][k] in the design's encoding.
    LayerSums(const LayerDescriptor& d, const std::vector<std::int16_t>& codes,
              const ProductMatrix& products);
    /// Sums of the output pixels `pixels` of the arena's image `image`.
    void form(TensorArena& tensors, std::size_t image, std::uint32_t group,
              const std::vector<std::uint32_t>& pixels, GroupSums& out) const;

private:
    const LayerDescriptor& d_;
    const ProductMatrix& products_;
    std::uint32_t reduction_ = 0, filters_ = 0;  ///< of one group
    std::vector<PackedWeights> weights_;         ///< [group]
};

/// Two networks side by side on the calibration images, layer by layer: the exact one, and the approximate
/// one whose corrections are being found.
class TwinRun {
public:
    /// `images`: HWC codes, one image after the other. `design`: of the approximate network.
    TwinRun(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
            const std::vector<std::uint8_t>& images, unsigned threads);

    std::size_t images() const { return images_; }
    std::size_t layers() const { return exact_.layers.size(); }
    unsigned threads() const { return threads_; }
    bool is_matrix(std::size_t layer) const { return exact_.layers[layer].opcode == Opcode::matrix; }
    const LayerDescriptor& descriptor(std::size_t layer) const { return exact_.layers[layer]; }
    const EncodedWeights& weights(std::size_t layer) const { return weights_[layer]; }

    /// Products of either network.
    const ProductMatrix& exact_products() const { return exact_products_; }
    const ProductMatrix& approximate_products() const { return approximate_products_; }

    /// visit(index, place, exact, approximate) for every image, on several threads: `place` is where image
    /// `index` lies in the tensors. The inputs of the layer after the last one run stand ready in them.
    using Visit = std::function<void(std::size_t index, std::size_t place, TensorArena& exact,
                                     TensorArena& approximate)>;
    void for_each_image(const Visit& visit);

    /// Runs `layer` in both networks, the approximate one with what `calibration` says about it.
    void run_layer(std::size_t layer, const Calibration& calibration);

private:
    const Network& network_;
    const AcceleratorConfig& config_;
    const DesignPoint design_;
    const unsigned threads_;
    const std::size_t images_;
    const Program exact_;
    std::vector<EncodedWeights> weights_;  ///< [layer]
    const ProductMatrix exact_products_, approximate_products_;
    std::vector<TensorArena> exact_tensors_, approximate_tensors_;  ///< [part]
};

}  // namespace approxtlm::workloads
