#include <algorithm>

#include "models/kernels/layer_runner.h"
#include "models/kernels/vector_ops.h"
#include "models/kernels/window.h"

namespace approxtlm {
namespace {

/// One matrix layer of one image through the array's registers.
class FoldRunner {
public:
    FoldRunner(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
               TensorArena& tensors, ArrayEngines& engines, ActivityCounts& activity)
        : d_(d),
          t_(t),
          memory_(memory),
          input_{tensors.at(0, d.input_address), 0, d.input_height},
          output_(tensors.at(0, d.output_address)),
          engines_(engines),
          activity_(activity) {}

    void run() {
        for (std::uint32_t band = 0; band < t_.tiles; ++band) {
            const TileRows rows = tile_rows_of(d_, band);
            first_pixel_ = rows.output_first * d_.output_width;
            for_each_fold(t_, rows.output_count * d_.output_width, [&](const FoldPosition& p) {
                switch (t_.dataflow) {
                    case Dataflow::weight_stationary:
                        return weight_stationary(p);
                    case Dataflow::output_stationary:
                        return output_stationary(p);
                    case Dataflow::input_stationary:
                        return input_stationary(p);
                }
            });
        }
    }

private:
    void weight_stationary(const FoldPosition& p) {
        const std::uint32_t rows = t_.fold_rows(p.fold);
        gather(p, p.fold * t_.array_rows, rows);
        engines_.run_fold(codes(p, p.fold), rows, t_.fold_columns(p.filter_tile), window_.data(), p.pixels,
                          fold_, &activity_);
        if (p.fold == 0) total_ = {};
        accumulate(total_.psum, fold_.psum);
        accumulate(total_.sum_a, fold_.sum_a);
        accumulate(total_.sum_x, fold_.sum_x);
        if (p.fold + 1 == t_.reduction_folds) finish(p);
    }

    void output_stationary(const FoldPosition& p) {
        if (p.fold + 1 < t_.reduction_folds) return;
        gather(p, 0, t_.reduction);
        transpose(p.pixels, t_.reduction);
        OutputStationaryTile tile;
        tile.pixels = p.pixels;
        tile.filters = t_.fold_columns(p.filter_tile);
        tile.steps = t_.reduction;
        tile.activations = window_.data();
        tile.weights = codes(p, 0);
        engines_.output_stationary().run(tile, total_, &activity_);
        finish(p);
    }

    void input_stationary(const FoldPosition& p) {
        const std::uint32_t rows = t_.fold_rows(p.fold), filters = t_.fold_columns(p.filter_tile);
        InputStationaryEngine& engine = engines_.input_stationary();
        if (p.filter_tile == 0) {
            gather(p, p.fold * t_.array_rows, rows);
            transpose(p.pixels, rows);
            engine.load(window_.data(), rows, p.pixels, p.fold == 0, &activity_);
        }
        engine.stream(codes(p, p.fold), filters, fold_, &activity_);
        if (p.fold == 0 && p.filter_tile == 0) by_pixel_.assign(std::size_t{p.pixels} * t_.filters, 0);
        for (std::uint32_t f = 0; f < filters; ++f)
            for (std::uint32_t pixel = 0; pixel < p.pixels; ++pixel)
                by_pixel_[std::size_t{pixel} * t_.filters + p.filter_tile * t_.array_columns + f] +=
                    static_cast<std::uint32_t>(fold_.psum[std::size_t{f} * p.pixels + pixel]);
        if (p.fold + 1 < t_.reduction_folds) return;
        total_.sum_a = fold_.sum_a;
        total_.sum_x = fold_.sum_x;
        total_.psum.clear();
        for (std::uint32_t pixel = 0; pixel < p.pixels; ++pixel)
            for (std::uint32_t f = 0; f < filters; ++f)
                total_.psum.push_back(static_cast<std::int32_t>(
                    by_pixel_[std::size_t{pixel} * t_.filters + p.filter_tile * t_.array_columns + f]));
        finish(p);
    }

    const std::uint8_t* codes(const FoldPosition& p, std::uint32_t fold) const {
        return memory_.data() + d_.weight_address + t_.weight_offset(p.group, p.filter_tile, fold);
    }

    void gather(const FoldPosition& p, std::uint32_t first_k, std::uint32_t count) {
        window_.resize(std::size_t{p.pixels} * count);
        gather_window(d_, input_, p.group, first_k, count, first_pixel_ + p.first_pixel, p.pixels,
                      window_.data());
    }

    /// [pixel][element] becomes [element][pixel].
    void transpose(std::uint32_t pixels, std::uint32_t elements) {
        scratch_.swap(window_);
        window_.resize(scratch_.size());
        for (std::uint32_t p = 0; p < pixels; ++p)
            for (std::uint32_t k = 0; k < elements; ++k)
                window_[std::size_t{k} * pixels + p] = scratch_[std::size_t{p} * elements + k];
    }

    /// Wraps at 32 bits, as the accumulators do.
    static void accumulate(std::vector<std::int32_t>& total, const std::vector<std::int32_t>& fold) {
        total.resize(fold.size());
        for (std::size_t i = 0; i < fold.size(); ++i)
            total[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(total[i]) +
                                                 static_cast<std::uint32_t>(fold[i]));
    }

    void finish(const FoldPosition& p) {
        finish_matrix(d_, read_parameters(d_, t_, p.group, p.filter_tile, memory_).data(),
                      t_.fold_columns(p.filter_tile), total_.psum.data(), total_.sum_a.data(),
                      total_.sum_x.data(), p.pixels,
                      output_ + std::size_t{first_pixel_ + p.first_pixel} * d_.output_channels +
                          p.group * t_.filters + p.filter_tile * t_.array_columns,
                      d_.output_channels);
    }

    const LayerDescriptor& d_;
    const Tiling& t_;
    const std::vector<std::uint8_t>& memory_;
    const TensorRows input_;
    std::uint8_t* const output_;
    ArrayEngines& engines_;
    ActivityCounts& activity_;
    std::uint32_t first_pixel_ = 0;  ///< of the band
    std::vector<std::uint8_t> window_, scratch_;
    std::vector<std::uint32_t> by_pixel_;  ///< [pixel][filter of the group], input-stationary
    FoldOutput fold_, total_;
};

}  // namespace

void run_matrix_by_folds(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                         TensorArena& tensors, ArrayEngines& engines, ActivityCounts& activity) {
    FoldRunner(d, t, memory, tensors, engines, activity).run();
}

}  // namespace approxtlm
