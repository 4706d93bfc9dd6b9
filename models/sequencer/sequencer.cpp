#include "models/sequencer/sequencer.h"

#include <cstring>
#include <memory>

#include "models/dma/dma.h"
#include "models/sequencer/descriptor_check.h"
#include "models/tlm_support/access.h"

namespace approxtlm {
namespace {

// Cycles to check a descriptor and set up the walkers.
constexpr int kDecodeCycles = 8;

}  // namespace

Sequencer::Sequencer(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
                     sc_core::sc_time clock_period, Registers& registers, Dma& engine, JobRecorder& recorder)
    : sc_module(name),
      config_(config),
      clock_period_(clock_period),
      registers_(registers),
      engine_(engine),
      recorder_(recorder),
      weight_slots_(config.weight_buffer.capacity_bytes /
                    weight_slot_bytes(config.pe_array.rows, config.pe_array.columns)) {
    descriptor_memory.register_b_transport(this, &Sequencer::receive_descriptor);
    SC_THREAD(run);
    SC_THREAD(load_weights);
    SC_THREAD(load_activations);
    SC_THREAD(store_results);
}

void Sequencer::receive_descriptor(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    access_bytes(payload, descriptor_bytes_.data(), descriptor_bytes_.size());
}

void Sequencer::fail(JobError error, std::uint64_t address) {
    if (failed_) return;
    failed_ = true;
    registers_.finish(error, address);
    layer_stored_.notify(sc_core::SC_ZERO_TIME);
}

bool Sequencer::transfer(int channel, DmaTransfer& command) {
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_WRITE_COMMAND, 0, &command, sizeof(command));
    sc_core::sc_time delay;
    dma[static_cast<std::size_t>(channel)]->b_transport(payload, delay);
    if (!payload.is_response_ok()) fail(JobError::memory_access, command.failed_address);
    return payload.is_response_ok();
}

bool Sequencer::fetch(std::uint32_t index) {
    DmaTransfer command;
    command.memory_address = registers_.descriptor_base() + std::uint64_t{index} * sizeof(LayerDescriptor);
    command.row_bytes = sizeof(LayerDescriptor);
    command.local = DmaLocal::descriptor;
    if (!transfer(static_cast<int>(DmaChannel::descriptor), command)) return false;
    wait(kDecodeCycles * clock_period_);

    auto job = std::make_shared<LayerJob>();
    job->index = index;
    std::memcpy(&job->d, descriptor_bytes_.data(), sizeof(LayerDescriptor));
    const JobError error = check_descriptor(job->d, config_);
    if (error != JobError::none) {
        fail(error, command.memory_address);
        return false;
    }
    job->footprint = activation_footprint(job->d);
    job->tiles = ceil_div(job->d.output_height, job->d.tile_rows);
    const bool matrix = job->d.opcode == Opcode::matrix;
    if (matrix) {
        job->t = tiling_of(job->d, config_.pe_array.rows, config_.pe_array.columns);
        job->accumulators = accumulator_parts(job->d, job->t, config_.accumulator_buffer.capacity_bytes);
        job->first_slot = next_slot_;
        next_slot_ = (next_slot_ + job->slots_used()) % weight_slots_;
    }
    ActivityCounts& activity = recorder_.activity(index);
    const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::descriptor);
    activity.add(Activity::descriptors, 1);
    activity.add(Activity::memory_read_bytes, traffic.read_bytes);
    activity.add(Activity::dma_bursts, traffic.bursts);

    // Bounded queues: the sequencer runs at most two layers ahead of a unit.
    activation_jobs_.write(job);
    if (matrix) {
        weight_jobs_.write(job);
        shift_jobs->write(job);
        stream_jobs->write(job);
    }
    vector_jobs->write(job);
    return true;
}

void Sequencer::run() {
    for (;;) {
        wait(registers_.start);
        const std::uint32_t layers = registers_.descriptor_count();
        failed_ = false;
        layers_stored_ = 0;
        recorder_.begin(layers);
        if (layers == 0) {
            fail(JobError::no_descriptors, registers_.descriptor_base());
            continue;
        }
        bool ok = true;
        for (std::uint32_t i = 0; i < layers && ok && !failed_; ++i) ok = fetch(i);
        while (!failed_ && layers_stored_ < layers) wait(layer_stored_);
        if (!failed_) registers_.finish(JobError::none, 0);
    }
}

void Sequencer::load_weights() {
    for (;;) {
        const JobPtr job = weight_jobs_.read();
        std::uint32_t sequence = 0;
        bool ok = true;
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            for_each_fold(job->t, job->pixels(tile), [&](const FoldPosition& p) {
                if (ok && job->first_use(tile, p)) ok = load_fold(*job, p, sequence++);
            });
        }
        if (!ok) return;
    }
}

bool Sequencer::load_fold(const LayerJob& job, const FoldPosition& p, std::uint32_t sequence) {
    weight_slot_free->wait();
    DmaTransfer command;
    command.memory_address = job.d.weight_address + job.t.weight_offset(p.group, p.filter_tile, p.fold);
    command.row_bytes = job.t.fold_bytes(p.filter_tile, p.fold);
    command.local = DmaLocal::weight_buffer;
    command.local_address = std::uint64_t{job.slot(p, sequence) % weight_slots_} *
                            weight_slot_bytes(job.t.array_rows, job.t.array_columns);
    if (!transfer(static_cast<int>(DmaChannel::weights), command)) return false;
    const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::weights);
    ActivityCounts& activity = recorder_.activity(job.index);
    activity.add(Activity::memory_read_bytes, traffic.read_bytes);
    activity.add(Activity::weight_buffer_write_bytes, traffic.read_bytes);
    activity.add(Activity::dma_bursts, traffic.bursts);
    weights_ready->post();
    return true;
}

void Sequencer::load_activations() {
    for (;;) {
        const JobPtr job = activation_jobs_.read();
        while (layers_stored_ < job->index) wait(layer_stored_);
        for (std::uint32_t tile = 0; tile < job->tiles; ++tile) {
            tile_free->wait();
            if (failed_) return;
            load_tile(*job, tile);
        }
    }
}

void Sequencer::load_tile(const LayerJob& job, std::uint32_t tile) {
    const LayerDescriptor& d = job.d;
    const TileLoaded loaded{sc_core::sc_time_stamp()};
    const TileRows rows = tile_rows_of(d, tile);
    const std::uint32_t row_bytes = d.input_width * d.input_channels;
    DmaTransfer command;
    command.row_bytes = rows.input_count * row_bytes;  // whole rows lie back to back
    command.local_address = job.input_half(tile);
    command.memory_address = d.input_address + std::uint64_t{rows.input_first} * row_bytes;
    const int channel = static_cast<int>(DmaChannel::activations);
    if (command.row_bytes > 0 && !transfer(channel, command)) return;
    const std::uint64_t parameters = job.input_half(tile) + job.footprint.parameter_offset;
    if (d.opcode == Opcode::add) {
        command.memory_address = d.input2_address + std::uint64_t{rows.input_first} * row_bytes;
        command.local_address = parameters;
        if (!transfer(channel, command)) return;
    } else if (d.opcode == Opcode::average_pool) {
        command.memory_address = d.parameter_address;
        command.local_address = parameters;
        command.row_bytes = scale_table_bytes(d);
        if (!transfer(channel, command)) return;
    }
    const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::activations);
    ActivityCounts& activity = recorder_.activity(job.index);
    activity.add(Activity::memory_read_bytes, traffic.read_bytes);
    activity.add(Activity::activation_buffer_write_bytes, traffic.read_bytes);
    activity.add(Activity::dma_bursts, traffic.bursts);
    (d.opcode == Opcode::matrix ? array_tiles : vector_tiles)->write(loaded);
}

void Sequencer::store_results() {
    for (;;) {
        const TileFinished done = finished->read();
        const LayerDescriptor& d = done.job->d;
        const TileRows rows = tile_rows_of(d, done.tile);
        const std::uint32_t row_bytes = d.output_width * d.output_channels;
        DmaTransfer command;
        command.store = true;
        command.memory_address = d.output_address + std::uint64_t{rows.output_first} * row_bytes;
        command.local_address = done.job->output_half(done.tile);
        command.row_bytes = rows.output_count * row_bytes;
        if (!transfer(static_cast<int>(DmaChannel::store), command)) return;
        const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::store);
        ActivityCounts& activity = recorder_.activity(done.job->index);
        activity.add(Activity::memory_write_bytes, traffic.written_bytes);
        activity.add(Activity::activation_buffer_read_bytes, traffic.written_bytes);
        activity.add(Activity::dma_bursts, traffic.bursts);
        output_free->post();
        if (done.tile + 1 == done.job->tiles) {
            recorder_.end(done.job->index);
            registers_.set_layers_done(done.job->index + 1);
            ++layers_stored_;
            layer_stored_.notify(sc_core::SC_ZERO_TIME);
        }
    }
}

}  // namespace approxtlm
