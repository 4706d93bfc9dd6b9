// Output-stationary: a PE holds a pixel's sum for one filter while the whole reduction passes.
#include <algorithm>

#include "models/common/array_timing.h"
#include "models/pe_array/pe_array.h"

namespace approxtlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

void PeArray::stream_output_stationary(const JobPtr& job, std::uint32_t tile, const FoldPosition& p) {
    if (p.fold == 0) {
        tile_activations_.clear();
        tile_weights_.clear();
    }
    take_weights(*job);
    std::vector<std::uint8_t> steps;
    const WindowTime window = read_window(*job, tile, p, true, steps);
    tile_activations_.insert(tile_activations_.end(), steps.begin(), steps.end());
    const std::uint32_t rows = job->t.fold_rows(p.fold), columns = job->t.fold_columns(p.filter_tile);
    tile_weights_.insert(tile_weights_.end(), weights_in_.codes.begin(),
                         weights_in_.codes.begin() + std::ptrdiff_t{rows} * columns);

    const sc_time start = sc_time_stamp();
    work(*job, tile, p, rows, std::max({cycles(rows), window.total, weights_in_.port_delay}));
    charge_window(*job, start, rows, window, Stall::weight_port);
    done_with_weights();
    if (p.fold + 1 == job->t.reduction_folds) finish_output_stationary(job, tile, p);
}

/// The last step waits until the sums before it have moved far enough, and for a place to put its own.
void PeArray::finish_output_stationary(const JobPtr& job, std::uint32_t tile, const FoldPosition& p) {
    const sc_time waiting_since = sc_time_stamp();
    if (way_out_free_ > waiting_since) {
        wait(way_out_free_ - waiting_since);
        recorder_.stall_split(job->index, Stall::drain, Stall::mac_plus, last_end_ + cycles(config_.rows),
                              waiting_since, sc_time_stamp());
    }
    take_accumulators(*job);
    OutputStationaryTile operands;
    operands.pixels = p.pixels;
    operands.filters = job->t.fold_columns(p.filter_tile);
    operands.steps = job->t.reduction;
    operands.activations = tile_activations_.data();
    operands.weights = tile_weights_.data();
    engines_.output_stationary().run(operands, output_, recorder_.toggles(job->index));
    last_end_ = sc_time_stamp();
    way_out_free_ =
        last_end_ + send(job, tile, p, lanes_of_pixels(p, operands.filters), sc_core::SC_ZERO_TIME);
}

}  // namespace approxtlm
