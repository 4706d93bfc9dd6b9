#include "models/pe_array/pe_array.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "models/buffers/window_extension.h"
#include "models/common/array_timing.h"
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
      engines_(engine) {
    SC_THREAD(shift);
    SC_THREAD(stream);
}

void PeArray::shift() {
    for (;;) {
        const JobPtr job = shift_jobs->read();
        std::uint32_t sequence = 0;
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile)
            for_each_fold(job->t, job->pixels(tile),
                          [&](const FoldPosition& p) { shift_fold(*job, tile, p, sequence++); });
    }
}

void PeArray::shift_fold(const LayerJob& job, std::uint32_t tile, const FoldPosition& p,
                         std::uint32_t sequence) {
    shadow_free_.wait();
    if (job.first_use(tile, p)) weights_ready->wait();

    WeightFold next;
    next.shift_start = sc_time_stamp();
    next.last_use = job.last_use(tile, p);
    const std::uint32_t columns = job.t.fold_columns(p.filter_tile);
    const std::uint32_t weight_bytes = columns * job.t.fold_rows(p.fold);
    next.codes.resize(fold_read_bytes(job.t, p));
    const std::uint64_t address = std::uint64_t{job.slot(p, sequence) % weight_slots_} *
                                  weight_slot_bytes(config_.rows, config_.columns);
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_READ_COMMAND, address, next.codes.data(), next.codes.size());
    weights->b_transport(payload, next.port_delay);
    require_ok(payload, name());
    recorder_.activity(job.index).add(Activity::weight_buffer_read_bytes, next.codes.size());
    if (next.codes.size() > weight_bytes) {
        auto parameters = std::make_shared<std::vector<FilterParameters>>(columns);
        std::memcpy(parameters->data(), next.codes.data() + weight_bytes, columns * sizeof(FilterParameters));
        next.parameters = std::move(parameters);
    }
    weights_in_ = std::move(next);
    if (job.t.dataflow == Dataflow::weight_stationary) {
        const sc_time moving = std::max(weights_in_.port_delay, cycles(shift_in_cycles(config_)));
        recorder_.works(Unit::weight_shift, fold_work(job.index, tile, p), weights_in_.shift_start,
                        weights_in_.shift_start + moving);
        wait(moving);
        if (weights_in_.last_use) free_weight_slot();
    }
    shadow_full_.post();
}

void PeArray::stream() {
    for (;;) {
        const sc_time idle_since = sc_time_stamp();
        const JobPtr job = stream_jobs->read();
        if (job->index == 0) engines_.reset();
        const sc_time job_read = sc_time_stamp();
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            const sc_time waiting_since = sc_time_stamp();
            const TileLoaded loaded = tiles->read();
            recorder_.tile_arrived(job->index, tile == 0, idle_since, job_read, waiting_since,
                                   loaded.load_start);
            // With a layer's first tile here, the vector unit is done with the layer before.
            if (tile == 0) set_accumulator_parts(job->accumulators.count);
            stream_tile(job, tile);
            recorder_.level(Level::input_tiles, -1);
            tile_free->post();
        }
        recorder_.last_issue(job->index);
    }
}

void PeArray::stream_tile(const JobPtr& job, std::uint32_t tile) {
    if (job->t.dataflow == Dataflow::input_stationary) return stream_input_stationary(job, tile);
    for_each_fold(job->t, job->pixels(tile), [&](const FoldPosition& p) {
        job->t.dataflow == Dataflow::weight_stationary ? stream_weight_stationary(job, tile, p)
                                                       : stream_output_stationary(job, tile, p);
    });
}

void PeArray::stream_weight_stationary(const JobPtr& job, std::uint32_t tile, const FoldPosition& p) {
    if (p.fold == 0) take_accumulators(*job);
    take_weights(*job);
    const std::vector<std::uint8_t> codes = std::move(weights_in_.codes);
    if (config_.shadow_weights) shadow_free_.post();

    const WindowTime window = read_window(*job, tile, p, false, vectors_);
    const std::uint32_t columns = job->t.fold_columns(p.filter_tile);
    engines_.run_fold(codes.data(), job->t.fold_rows(p.fold), columns, vectors_.data(), p.pixels, output_,
                      recorder_.toggles(job->index));

    // Sums leave at the bottom: the correction unit says how fast it takes them.
    const sc_time start = sc_time_stamp();
    work(*job, tile, p, p.pixels, send(job, tile, p, lanes_of_pixels(p, columns), window.total));
    charge_window(*job, start, p.pixels, window, Stall::mac_plus);
    if (!config_.shadow_weights) {
        wait_for_drain(*job);
        shadow_free_.post();
    }
}

void PeArray::work(const LayerJob& job, std::uint32_t tile, const FoldPosition& p, std::uint64_t busy,
                   sc_time duration) {
    const sc_time now = sc_time_stamp();
    recorder_.streams(fold_work(job.index, tile, p), now, now + duration, busy);
    recorder_.busy(job.index, busy);
    wait(duration);
}

void PeArray::charge_window(const LayerJob& job, sc_time start, std::uint64_t busy, const WindowTime& window,
                            Stall last) {
    const sc_time worked = start + cycles(busy), now = sc_time_stamp();
    const sc_time delivered = std::min(start + window.total, now);
    recorder_.stall_split(job.index, Stall::activation_port, Stall::bank_conflict, start + window.port,
                          worked, delivered);
    recorder_.stall(job.index, last, std::max(worked, delivered), now);
}

void PeArray::free_weight_slot() {
    recorder_.level(Level::weight_slots, -1);
    weight_slot_free->post();
}

void PeArray::set_accumulator_parts(std::uint32_t count) {
    for (; accumulator_parts_ < count; ++accumulator_parts_) accumulator_free->post();
    for (; accumulator_parts_ > count; --accumulator_parts_) accumulator_free->wait();
    accumulator_part_ = 0;
}

void PeArray::take_accumulators(const LayerJob& job) {
    const sc_time waiting_since = sc_time_stamp();
    accumulator_free->wait();
    recorder_.stall(job.index, Stall::accumulator, waiting_since, sc_time_stamp());
    recorder_.level(Level::accumulators, 1);
    accumulator_address_ = accumulator_part_ * job.accumulators.bytes;
    accumulator_part_ = (accumulator_part_ + 1) % accumulator_parts_;
}

void PeArray::take_weights(const LayerJob& job) {
    const sc_time waiting_since = sc_time_stamp();
    shadow_full_.wait();
    recorder_.stall_split(job.index, Stall::weight_load, Stall::weight_shift, weights_in_.shift_start,
                          waiting_since, sc_time_stamp());
    if (weights_in_.parameters) parameters_ = weights_in_.parameters;
}

void PeArray::done_with_weights() {
    if (weights_in_.last_use) free_weight_slot();
    shadow_free_.post();
}

void PeArray::wait_for_drain(const LayerJob& job) {
    const sc_time draining_since = sc_time_stamp();
    wait(cycles(array_drain_cycles(config_)));
    recorder_.stall(job.index, Stall::drain, draining_since, sc_time_stamp());
}

PeArray::WindowTime PeArray::read_window(const LayerJob& job, std::uint32_t tile, const FoldPosition& p,
                                         bool by_element, std::vector<std::uint8_t>& codes) {
    WindowExtension extension;
    extension.layer = &job.d;
    extension.window = window_read(job.d, job.t, tile, p, by_element);
    extension.rows = tile_rows_of(job.d, tile).input_count;
    codes.resize(std::size_t{p.pixels} * extension.window.count);
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_READ_COMMAND, extension.window.address, codes.data(), codes.size());
    payload.set_extension(&extension);
    WindowTime time;
    activations->b_transport(payload, time.total);
    payload.clear_extension(&extension);
    require_ok(payload, name());
    recorder_.activity(job.index).add(Activity::activation_buffer_read_bytes, codes.size());
    time.port = time.total - cycles(extension.conflict_cycles);
    return time;
}

std::vector<std::int32_t>& PeArray::lanes_of_pixels(const FoldPosition& p, std::uint32_t filters) {
    const std::size_t lanes = std::size_t{filters} + 2;
    lanes_.resize(p.pixels * lanes);
    for (std::uint32_t v = 0; v < p.pixels; ++v) {
        std::int32_t* entry = lanes_.data() + v * lanes;
        std::memcpy(entry, output_.psum.data() + std::size_t{v} * filters, filters * sizeof(std::int32_t));
        entry[filters] = output_.sum_a[v];
        entry[filters + 1] = output_.sum_x[v];
    }
    return lanes_;
}

sc_time PeArray::send(const JobPtr& job, std::uint32_t tile, const FoldPosition& p,
                      std::vector<std::int32_t>& lanes, sc_time delay) {
    FoldExtension extension;
    extension.job = job;
    extension.tile = tile;
    extension.at = p;
    extension.accumulator_address = accumulator_address_;
    extension.parameters = parameters_;
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_WRITE_COMMAND, 0, lanes.data(), lanes.size() * sizeof(std::int32_t));
    payload.set_extension(&extension);
    sums->b_transport(payload, delay);
    payload.clear_extension(&extension);
    require_ok(payload, name());
    return delay;
}

}  // namespace approxtlm
