#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/common/accelerator_config.h"
#include "models/dma/dma_transfer.h"
#include "models/job/job_recorder.h"
#include "models/job/layer_job.h"
#include "models/registers/registers.h"

namespace approxtlm {

/// Runs a job: fetches layer descriptors through the DMA, checks them, hands them to the units, and walks the
/// tiles of each layer in three processes (weights in, activations in, results out) so that loads, compute
/// and stores overlap. A layer's input is loaded once its predecessor's results are in memory; weights and
/// the next descriptor are fetched ahead. The first error stops the job.
class Sequencer : public sc_core::sc_module {
public:
    sc_core::sc_port<sc_core::sc_fifo_out_if<JobPtr>> shift_jobs{"shift_jobs"}, stream_jobs{"stream_jobs"},
        vector_jobs{"vector_jobs"};
    sc_core::sc_port<sc_core::sc_fifo_out_if<TileLoaded>> array_tiles{"array_tiles"},
        vector_tiles{"vector_tiles"};
    sc_core::sc_port<sc_core::sc_fifo_in_if<TileFinished>> finished{"finished"};
    sc_core::sc_port<sc_core::sc_semaphore_if> tile_free{"tile_free"}, output_free{"output_free"};
    sc_core::sc_port<sc_core::sc_semaphore_if> weight_slot_free{"weight_slot_free"},
        weights_ready{"weights_ready"};
    /// Command sockets, index DmaChannel; and where the DMA delivers descriptors.
    sc_core::sc_vector<tlm_utils::simple_initiator_socket<Sequencer>> dma{"dma", 4};
    tlm_utils::simple_target_socket<Sequencer> descriptor_memory{"descriptor_memory"};

    Sequencer(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
              sc_core::sc_time clock_period, Registers& registers, class Dma& engine, JobRecorder& recorder);

private:
    SC_HAS_PROCESS(Sequencer);
    void run();
    void load_weights();
    void load_activations();
    void store_results();
    /// False after an error, as transfer().
    bool load_fold(const LayerJob& job, std::uint32_t tile, const FoldPosition& p, std::uint32_t sequence);
    void load_tile(const LayerJob& job, std::uint32_t tile);
    bool fetch(std::uint32_t index);
    /// False after an error, which has then been reported.
    bool transfer(DmaChannel channel, DmaTransfer& command, Work work);
    void fail(JobError error, std::uint64_t address);
    void receive_descriptor(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

    const AcceleratorConfig config_;
    const sc_core::sc_time clock_period_;
    Registers& registers_;
    Dma& engine_;
    JobRecorder& recorder_;
    const std::uint32_t weight_slots_;
    std::array<std::uint8_t, sizeof(LayerDescriptor)> descriptor_bytes_{};
    sc_core::sc_fifo<JobPtr> weight_jobs_{"weight_jobs", 2}, activation_jobs_{"activation_jobs", 2};
    sc_core::sc_event layer_stored_;
    std::uint32_t layers_stored_ = 0;
    std::uint32_t next_slot_ = 0;
    bool failed_ = false;
};

}  // namespace approxtlm
