#include "models/common/array_timing.h"

#include "models/common/buffer_timing.h"

namespace approxtlm {
namespace {

std::uint32_t pixels_of(const LayerDescriptor& d, std::uint32_t tile) {
    return tile_rows_of(d, tile).output_count * d.output_width;
}

/// Walks a layer's folds; times are cycles since its start.
class ArrayWalk {
public:
    ArrayWalk(const AcceleratorConfig& config, const LayerDescriptor& d)
        : config_(config),
          array_(config.pe_array),
          d_(d),
          window_timer_(config.activation_buffer),
          t_(tiling_of(d, array_.rows, array_.columns)),
          drain_(array_drain_cycles(array_, t_.dataflow)) {
        for (; tile_ < t_.tiles; ++tile_) {
            if (t_.dataflow == Dataflow::input_stationary) may_load_ = end_ + exposed_drain();
            for_each_fold(t_, pixels_of(d, tile_), [&](const FoldPosition& p) { fold(p); });
        }
    }
    std::uint64_t last_sum() const { return end_ + drain_; }

private:
    /// Without shadow registers nothing shifts in before the last sum is out.
    std::uint64_t exposed_drain() const { return array_.shadow_weights || end_ == 0 ? 0 : drain_; }
    /// What stays takes `load` port cycles to come, then something streams.
    void load_and_stream(std::uint64_t load, std::uint64_t streaming) {
        const std::uint64_t loaded = may_load_ + std::max(load, shift_in_cycles(array_));
        const std::uint64_t start = std::max(end_, loaded);
        end_ = start + streaming;
        may_load_ = array_.shadow_weights ? start : end_ + drain_;
    }
    void fold(const FoldPosition& p) {
        const auto window = [&](bool by_element) {
            return window_timer_(d_, window_read(d_, t_, tile_, p, by_element)).total();
        };
        const std::uint64_t rows = t_.fold_rows(p.fold), columns = t_.fold_columns(p.filter_tile);
        const std::uint64_t weights = access_cycles(config_.weight_buffer, fold_read_bytes(t_, p));
        switch (t_.dataflow) {
            case Dataflow::weight_stationary:
                load_and_stream(weights, window(false));
                break;
            case Dataflow::output_stationary:
                pending_ += std::max({rows, window(true), weights});
                if (p.fold + 1 < t_.reduction_folds) return;
                end_ = end_ == 0 ? pending_ : end_ + std::max<std::uint64_t>(pending_, array_.rows);
                pending_ = 0;
                break;
            case Dataflow::input_stationary:
                pending_ += std::max(columns, weights);
                if (p.filter_tile + 1 < t_.filter_tiles) return;
                load_and_stream(window(true), pending_);
                pending_ = 0;
                break;
        }
    }

    const AcceleratorConfig& config_;
    const PeArrayConfig& array_;
    const LayerDescriptor& d_;
    WindowTimer window_timer_;
    const Tiling t_;
    const std::uint64_t drain_;
    std::uint32_t tile_ = 0;
    std::uint64_t may_load_ = 0;  ///< when what stays next may begin to shift in
    std::uint64_t end_ = 0;       ///< of the last thing that streamed
    std::uint64_t pending_ = 0;   ///< streaming cycles of the part of a fold seen so far
};

}  // namespace

std::uint64_t array_cycles(const AcceleratorConfig& config, const LayerDescriptor& layer) {
    return ArrayWalk(config, layer).last_sum();
}

std::uint64_t transfer_cycles(const AcceleratorConfig& config, const LayerDescriptor& d) {
    const Tiling t = tiling_of(d, config.pe_array.rows, config.pe_array.columns);
    std::uint64_t input_rows = 0, weight_passes = 0;
    for (std::uint32_t tile = 0; tile < t.tiles; ++tile) {
        input_rows += tile_rows_of(d, tile).input_count;
        weight_passes += t.pixel_tiles(pixels_of(d, tile));
    }
    if ((d.flags & kFlagWeightsResident) != 0) weight_passes = 1;
    const std::uint64_t weight_bytes = weight_passes * t.weight_bytes();
    const std::uint64_t bytes = weight_bytes + input_rows * d.input_width * d.input_channels +
                                std::uint64_t{d.output_height} * d.output_width * d.output_channels;
    const std::uint64_t pace = std::min(config.dma.bus_bytes, config.memory.bytes_per_cycle);
    const std::uint64_t arbitration_and_latency = 1 + config.memory.latency_cycles;
    const std::uint64_t folds = weight_passes * t.folds_per_tile();
    return std::max(bytes / pace, folds * arbitration_and_latency + weight_bytes / pace);
}

std::uint64_t estimated_layer_cycles(const AcceleratorConfig& config, const LayerDescriptor& d) {
    const std::uint64_t array = array_cycles(config, d), transfers = transfer_cycles(config, d);
    const std::uint32_t tiles = ceil_div(d.output_height, d.tile_rows);
    return std::max(array, transfers) + std::min(array, transfers) / tiles;
}

}  // namespace approxtlm
