#include "models/pe_array/pe_array.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "models/buffers/window_extension.h"
#include "models/correction/fold_extension.h"
#include "models/pe_array/pe_array_timing.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

PeArray::PeArray(const sc_core::sc_module_name& name, const PeArrayConfig& config,
                 const FoldEngine::Config& engine, std::uint32_t weight_slots, sc_time clock_period,
                 JobRecorder& recorder)
    : sc_module(name),
      config_(config),
      weight_slots_(weight_slots),
      clock_period_(clock_period),
      recorder_(recorder),
      engine_(engine) {
    SC_THREAD(shift);
    SC_THREAD(stream);
}

void PeArray::shift() {
    for (;;) {
        const JobPtr job = shift_jobs->read();
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            std::uint32_t fold_of_tile = 0;
            for (std::uint32_t group = 0; group < job->t.groups; ++group)
                for (std::uint32_t filter_tile = 0; filter_tile < job->t.filter_tiles; ++filter_tile)
                    for (std::uint32_t fold = 0; fold < job->t.reduction_folds; ++fold)
                        shift_fold(*job, tile, filter_tile, fold, fold_of_tile++);
        }
    }
}

void PeArray::shift_fold(const LayerJob& job, std::uint32_t tile, std::uint32_t filter_tile,
                         std::uint32_t fold, std::uint32_t fold_of_tile) {
    shadow_free_.wait();
    if (!job.resident() || tile == 0) weights_ready->wait();

    ShadowFold next;
    next.shift_start = sc_time_stamp();
    const std::uint32_t columns = job.t.fold_columns(filter_tile);
    const std::uint32_t weight_bytes = columns * job.t.fold_rows(fold);
    next.codes.resize(job.t.fold_bytes(filter_tile, fold));
    const std::uint64_t address = std::uint64_t{job.slot(tile, fold_of_tile) % weight_slots_} *
                                  weight_slot_bytes(config_.rows, config_.columns);
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_READ_COMMAND, address, next.codes.data(), next.codes.size());
    sc_time delay;
    weights->b_transport(payload, delay);
    require_ok(payload, name());
    recorder_.activity(job.index).add(Activity::weight_buffer_read_bytes, next.codes.size());
    if (next.codes.size() > weight_bytes) {
        auto parameters = std::make_shared<std::vector<FilterParameters>>(columns);
        std::memcpy(parameters->data(), next.codes.data() + weight_bytes, columns * sizeof(FilterParameters));
        next.parameters = std::move(parameters);
    }
    shadow_ = std::move(next);
    wait(std::max(delay, static_cast<double>(weight_shift_cycles(config_)) * clock_period_));
    if (!job.resident() || tile + 1 == job.tiles) weight_slot_free->post();
    shadow_full_.post();
}

void PeArray::stream() {
    for (;;) {
        const sc_time idle_since = sc_time_stamp();
        const JobPtr job = stream_jobs->read();
        if (job->index == 0) engine_.reset();
        const sc_time job_read = sc_time_stamp();
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            const sc_time waiting_since = sc_time_stamp();
            const TileLoaded loaded = tiles->read();
            recorder_.tile_arrived(job->index, tile == 0, idle_since, job_read, waiting_since,
                                   loaded.load_start);
            stream_tile(job, tile);
            tile_free->post();
        }
        recorder_.last_issue(job->index);
    }
}

void PeArray::stream_tile(const JobPtr& job, std::uint32_t tile) {
    for (std::uint32_t group = 0; group < job->t.groups; ++group) {
        for (std::uint32_t filter_tile = 0; filter_tile < job->t.filter_tiles; ++filter_tile) {
            const sc_time waiting_since = sc_time_stamp();
            accumulator_free->wait();
            recorder_.stall(job->index, Stall::accumulator, waiting_since, sc_time_stamp());
            for (std::uint32_t fold = 0; fold < job->t.reduction_folds; ++fold)
                stream_fold(job, tile, group, filter_tile, fold);
            accumulator_half_ ^= 1u;
        }
    }
}

void PeArray::stream_fold(const JobPtr& job, std::uint32_t tile, std::uint32_t group,
                          std::uint32_t filter_tile, std::uint32_t fold) {
    const sc_time waiting_since = sc_time_stamp();
    shadow_full_.wait();
    recorder_.stall_split(job->index, Stall::weight_load, Stall::weight_shift, shadow_.shift_start,
                          waiting_since, sc_time_stamp());
    const std::uint32_t rows = job->t.fold_rows(fold);
    const std::uint32_t columns = job->t.fold_columns(filter_tile);
    const std::uint32_t vectors = job->pixels(tile);
    ActivityCounts& activity = recorder_.activity(job->index);
    engine_.load_weights(shadow_.codes.data(), rows, columns, recorder_.toggles(job->index));

    FoldExtension extension;
    extension.job = job;
    extension.tile = tile;
    extension.group = group;
    extension.filter_tile = filter_tile;
    extension.fold = fold;
    extension.vectors = vectors;
    extension.columns = columns;
    extension.accumulator_half = accumulator_half_;
    extension.parameters = shadow_.parameters;
    if (config_.shadow_weights) shadow_free_.post();

    // Activations: the im2col window of this fold's rows over the tile's pixels.
    const TileRows tile_rows = tile_rows_of(job->d, tile);
    WindowExtension window;
    window.layer = &job->d;
    window.first_row = tile_rows.input_first;
    window.rows = tile_rows.input_count;
    window.group = group;
    window.first_k = fold * config_.rows;
    window.count = rows;
    window.first_pixel = tile_rows.output_first * job->d.output_width;
    window.pixels = vectors;
    std::vector<std::uint8_t> vectors_in(std::size_t{vectors} * rows);
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_READ_COMMAND, job->input_half(tile), vectors_in.data(), vectors_in.size());
    payload.set_extension(&window);
    sc_time port_delay;
    activations->b_transport(payload, port_delay);
    payload.clear_extension(&window);
    require_ok(payload, name());
    activity.add(Activity::activation_buffer_read_bytes, vectors_in.size());

    engine_.stream(vectors_in.data(), vectors, output_, recorder_.toggles(job->index));

    // Sums leave at the bottom: the correction unit says how fast it takes them.
    const std::uint32_t lanes = columns + 2;
    std::vector<std::int32_t> sums_out(std::size_t{vectors} * lanes);
    for (std::uint32_t v = 0; v < vectors; ++v) {
        std::int32_t* entry = sums_out.data() + std::size_t{v} * lanes;
        std::memcpy(entry, output_.psum.data() + std::size_t{v} * columns, columns * sizeof(std::int32_t));
        entry[columns] = output_.sum_a[v];
        entry[columns + 1] = output_.sum_x[v];
    }
    tlm::tlm_generic_payload sums_payload;
    set_transfer(sums_payload, tlm::TLM_WRITE_COMMAND, 0, sums_out.data(),
                 sums_out.size() * sizeof(std::int32_t));
    sums_payload.set_extension(&extension);
    sc_time correction_delay = port_delay;
    sums->b_transport(sums_payload, correction_delay);
    sums_payload.clear_extension(&extension);
    require_ok(sums_payload, name());

    const sc_time start = sc_time_stamp();
    const sc_time streaming = static_cast<double>(vectors) * clock_period_;
    wait(correction_delay);
    recorder_.busy(job->index, vectors);
    recorder_.stall_split(job->index, Stall::activation_port, Stall::mac_plus, start + port_delay,
                          start + streaming, sc_time_stamp());
    if (!config_.shadow_weights) {
        const sc_time draining_since = sc_time_stamp();
        wait(static_cast<double>(array_drain_cycles(config_)) * clock_period_);
        recorder_.stall(job->index, Stall::drain, draining_since, sc_time_stamp());
        shadow_free_.post();
    }
}

}  // namespace approxtlm
