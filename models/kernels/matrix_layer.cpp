#include "models/kernels/matrix_layer.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "models/kernels/array_kernels.h"
#include "models/kernels/layer_runner.h"
#include "models/kernels/vector_ops.h"

namespace approxtlm {
namespace {

/// Of the named variates; a table's sums are formed by ProductMatrix.
WindowSum::Map map_of(const Variate& variate) {
    if (variate == Variate::low_bits) return WindowSum::Map::masked;
    return variate == Variate::any_low ? WindowSum::Map::any : WindowSum::Map::ones;
}

/// 32 bytes of tables a weight: planes for what would not fit the caches anyway.
constexpr std::size_t kMostNibbleWeights = 1u << 20;

/// MAC+ within 32 bits for every coefficient and every sum of `reduction` values of x.
bool correction_is_narrow(const AlignedVector<std::int32_t>& coefficients, std::uint32_t reduction,
                          int largest_x, std::int64_t half) {
    std::int64_t largest = 0;
    for (const std::int32_t c : coefficients) largest = std::max(largest, std::abs(std::int64_t{c}));
    return approxtlm::correction_is_narrow(static_cast<double>(largest),
                                           static_cast<double>(reduction) * largest_x, half);
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
          sum_a(buffer<std::int32_t>(pixels + WindowSumJob::kRoom)),
          sum_x(buffer<std::int32_t>(pixels + WindowSumJob::kRoom)),
          offset(buffer<std::int32_t>(pixels + WindowSumJob::kRoom)) {}
    PixelSumsView sums() const { return {offset.get(), sum_a.get(), sum_x.get()}; }

    std::unique_ptr<std::uint8_t[]> staged;
    std::unique_ptr<std::int32_t[]> positions;
    std::unique_ptr<std::int32_t[]> sum_a, sum_x, offset;  ///< [pixel]

    // Nibble tables only.
    AlignedVector<std::uint8_t> panel;
    AlignedVector<std::int32_t> psum;
    std::vector<std::uint32_t> pixel_offset, out_offset;
};

MatrixLayer::MatrixLayer(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                         const FoldEngine::Config& array, const ArrayKernels& kernels)
    : d_(d),
      t_(t),
      kernels_(kernels),
      encoding_(array.encoding),
      unsigned_weights_(array.encoding == Encoding::unsigned_codes),
      corrected_((d.flags & kFlagCorrection) != 0 && array.multiplier.family != MultiplierFamily::exact),
      variate_map_(map_of(array.variate)),
      nibbles_(array.multiplier.family == MultiplierFamily::truncated &&
               kernels.convolve_nibbles != nullptr &&
               std::size_t{t.reduction} * t.filters <= kMostNibbleWeights),
      depth_(ceil_div(d.input_channels / d.groups, 4)),
      staged_height_((d.output_height - 1) * d.stride_y + d.kernel_height),
      staged_width_((d.output_width - 1) * d.stride_x + d.kernel_width),
      multiplier_(array.multiplier),
      product_planes_(nibbles_ ? std::vector<ProductPlane>{{255, 255}}
                               : product_planes(array.multiplier, kernels.split_top_bit)) {
    for (const ProductPlane& p : product_planes_) {
        masks_.push_back(p.activation_mask);
        used_mask_ = static_cast<std::uint8_t>(used_mask_ | p.activation_mask);
    }
    variate_mask_ = static_cast<std::uint8_t>(variate_value(Variate::low_bits, array.multiplier, 255));
    for (std::uint32_t g = 0; g < d.groups; ++g) groups_.push_back(pack(memory, g));
    const std::int64_t half = (std::int64_t{1} << d.coefficient_fraction_bits) / 2;
    const int largest_x = largest_variate(array.variate, array.multiplier);
    narrow_ = std::all_of(groups_.begin(), groups_.end(), [&](const Group& g) {
        return g.equal_zero_points && correction_is_narrow(g.coefficient, t.reduction, largest_x, half);
    });
    packable_ =
        narrow_ && std::all_of(groups_.begin(), groups_.end(), [](const Group& g) {
            return std::all_of(g.scale.begin(), g.scale.end(), [](float s) { return 0 <= s && s < 1; });
        });
}

MatrixLayer::Group MatrixLayer::pack(const std::vector<std::uint8_t>& memory, std::uint32_t group) const {
    const std::size_t lanes = kernels_.lanes;
    const std::size_t columns = (t_.filters + lanes - 1) / lanes * lanes;
    const std::uint32_t channels = d_.input_channels / d_.groups;
    const std::uint32_t quads = d_.kernel_height * d_.kernel_width * planes() * depth_;
    Group g;
    if (nibbles_) {
        g.nibbles = NibbleTables(multiplier_, encoding_, static_cast<std::uint32_t>(columns), quads);
    } else {
        g.weights.resize(columns * quads * 4);
    }
    g.constant.resize(columns);
    g.zero_point.resize(columns);
    g.coefficient.resize(columns);
    g.scale.resize(columns);
    for (std::uint32_t tile = 0; tile < t_.filter_tiles; ++tile) {
        const std::uint32_t first = tile * t_.array_columns, width = t_.fold_columns(tile);
        const std::vector<FilterParameters> parameters = read_parameters(d_, t_, group, tile, memory);
        const std::uint8_t* codes = memory.data() + d_.weight_address + t_.weight_offset(group, tile, 0);
        for (std::uint32_t c = 0; c < width; ++c) {
            const std::size_t column = first + c;
            g.constant[column] = parameters[c].constant;
            g.zero_point[column] = parameters[c].weight_zero_point;
            g.coefficient[column] = corrected_ ? parameters[c].coefficient : 0;
            g.scale[column] = parameters[c].scale;
            g.equal_zero_points = g.equal_zero_points && g.zero_point[column] == g.zero_point[0];
            for (std::uint32_t k = 0; k < t_.reduction; ++k) {
                const std::uint32_t quad = k / channels * planes() * depth_ + k % channels / 4;
                const std::uint8_t code = codes[t_.code_offset(tile, k, c)];
                if (nibbles_) {
                    g.nibbles.set(static_cast<std::uint32_t>(column), quad, k % channels % 4, code);
                } else {
                    pack_planes(code, quads, quad, k % channels % 4, column, g);
                }
            }
        }
    }
    return g;
}

void MatrixLayer::pack_planes(std::uint8_t code, std::uint32_t quads, std::uint32_t first_quad,
                              std::uint32_t slot, std::size_t column, Group& g) const {
    // Unsigned codes become signed bytes by W - 128; PixelSumsView::offset puts 128 sum A back.
    const std::uint8_t flip = unsigned_weights_ ? 0x80 : 0;
    const std::size_t lanes = kernels_.lanes;
    for (std::uint32_t p = 0; p < planes(); ++p) {
        const std::size_t quad = column / lanes * quads + first_quad + p * depth_;
        g.weights[(quad * lanes + column % lanes) * 4 + slot] =
            static_cast<std::int8_t>((code & product_planes_[p].weight_mask) ^ flip);
    }
}

void MatrixLayer::sum(const StageJob& stage, Scratch& scratch, std::size_t first_pixel,
                      bool equal_zero_points, std::int32_t zero_point) const {
    WindowSumJob job;
    job.stage = &stage;
    job.kernel_height = d_.kernel_height;
    job.kernel_width = d_.kernel_width;
    job.stride_y = d_.stride_y;
    job.stride_x = d_.stride_x;
    job.output_height = d_.output_height;
    job.output_width = d_.output_width;
    job.positions = scratch.positions.get();
    job.offset = scratch.offset.get() + first_pixel;
    // Codes were packed as W - 128.
    const bool shifted = nibbles_ ? NibbleTables::factor128(multiplier_, encoding_) : unsigned_weights_;
    const bool x_is_the_rest = corrected_ && variate_map_ == WindowSum::Map::masked &&
                               variate_mask_ == static_cast<std::uint8_t>(~used_mask_);
    WindowSum a, x, used;
    x.map = variate_map_;
    x.mask = variate_mask_;
    used.mask = used_mask_;
    if (equal_zero_points) a.factor = -zero_point;
    if (!equal_zero_points) a.sums = scratch.sum_a.get() + first_pixel;
    if (corrected_) x.sums = scratch.sum_x.get() + first_pixel;
    if (shifted) {
        if (used_mask_ == 255) {
            a.factor += 128;
        } else if (x_is_the_rest) {
            a.factor += 128;
            x.factor = -128;
        } else {
            used.factor = 128;
        }
    }
    std::array<WindowSum, 3> terms;
    for (const WindowSum& term : {a, x, used}) {
        if (term.factor != 0 || term.sums != nullptr) terms[job.term_count++] = term;
    }
    job.terms = terms.data();
    kernels_.window_sums(job);
}

StageJob MatrixLayer::stage_job() const {
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
    return stage;
}

FinishJob MatrixLayer::finish_of(const Group& g) const {
    FinishJob finish;
    finish.constant = g.constant.data();
    finish.zero_point = g.zero_point.data();
    finish.coefficient = corrected_ ? g.coefficient.data() : nullptr;
    finish.scale = g.scale.data();
    finish.coefficient_half = (std::int64_t{1} << d_.coefficient_fraction_bits) / 2;
    finish.coefficient_shift = d_.coefficient_fraction_bits;
    finish.output_zero_point = static_cast<std::int32_t>(d_.output_zero_point);
    finish.low = static_cast<std::int32_t>(d_.clamp_min);
    finish.high = static_cast<std::int32_t>(d_.clamp_max);
    finish.columns = t_.filters;
    finish.narrow = narrow_;
    finish.packable = packable_;
    return finish;
}

void MatrixLayer::run_direct(const Group& g, const Scratch& scratch, std::size_t images, std::uint8_t* out,
                             std::size_t image_step) const {
    DirectJob job;
    job.staged = scratch.staged.get();
    job.segment_step = position_bytes() * staged_width_;
    job.row_step = job.segment_step * d_.stride_y;
    job.segments = d_.kernel_height;
    job.segment_quads = d_.kernel_width * planes() * depth_;
    job.weights = g.weights.data();
    job.blocks = static_cast<std::uint32_t>(g.constant.size() / kernels_.lanes);
    job.sums = scratch.sums();
    job.finish = finish_of(g);
    job.out = out;
    if (pixels() == 1) {  // the images are the pixels of a row
        job.rows = 1;
        job.row_pixels = static_cast<std::uint32_t>(images);
        job.pixel_step = staged_bytes();
        job.out_stride = image_step;
    } else {
        job.rows = d_.output_height;
        job.row_stride = d_.stride_y;
        if (d_.input_zero_point == 0) {
            job.zero_top = d_.pad_top;
            job.zero_bottom = d_.pad_top + d_.input_height;
        }
        job.row_pixels = d_.output_width;
        job.pixel_step = position_bytes() * d_.stride_x;
        job.out_stride = d_.output_channels;
    }
    kernels_.convolve(job);
}

/// Where each pixel's window starts and its codes go, the same for every call.
void MatrixLayer::place_pixels(Scratch& scratch, std::size_t images, std::size_t image_step) const {
    scratch.pixel_offset.reserve(images * pixels());
    scratch.out_offset.reserve(images * pixels());
    for (std::size_t i = 0; i < images; ++i) {
        for (std::size_t y = 0; y < d_.output_height; ++y) {
            for (std::size_t x = 0; x < d_.output_width; ++x) {
                const std::size_t position = y * d_.stride_y * staged_width_ + x * d_.stride_x;
                const std::size_t pixel = y * d_.output_width + x;
                scratch.pixel_offset.push_back(
                    static_cast<std::uint32_t>(i * staged_bytes() + position * position_bytes()));
                scratch.out_offset.push_back(
                    static_cast<std::uint32_t>(i * image_step + pixel * d_.output_channels));
            }
        }
    }
}

void MatrixLayer::run_nibbles(const Group& g, Scratch& scratch, std::size_t images, std::uint8_t* out) const {
    NibbleJob job;
    job.staged = scratch.staged.get();
    job.segment_step = position_bytes() * staged_width_;
    job.segments = d_.kernel_height;
    job.segment_quads = d_.kernel_width * depth_;
    job.pixels = static_cast<std::uint32_t>(images * pixels());
    job.blocks = static_cast<std::uint32_t>(g.constant.size() / kernels_.lanes);
    g.nibbles.give(job);
    job.sums = scratch.sums();
    job.finish = finish_of(g);
    job.out = out;
    scratch.panel.resize(NibbleJob::panel_bytes(job.segments * job.segment_quads));
    scratch.psum.resize(g.constant.size() * NibbleJob::kPixels);
    job.pixel_offset = scratch.pixel_offset.data();
    job.out_offset = scratch.out_offset.data();
    job.panel = scratch.panel.data();
    job.psum = scratch.psum.data();
    kernels_.convolve_nibbles(job);
}

/// Images that a kernel call takes: one, unless its pixels are too few for the kernel.
std::size_t MatrixLayer::together(std::size_t images) const {
    const std::size_t wanted = nibbles_        ? (NibbleJob::kPixels + pixels() - 1) / pixels()
                               : pixels() == 1 ? images
                                               : 1;
    return std::min(images, wanted);
}

void MatrixLayer::run(TensorArena& tensors, std::size_t images) const {
    const std::size_t at_once = together(images);
    Scratch scratch(staged_bytes() * at_once + 16, 3 * WindowSumJob::area(staged_height_, staged_width_),
                    pixels() * at_once);
    const std::size_t image_step =
        images > 1
            ? static_cast<std::size_t>(tensors.at(1, d_.output_address) - tensors.at(0, d_.output_address))
            : 0;
    if (nibbles_) place_pixels(scratch, at_once, image_step);
    StageJob stage = stage_job();
    for (std::uint32_t group = 0; group < d_.groups; ++group) {
        const Group& g = groups_[group];
        for (std::size_t first = 0; first < images; first += at_once) {
            const std::size_t count = std::min(at_once, images - first);
            for (std::size_t i = 0; i < count; ++i) {
                stage.image = tensors.at(first + i, d_.input_address) + std::size_t{group} * stage.depth;
                stage.staged = scratch.staged.get() + i * staged_bytes();
                stage.write_padding = first == 0;
                kernels_.stage(stage);
                sum(stage, scratch, i * pixels(), narrow_, g.zero_point[0]);
            }
            std::uint8_t* out = tensors.at(first, d_.output_address) + std::size_t{group} * t_.filters;
            if (nibbles_) {
                run_nibbles(g, scratch, count, out);
            } else {
                run_direct(g, scratch, count, out, image_step);
            }
        }
    }
}

}  // namespace approxtlm
