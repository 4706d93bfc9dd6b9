#include "models/sequencer/sequencer.h"

#include <cstring>
#include <memory>

#include "models/dma/dma.h"
#include "models/sequencer/descriptor_check.h"
#include "models/sequencer/layer_transfers.h"
#include "models/sequencer/sequencer_timing.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

Sequencer::Sequencer(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
                     sc_core::sc_time clock_period, Registers& registers, Dma& engine, JobRecorder& recorder)
    : sc_module(name),
      config_(config),
      clock_period_(clock_period),
      registers_(registers),
      engine_(engine),
      recorder_(recorder),
      weight_slots_(weight_slots(config)) {
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

bool Sequencer::transfer(DmaChannel channel, DmaTransfer& command, Work work) {
    const auto index = static_cast<std::size_t>(channel);
    const auto unit = static_cast<Unit>(static_cast<std::size_t>(Unit::dma_descriptor) + index);
    work.bytes = command.bytes();
    recorder_.begin_work(unit, work);
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_WRITE_COMMAND, 0, &command, sizeof(command));
    sc_core::sc_time delay;
    dma[index]->b_transport(payload, delay);
    recorder_.end_work(unit);
    if (!payload.is_response_ok()) fail(JobError::memory_access, command.failed_address);
    return payload.is_response_ok();
}

bool Sequencer::fetch(std::uint32_t index) {
    DmaTransfer command = descriptor_transfer(registers_.descriptor_base(), index);
    Work work;
    work.layer = index;
    if (!transfer(DmaChannel::descriptor, command, work)) return false;
    wait(static_cast<double>(kDecodeCycles) * clock_period_);

    LayerDescriptor d;
    std::memcpy(&d, descriptor_bytes_.data(), sizeof(LayerDescriptor));
    const JobError error = check_descriptor(d, config_);
    if (error != JobError::none) {
        fail(error, command.memory_address);
        return false;
    }
    const JobPtr job = decode_layer(index, d, config_, next_slot_);
    const bool matrix = d.opcode == Opcode::matrix;
    if (matrix) next_slot_ = (next_slot_ + job->slots_used()) % weight_slots_;
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
                if (ok && job->first_use(tile, p)) ok = load_fold(*job, tile, p, sequence++);
            });
        }
        if (!ok) return;
    }
}

bool Sequencer::load_fold(const LayerJob& job, std::uint32_t tile, const FoldPosition& p,
                          std::uint32_t sequence) {
    weight_slot_free->wait();
    DmaTransfer command = weight_transfer(job, p, sequence, weight_slots_);
    if (!transfer(DmaChannel::weights, command, fold_work(job.index, tile, p))) return false;
    const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::weights);
    ActivityCounts& activity = recorder_.activity(job.index);
    activity.add(Activity::memory_read_bytes, traffic.read_bytes);
    activity.add(Activity::weight_buffer_write_bytes, traffic.read_bytes);
    activity.add(Activity::dma_bursts, traffic.bursts);
    recorder_.level(Level::weight_slots, 1);
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
            recorder_.level(Level::input_tiles, 1);
            load_tile(*job, tile);
        }
    }
}

void Sequencer::load_tile(const LayerJob& job, std::uint32_t tile) {
    const TileLoaded loaded{sc_core::sc_time_stamp()};
    for (DmaTransfer& command : input_transfers(job, tile))
        if (!transfer(DmaChannel::activations, command, tile_work(job.index, tile))) return;
    const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::activations);
    ActivityCounts& activity = recorder_.activity(job.index);
    activity.add(Activity::memory_read_bytes, traffic.read_bytes);
    activity.add(Activity::activation_buffer_write_bytes, traffic.read_bytes);
    activity.add(Activity::dma_bursts, traffic.bursts);
    (job.d.opcode == Opcode::matrix ? array_tiles : vector_tiles)->write(loaded);
}

void Sequencer::store_results() {
    for (;;) {
        const TileFinished done = finished->read();
        DmaTransfer command = store_transfer(*done.job, done.tile);
        if (!transfer(DmaChannel::store, command, tile_work(done.job->index, done.tile))) return;
        const Dma::Traffic traffic = engine_.take_traffic(DmaChannel::store);
        ActivityCounts& activity = recorder_.activity(done.job->index);
        activity.add(Activity::memory_write_bytes, traffic.written_bytes);
        activity.add(Activity::activation_buffer_read_bytes, traffic.written_bytes);
        activity.add(Activity::dma_bursts, traffic.bursts);
        recorder_.level(Level::output_tiles, -1);
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
