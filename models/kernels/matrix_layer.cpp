#include "models/kernels/matrix_layer.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "models/kernels/array_kernels.h"
#include "models/kernels/layer_runner.h"

namespace approxtlm {
namespace {

WindowSumJob::Map map_of(Variate variate) {
    switch (variate) {
        case Variate::low_bits:
            return WindowSumJob::Map::masked;
        case Variate::any_low:
            return WindowSumJob::Map::any;
        case Variate::popcount:
            break;
    }
    return WindowSumJob::Map::ones;
}

/// |coefficient * sum_x + half| < 2^31 for every coefficient and every sum of `reduction` values of x.
bool correction_is_narrow(const AlignedVector<std::int32_t>& coefficients, std::uint32_t reduction,
                          int largest_x, std::int64_t half) {
    std::int64_t largest = 0;
    for (const std::int32_t c : coefficients) largest = std::max(largest, std::abs(std::int64_t{c}));
    return static_cast<double>(largest) * reduction * largest_x + static_cast<double>(half) < 2147483648.0;
}

/// Not zeroed: every byte that is read has been written.
template <class T>
std::unique_ptr<T[]> buffer(std::size_t n) {
    return std::unique_ptr<T[]>(new T[n]);
}

}  // namespace

struct MatrixLayer::Scratch {
    Scratch(std::size_t staged_bytes, std::size_t position_count, std::size_t pixels)
        : staged(buffer<std::uint8_t>(staged_bytes)),
          positions(buffer<std::int32_t>(position_count)),
          sum_a(buffer<std::int32_t>(pixels)),
          sum_x(buffer<std::int32_t>(pixels)),
          offset(buffer<std::int32_t>(pixels)) {}
    std::unique_ptr<std::uint8_t[]> staged;
    std::unique_ptr<std::int32_t[]> positions;
    std::unique_ptr<std::int32_t[]> sum_a, sum_x, offset;  ///< [pixel]
};

MatrixLayer::MatrixLayer(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                         const FoldEngine::Config& array, const ArrayKernels& kernels)
    : d_(d),
      t_(t),
      kernels_(kernels),
      unsigned_weights_(array.encoding == Encoding::unsigned_codes),
      corrected_((d.flags & kFlagCorrection) != 0 && array.multiplier.family != MultiplierFamily::exact),
      variate_map_(map_of(array.variate)),
      depth_(ceil_div(d.input_channels / d.groups, 4)),
      staged_height_((d.output_height - 1) * d.stride_y + d.kernel_height),
      staged_width_((d.output_width - 1) * d.stride_x + d.kernel_width),
      product_planes_(product_planes(array.multiplier, kernels.split_top_bit)) {
    for (const ProductPlane& p : product_planes_) {
        masks_.push_back(p.activation_mask);
        used_mask_ = static_cast<std::uint8_t>(used_mask_ | p.activation_mask);
    }
    variate_mask_ = static_cast<std::uint8_t>(variate_value(Variate::low_bits, array.multiplier, 255));
    for (std::uint32_t g = 0; g < d.groups; ++g) groups_.push_back(pack(memory, g));
    const std::int64_t half = (std::int64_t{1} << d.coefficient_fraction_bits) / 2;
    const int largest_x = variate_value(array.variate, array.multiplier, 255);
    narrow_ = std::all_of(groups_.begin(), groups_.end(), [&](const Group& g) {
        return g.equal_zero_points && correction_is_narrow(g.coefficient, t.reduction, largest_x, half);
    });
}

MatrixLayer::Group MatrixLayer::pack(const std::vector<std::uint8_t>& memory, std::uint32_t group) const {
    const std::size_t lanes = kernels_.lanes;
    const std::size_t columns = (t_.filters + lanes - 1) / lanes * lanes;
    const std::uint32_t channels = d_.input_channels / d_.groups;
    const std::size_t quad_bytes = lanes * 4;
    const std::size_t block_bytes =
        std::size_t{d_.kernel_height} * d_.kernel_width * planes() * depth_ * quad_bytes;
    // Unsigned codes become signed bytes by W - 128; DirectJob::offset puts 128 sum A back.
    const std::uint8_t flip = unsigned_weights_ ? 0x80 : 0;
    Group g;
    g.weights.resize(columns / lanes * block_bytes);
    g.constant.resize(columns);
    g.zero_point.resize(columns);
    g.coefficient.resize(columns);
    g.scale.resize(columns);
    for (std::uint32_t tile = 0; tile < t_.filter_tiles; ++tile) {
        const std::uint32_t first = tile * t_.array_columns, width = t_.fold_columns(tile);
        const std::vector<FilterParameters> parameters = read_parameters(d_, t_, group, tile, memory);
        // Folds of a filter tile follow one another: one matrix [reduction][width].
        const std::uint8_t* codes = memory.data() + d_.weight_address + t_.weight_offset(group, tile, 0);
        for (std::uint32_t c = 0; c < width; ++c) {
            const std::size_t column = first + c;
            g.constant[column] = parameters[c].constant;
            g.zero_point[column] = parameters[c].weight_zero_point;
            g.coefficient[column] = corrected_ ? parameters[c].coefficient : 0;
            g.scale[column] = parameters[c].scale;
            g.equal_zero_points = g.equal_zero_points && g.zero_point[column] == g.zero_point[0];
            std::int8_t* to = g.weights.data() + column / lanes * block_bytes + column % lanes * 4;
            for (std::uint32_t k = 0; k < t_.reduction; ++k) {
                const std::uint32_t tap = k / channels, channel = k % channels;
                const std::uint8_t code = codes[std::size_t{k} * width + c];
                for (std::uint32_t p = 0; p < planes(); ++p) {
                    const std::size_t quad = (std::size_t{tap} * planes() + p) * depth_ + channel / 4;
                    to[quad * quad_bytes + channel % 4] =
                        static_cast<std::int8_t>((code & product_planes_[p].weight_mask) ^ flip);
                }
            }
        }
    }
    return g;
}

void MatrixLayer::sum(const StageJob& stage, Scratch& scratch, std::size_t first_pixel,
                      bool equal_zero_points, std::int32_t zero_point) const {
    const std::size_t pixels = std::size_t{d_.output_height} * d_.output_width;
    std::int32_t* sum_a = scratch.sum_a.get() + first_pixel;
    std::int32_t* sum_x = scratch.sum_x.get() + first_pixel;
    std::int32_t* offset = scratch.offset.get() + first_pixel;
    WindowSumJob job;
    job.stage = &stage;
    job.kernel_height = d_.kernel_height;
    job.kernel_width = d_.kernel_width;
    job.stride_y = d_.stride_y;
    job.stride_x = d_.stride_x;
    job.output_height = d_.output_height;
    job.output_width = d_.output_width;
    job.positions = scratch.positions.get();
    const auto sums = [&](WindowSumJob::Map map, std::uint8_t mask, std::int32_t* to) {
        job.map = map;
        job.mask = mask;
        job.sums = to;
        kernels_.window_sums(job);
    };
    const std::int32_t folded_zero_point = equal_zero_points ? zero_point : 0;
    if (unsigned_weights_ || zero_point != 0 || !equal_zero_points) {
        sums(WindowSumJob::Map::masked, 255, sum_a);
    } else {
        std::fill_n(sum_a, pixels, 0);
    }
    if (corrected_) sums(variate_map_, variate_mask_, sum_x);
    if (unsigned_weights_) {
        const bool x_is_the_rest = corrected_ && variate_map_ == WindowSumJob::Map::masked &&
                                   variate_mask_ == static_cast<std::uint8_t>(~used_mask_);
        if (used_mask_ == 255) {
            std::copy_n(sum_a, pixels, offset);
        } else if (x_is_the_rest) {
            for (std::size_t i = 0; i < pixels; ++i) offset[i] = sum_a[i] - sum_x[i];
        } else {
            sums(WindowSumJob::Map::masked, used_mask_, offset);
        }
    } else {
        std::fill_n(offset, pixels, 0);
    }
    for (std::size_t i = 0; i < pixels; ++i) offset[i] = 128 * offset[i] - folded_zero_point * sum_a[i];
}

void MatrixLayer::run(TensorArena& tensors, std::size_t images) const {
    const std::size_t pixels = std::size_t{d_.output_height} * d_.output_width;
    const std::size_t image_bytes = position_bytes() * staged_height_ * staged_width_;
    // Single pixels, as in fully connected layers: the images are the pixels of a row.
    const std::size_t together = pixels == 1 ? images : 1;
    Scratch scratch(image_bytes * together, std::size_t{staged_height_} * staged_width_, pixels * together);

    StageJob stage;
    stage.image_height = d_.input_height;
    stage.image_width = d_.input_width;
    stage.pixel_stride = d_.input_channels;
    stage.depth = d_.input_channels / d_.groups;
    stage.pad_top = d_.pad_top;
    stage.pad_left = d_.pad_left;
    stage.height = staged_height_;
    stage.width = staged_width_;
    stage.zero_point = static_cast<std::uint8_t>(d_.input_zero_point);
    stage.masks = masks_.data();
    stage.planes = planes();

    DirectJob job;
    job.staged = scratch.staged.get();
    job.segment_step = position_bytes() * staged_width_;
    job.row_step = job.segment_step * d_.stride_y;
    job.segments = d_.kernel_height;
    job.segment_quads = d_.kernel_width * planes() * depth_;
    job.offset = scratch.offset.get();
    job.sum_a = scratch.sum_a.get();
    job.sum_x = scratch.sum_x.get();
    job.finish.narrow = narrow_;
    const std::uint32_t fraction = d_.coefficient_fraction_bits;
    job.finish.coefficient_half = (std::int64_t{1} << fraction) / 2;
    job.finish.coefficient_shift = fraction;
    job.finish.output_zero_point = static_cast<std::int32_t>(d_.output_zero_point);
    job.finish.low = static_cast<std::int32_t>(d_.clamp_min);
    job.finish.high = static_cast<std::int32_t>(d_.clamp_max);
    job.finish.columns = t_.filters;
    if (pixels == 1) {
        job.rows = 1;
        job.row_pixels = static_cast<std::uint32_t>(images);
        job.pixel_step = image_bytes;
        job.out_stride = images > 1 ? static_cast<std::size_t>(tensors.at(1, d_.output_address) -
                                                               tensors.at(0, d_.output_address))
                                    : 0;
    } else {
        job.rows = d_.output_height;
        job.row_pixels = d_.output_width;
        job.pixel_step = position_bytes() * d_.stride_x;
        job.out_stride = d_.output_channels;
    }

    for (std::uint32_t group = 0; group < d_.groups; ++group) {
        const Group& g = groups_[group];
        job.weights = g.weights.data();
        job.blocks = static_cast<std::uint32_t>(g.constant.size() / kernels_.lanes);
        job.finish.constant = g.constant.data();
        job.finish.zero_point = g.zero_point.data();
        job.finish.coefficient = corrected_ ? g.coefficient.data() : nullptr;
        job.finish.scale = g.scale.data();
        for (std::size_t first = 0; first < images; first += together) {
            for (std::size_t i = 0; i < together; ++i) {
                stage.image = tensors.at(first + i, d_.input_address) + std::size_t{group} * stage.depth;
                stage.staged = scratch.staged.get() + i * image_bytes;
                kernels_.stage(stage);
                sum(stage, scratch, i * pixels, narrow_, g.zero_point[0]);
            }
            job.out = tensors.at(first, d_.output_address) + std::size_t{group} * t_.filters;
            kernels_.convolve(job);
        }
    }
}

}  // namespace approxtlm
