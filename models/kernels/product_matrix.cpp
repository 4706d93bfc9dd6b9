#include "models/kernels/product_matrix.h"

#include <algorithm>

namespace approxtlm {

ProductMatrix::ProductMatrix(const Multiplier& multiplier, Encoding encoding, const Variate& variate,
                             const ArrayKernels& kernels)
    : kernels_(kernels),
      variate_(multiplier.family == MultiplierFamily::exact ? Variate{} : variate),  // whose x is 0
      unsigned_weights_(encoding == Encoding::unsigned_codes),
      variate_mask_(static_cast<std::uint8_t>(variate_value(Variate::low_bits, multiplier, 255))) {
    if (multiplier.family == MultiplierFamily::table) {
        table_.emplace(*multiplier.table, kernels);
        return;
    }
    planes_ = product_planes(multiplier, kernels.split_top_bit);
    for (const ProductPlane& p : planes_) {
        activation_masks_.push_back(p.activation_mask);
        all_planes_mask_ = static_cast<std::uint8_t>(all_planes_mask_ | p.activation_mask);
    }
}

void ProductMatrix::pack(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                         PackedWeights& packed) const {
    packed.rows = rows;
    packed.columns = columns;
    if (table_) {
        packed.codes.assign(codes, codes + std::size_t{rows} * columns);
        return;
    }
    const std::size_t lanes = kernels_.lanes;
    const std::size_t quads = (rows + 3) / 4, blocks = (columns + lanes - 1) / lanes;
    packed.planes.assign(blocks * planes_.size() * quads * lanes * 4, 0);
    // Unsigned codes become signed bytes by W - 128; MatrixJob::offset puts 128 sum A back.
    const std::uint8_t flip = unsigned_weights_ ? 0x80 : 0;
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t used = std::min<std::size_t>(lanes, columns - block * lanes);
        for (std::size_t p = 0; p < planes_.size(); ++p) {
            std::int8_t* plane = packed.planes.data() + (block * planes_.size() + p) * quads * lanes * 4;
            for (std::size_t k = 0; k < rows; ++k) {
                const std::uint8_t* row = codes + k * columns + block * lanes;
                std::int8_t* out = plane + k / 4 * lanes * 4 + k % 4;
                for (std::size_t lane = 0; lane < used; ++lane) {
                    out[4 * lane] = static_cast<std::int8_t>((row[lane] & planes_[p].weight_mask) ^ flip);
                }
            }
        }
    }
}

std::uint32_t ProductMatrix::x_of(const std::uint8_t* activations, std::uint32_t n) const {
    switch (variate_.kind()) {
        case Variate::Kind::low_bits:
            return kernels_.sum_masked(activations, n, variate_mask_);
        case Variate::Kind::any_low:
            return kernels_.count_nonzero(activations, n, variate_mask_);
        case Variate::Kind::popcount:
            return kernels_.count_ones(activations, n, variate_mask_);
        case Variate::Kind::table:
            break;
    }
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < n; ++i) sum += variate_.table()[activations[i]];
    return sum;
}

void ProductMatrix::sum(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t pixels,
                        bool with_sum_x, PixelSums& sums) const {
    sums.sum_a.resize(pixels);
    sums.sum_x.assign(pixels, 0);
    sums.offset.assign(pixels, 0);
    for (std::uint32_t t = 0; t < pixels; ++t, activations += rows) {
        sums.sum_a[t] = static_cast<std::int32_t>(kernels_.sum_masked(activations, rows, 255));
        if (with_sum_x) sums.sum_x[t] = static_cast<std::int32_t>(x_of(activations, rows));
        if (!unsigned_weights_ || table_) continue;
        sums.offset[t] =
            128 * (all_planes_mask_ == 255
                       ? sums.sum_a[t]
                       : static_cast<std::int32_t>(kernels_.sum_masked(activations, rows, all_planes_mask_)));
    }
}

void ProductMatrix::multiply(const PackedWeights& weights, const std::uint8_t* activations,
                             const PixelSums& sums, std::uint32_t pixels,
                             std::vector<std::int32_t>& psum) const {
    if (table_) {
        psum.resize(std::size_t{pixels} * weights.columns);
        return table_->multiply(weights.codes.data(), weights.rows, weights.columns, activations, pixels,
                                psum.data());
    }
    MatrixJob job;
    job.activations = activations;
    job.activation_stride = weights.rows;
    job.weights = weights.planes.data();
    job.masks = activation_masks_.data();
    job.offset = sums.offset.data();
    job.planes = static_cast<std::uint32_t>(planes_.size());
    job.quads = (weights.rows + 3) / 4;
    job.blocks = (weights.columns + kernels_.lanes - 1) / kernels_.lanes;
    job.pixels = pixels;
    job.psum_stride = std::size_t{job.blocks} * kernels_.lanes;
    psum.resize(pixels * job.psum_stride);
    job.psum = psum.data();
    kernels_.matrix(job);
    if (job.psum_stride == weights.columns) return;
    for (std::size_t t = 1; t < pixels; ++t) {  // close the gaps behind incomplete blocks
        std::copy_n(psum.data() + t * job.psum_stride, weights.columns, psum.data() + t * weights.columns);
    }
    psum.resize(std::size_t{pixels} * weights.columns);
}

}  // namespace approxtlm
