#include "models/vector_unit/vector_unit.h"

#include <algorithm>

#include "models/kernels/vector_ops.h"
#include "models/tlm_support/access.h"
#include "models/vector_unit/vector_unit_timing.h"

namespace approxtlm {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

VectorUnit::VectorUnit(const sc_core::sc_module_name& name, const VectorUnitConfig& config,
                       sc_time clock_period, JobRecorder& recorder)
    : sc_module(name), config_(config), clock_period_(clock_period), recorder_(recorder) {
    SC_THREAD(run);
}

void VectorUnit::wait_cycles(std::uint64_t cycles) {
    if (cycles > 0) wait(static_cast<double>(cycles) * clock_period_);
}

void VectorUnit::work(const Work& work, std::uint64_t cycles) {
    const sc_time now = sc_time_stamp();
    recorder_.works(Unit::vector_unit, work, now, now + static_cast<double>(cycles) * clock_period_);
    wait_cycles(cycles);
}

void VectorUnit::read(tlm_utils::simple_initiator_socket<VectorUnit>& from, std::uint64_t address, void* data,
                      std::size_t bytes) {
    if (bytes == 0) return;
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_READ_COMMAND, address, data, bytes);
    sc_time hidden;  // operands arrive at the rate at which the lanes consume them
    from->b_transport(payload, hidden);
    require_ok(payload, name());
}

void VectorUnit::write_output(const LayerJob& job, std::uint32_t tile, std::vector<std::uint8_t>& out) {
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_WRITE_COMMAND, job.output_half(tile), out.data(), out.size());
    sc_time hidden;
    activations->b_transport(payload, hidden);
    require_ok(payload, name());
    recorder_.activity(job.index).add(Activity::activation_buffer_write_bytes, out.size());
}

void VectorUnit::run() {
    for (;;) {
        const sc_time idle_since = sc_time_stamp();
        const JobPtr job = jobs->read();
        const sc_time job_read = sc_time_stamp();
        const bool matrix = job->d.opcode == Opcode::matrix;
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            if (matrix) {
                output_free->wait();
                recorder_.level(Level::output_tiles, 1);
                finish_tile(job, tile);
            } else {
                const sc_time waiting_since = sc_time_stamp();
                const TileLoaded loaded = tiles->read();
                recorder_.tile_arrived(job->index, tile == 0, idle_since, job_read, waiting_since,
                                       loaded.load_start);
                const sc_time blocked_since = sc_time_stamp();
                output_free->wait();
                recorder_.stall(job->index, Stall::store, blocked_since, sc_time_stamp());
                recorder_.level(Level::output_tiles, 1);
                element_tile(job, tile);
            }
            finished->write(TileFinished{job, tile});
        }
        recorder_.vector_unit_done(job->index);
    }
}

void VectorUnit::finish_tile(const JobPtr& job, std::uint32_t tile) {
    std::vector<std::uint8_t> out(std::size_t{job->pixels(tile)} * job->d.output_channels);
    for (std::uint32_t parts = job->sums_of_tile(tile); parts > 0; --parts) {
        const SumsReady ready = sums->read();
        if (ready.job != job || ready.tile != tile) SC_REPORT_FATAL(name(), "sums out of order");
        finish_sums(*job, ready, out);
        recorder_.level(Level::accumulators, -1);
        accumulator_free->post();
    }
    wait_cycles(config_.pipeline_cycles);
    write_output(*job, tile, out);
}

void VectorUnit::finish_sums(const LayerJob& job, const SumsReady& ready, std::vector<std::uint8_t>& out) {
    const std::uint32_t pixels = ready.pixels, filters = ready.filters;
    const bool held_pixels = job.t.dataflow == Dataflow::input_stationary;
    words_.resize(std::size_t{pixels} * (filters + 2));
    read(accumulators, ready.accumulator_address, words_.data(), words_.size() * 4);

    psum_.resize(std::size_t{pixels} * filters);
    sum_a_.resize(pixels);
    const std::vector<std::int32_t> sum_x(pixels, 0);  // MAC+ has already added the correction
    for (std::uint32_t p = 0; p < pixels; ++p) {       // sum A is behind the last filter
        std::int32_t* const sums_of_pixel = psum_.data() + std::size_t{p} * filters;
        if (held_pixels) {
            for (std::uint32_t f = 0; f < filters; ++f)
                sums_of_pixel[f] = words_[std::size_t{f} * pixels + p];
            sum_a_[p] = words_[std::size_t{filters} * pixels + p];
        } else {
            const std::int32_t* const entry = words_.data() + std::size_t{p} * (filters + 2);
            std::copy(entry, entry + filters, sums_of_pixel);
            sum_a_[p] = entry[filters];
        }
    }
    LayerDescriptor d = job.d;
    d.flags &= ~kFlagCorrection;
    finish_matrix(d, ready.parameters->data(), filters, psum_.data(), sum_a_.data(), sum_x.data(), pixels,
                  out.data() + std::size_t{ready.first_pixel} * job.d.output_channels + ready.first_filter,
                  job.d.output_channels);
    ActivityCounts& activity = recorder_.activity(job.index);
    activity.add(Activity::accumulator_buffer_read_bytes, words_.size() * 4);
    activity.add(Activity::vector_unit_ops, std::uint64_t{pixels} * filters);
    work(tile_work(job.index, ready.tile),
         held_pixels ? finish_cycles(config_, filters, pixels) : finish_cycles(config_, pixels, filters));
}

void VectorUnit::element_tile(const JobPtr& job, std::uint32_t tile) {
    const LayerDescriptor& d = job->d;
    const TileRows rows = tile_rows_of(d, tile);
    const std::uint64_t elements = std::uint64_t{job->pixels(tile)} * d.output_channels;
    const std::size_t operand_bytes = std::size_t{rows.input_count} * d.input_width * d.input_channels;
    std::vector<std::uint8_t> in(operand_bytes), out(elements);
    const std::uint64_t half = job->input_half(tile);
    read(activations, half, in.data(), in.size());
    std::uint64_t window = 1;
    std::uint64_t bytes_read = operand_bytes;
    switch (d.opcode) {
        case Opcode::add: {
            std::vector<std::uint8_t> in2(operand_bytes);
            read(activations, half + job->footprint.parameter_offset, in2.data(), in2.size());
            bytes_read *= 2;
            add_elements(d, in.data(), in2.data(), elements, out.data());
            break;
        }
        case Opcode::requantize:
            requantize_elements(d, in.data(), elements, out.data());
            break;
        default: {
            std::vector<float> scales(scale_table_bytes(d) / sizeof(float));
            read(activations, half + job->footprint.parameter_offset, scales.data(), scale_table_bytes(d));
            bytes_read += scale_table_bytes(d);
            window = std::uint64_t{d.kernel_height} * d.kernel_width;
            pool_rows(d, TensorRows{in.data(), rows.input_first, rows.input_count}, scales.data(),
                      rows.output_first, rows.output_count, out.data());
        }
    }
    ActivityCounts& activity = recorder_.activity(job->index);
    activity.add(Activity::activation_buffer_read_bytes, bytes_read);
    activity.add(Activity::vector_unit_ops, elements * window);
    const std::uint64_t cycles = element_cycles(config_, elements, window);
    work(tile_work(job->index, tile), cycles);
    recorder_.busy(job->index, cycles);
    const sc_time draining_since = sc_time_stamp();
    recorder_.level(Level::input_tiles, -1);
    tile_free->post();
    wait_cycles(config_.pipeline_cycles);
    recorder_.stall(job->index, Stall::drain, draining_since, sc_time_stamp());
    recorder_.last_issue(job->index);
    write_output(*job, tile, out);
}

}  // namespace approxtlm
