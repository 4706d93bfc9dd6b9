#include "models/kernels/layer_runner.h"
#include "models/kernels/window.h"

namespace approxtlm {
namespace {

/// One matrix layer of one image through the array's registers.
class FoldCounter {
public:
    FoldCounter(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                TensorArena& tensors, ArrayEngines& engines, ActivityCounts& activity)
        : d_(d),
          t_(t),
          memory_(memory),
          input_{tensors.at(0, d.input_address), 0, d.input_height},
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
        engines_.count_fold(codes(p, p.fold), rows, t_.fold_columns(p.filter_tile), window_.data(), p.pixels,
                            activity_);
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
        engines_.output_stationary().run(tile, unused_, &activity_);
    }

    void input_stationary(const FoldPosition& p) {
        const std::uint32_t rows = t_.fold_rows(p.fold);
        if (p.filter_tile == 0) {
            gather(p, p.fold * t_.array_rows, rows);
            transpose(p.pixels, rows);
            engines_.input_stationary().load(window_.data(), rows, p.pixels, p.fold == 0, &activity_);
        }
        engines_.input_stationary().stream(codes(p, p.fold), t_.fold_columns(p.filter_tile), unused_,
                                           &activity_);
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

    const LayerDescriptor& d_;
    const Tiling& t_;
    const std::vector<std::uint8_t>& memory_;
    const TensorRows input_;
    ArrayEngines& engines_;
    ActivityCounts& activity_;
    std::uint32_t first_pixel_ = 0;  ///< of the band
    std::vector<std::uint8_t> window_, scratch_;
    FoldOutput unused_;
};

}  // namespace

void count_matrix_by_folds(const LayerDescriptor& d, const Tiling& t, const std::vector<std::uint8_t>& memory,
                           TensorArena& tensors, ArrayEngines& engines, ActivityCounts& activity) {
    FoldCounter(d, t, memory, tensors, engines, activity).run();
}

}  // namespace approxtlm
