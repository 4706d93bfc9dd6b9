// Input-stationary: a column holds a fold of a pixel's window while the filters' weights pass.
#include <algorithm>
#include <utility>

#include "models/common/array_timing.h"
#include "models/pe_array/pe_array.h"

namespace approxtlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

PeArray::HeldFold PeArray::load_held(const LayerJob& job, std::uint32_t tile, const FoldPosition& p) {
    HeldFold held;
    const WindowTime window = read_window(job, tile, p, true, held.codes);
    held.ready = sc_time_stamp() + std::max(window.total, cycles(shift_in_cycles(config_)));
    recorder_.works(Unit::weight_shift, fold_work(job.index, tile, p), sc_time_stamp(), held.ready);
    return held;
}

void PeArray::wait_for_held(const LayerJob& job, const HeldFold& held) {
    const sc_time waiting_since = sc_time_stamp();
    if (held.ready <= waiting_since) return;
    wait(held.ready - waiting_since);
    recorder_.stall(job.index, Stall::weight_shift, waiting_since, sc_time_stamp());
}

/// With shadow registers the next fold's activations shift in while the filters pass.
void PeArray::stream_input_stationary(const JobPtr& job, std::uint32_t tile) {
    std::vector<FoldPosition> folds;
    for_each_fold(job->t, job->pixels(tile), [&](const FoldPosition& p) { folds.push_back(p); });
    HeldFold held = load_held(*job, tile, folds.front());
    const std::size_t chunks = job->t.filter_tiles;
    for (std::size_t first = 0; first < folds.size(); first += chunks) {
        const FoldPosition& p = folds[first];
        if (p.fold == 0) take_accumulators(*job);
        wait_for_held(*job, held);
        engines_.input_stationary().load(held.codes.data(), job->t.fold_rows(p.fold), p.pixels, p.fold == 0,
                                         recorder_.toggles(job->index));
        const bool more = first + chunks < folds.size();
        if (config_.shadow_weights && more) held = load_held(*job, tile, folds[first + chunks]);
        for (std::size_t chunk = 0; chunk < chunks; ++chunk) stream_filters(job, tile, folds[first + chunk]);
        if (!config_.shadow_weights) {
            wait_for_drain(*job);
            if (more) held = load_held(*job, tile, folds[first + chunks]);
        }
    }
}

void PeArray::stream_filters(const JobPtr& job, std::uint32_t tile, const FoldPosition& p) {
    take_weights(*job);
    const std::uint32_t filters = job->t.fold_columns(p.filter_tile);
    engines_.input_stationary().stream(weights_in_.codes.data(), filters, output_,
                                       recorder_.toggles(job->index));
    const sc_time start = sc_time_stamp(), port_delay = weights_in_.port_delay;
    work(*job, tile, p, filters,
         send(job, tile, p, lanes_of_filters(), std::max(port_delay, cycles(filters))));
    recorder_.stall_split(job->index, Stall::weight_port, Stall::mac_plus, start + port_delay,
                          start + cycles(filters), sc_time_stamp());
    done_with_weights();
}

std::vector<std::int32_t>& PeArray::lanes_of_filters() {
    lanes_ = output_.psum;
    lanes_.insert(lanes_.end(), output_.sum_a.begin(), output_.sum_a.end());
    lanes_.insert(lanes_.end(), output_.sum_x.begin(), output_.sum_x.end());
    return lanes_;
}

}  // namespace approxtlm
