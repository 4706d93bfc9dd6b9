#pragma once

#include <cstdint>
#include <vector>

#include "models/common/layer_descriptor.h"
#include "models/common/tiling.h"
#include "models/kernels/aligned.h"
#include "models/kernels/direct_kernels.h"
#include "models/kernels/fold_engine.h"
#include "models/kernels/nibble_tables.h"
#include "models/kernels/product_form.h"
#include "models/kernels/tensor_arena.h"

namespace approxtlm {

/// A matrix layer by direct convolution, function only: weights packed once, no im2col. Immutable after
/// construction; call from as many threads as you like.
class MatrixLayer {
public:
    MatrixLayer(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                const FoldEngine::Config& array, const ArrayKernels& kernels);

    void run(TensorArena& tensors, std::size_t images) const;

private:
    /// Filters that share their activations, in the kernel's layout, columns padded to whole blocks.
    struct Group {
        AlignedVector<std::int8_t> weights;  ///< empty with nibble tables
        NibbleTables nibbles;
        AlignedVector<std::int32_t> constant, zero_point, coefficient;
        AlignedVector<float> scale;
        bool equal_zero_points = true;
    };
    struct Scratch;

    Group pack(const std::vector<std::uint8_t>& memory, std::uint32_t group) const;
    void pack_planes(std::uint8_t code, std::uint32_t quads, std::uint32_t first_quad, std::uint32_t slot,
                     std::size_t column, Group& g) const;
    FinishJob finish_of(const Group& g) const;
    StageJob stage_job() const;
    void run_direct(const Group& g, const Scratch& scratch, std::size_t images, std::uint8_t* out,
                    std::size_t image_step) const;
    void place_pixels(Scratch& scratch, std::size_t images, std::size_t image_step) const;
    void run_nibbles(const Group& g, Scratch& scratch, std::size_t images, std::uint8_t* out) const;
    void sum(const StageJob& stage, Scratch& scratch, std::size_t first_pixel, bool equal_zero_points,
             std::int32_t zero_point) const;
    std::size_t pixels() const { return std::size_t{d_.output_height} * d_.output_width; }
    std::size_t staged_bytes() const { return position_bytes() * staged_height_ * staged_width_; }
    std::size_t together(std::size_t images) const;
    std::size_t position_bytes() const { return std::size_t{planes()} * depth_ * 4; }
    std::uint32_t planes() const { return static_cast<std::uint32_t>(masks_.size()); }

    const LayerDescriptor d_;
    const Tiling t_;
    const ArrayKernels& kernels_;
    const Encoding encoding_;
    const bool unsigned_weights_, corrected_;
    WindowSum::Map variate_map_{};
    std::uint8_t variate_mask_ = 0, used_mask_ = 0;  ///< activation bits in x, in products
    const bool nibbles_;                             ///< truncated products by tables, not by planes
    bool narrow_ = false, packable_ = false;
    std::uint32_t depth_ = 0;  ///< quads of channels
    std::uint32_t staged_height_ = 0, staged_width_ = 0;
    const Multiplier multiplier_;
    std::vector<ProductPlane> product_planes_;
    std::vector<std::uint8_t> masks_;
    std::vector<Group> groups_;
};

}  // namespace approxtlm
