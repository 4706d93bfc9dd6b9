#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/job/job_recorder.h"
#include "models/job/layer_job.h"
#include "models/kernels/fold_engine.h"

namespace approxtlm {

/// R x C weight-stationary grid. Two processes: `shift` moves the next fold's weights from the weight buffer
/// into the array (into shadow registers while the current fold streams, if the array has them); `stream`
/// sends the tile's vectors through, one a cycle, and hands sums to the correction unit. Timing:
/// pe_array_timing.h.
class PeArray : public sc_core::sc_module {
public:
    sc_core::sc_port<sc_core::sc_fifo_in_if<JobPtr>> shift_jobs{"shift_jobs"}, stream_jobs{"stream_jobs"};
    sc_core::sc_port<sc_core::sc_fifo_in_if<TileLoaded>> tiles{"tiles"};
    sc_core::sc_port<sc_core::sc_semaphore_if> tile_free{"tile_free"};  ///< posted after a tile's last vector
    sc_core::sc_port<sc_core::sc_semaphore_if> weights_ready{"weights_ready"},
        weight_slot_free{"weight_slot_free"};
    sc_core::sc_port<sc_core::sc_semaphore_if> accumulator_free{"accumulator_free"};
    tlm_utils::simple_initiator_socket<PeArray> weights{"weights"}, activations{"activations"}, sums{"sums"};

    /// `weight_slots`: folds that the weight buffer holds.
    PeArray(const sc_core::sc_module_name& name, const PeArrayConfig& config,
            const FoldEngine::Config& engine, std::uint32_t weight_slots, sc_core::sc_time clock_period,
            JobRecorder& recorder);

private:
    SC_HAS_PROCESS(PeArray);
    /// Weights in (or on their way into) the shadow registers.
    struct ShadowFold {
        std::vector<std::uint8_t> codes;
        std::shared_ptr<const std::vector<FilterParameters>> parameters;
        sc_core::sc_time shift_start;
    };
    void shift();
    void shift_fold(const LayerJob& job, std::uint32_t tile, std::uint32_t filter_tile, std::uint32_t fold,
                    std::uint32_t fold_of_tile);
    void stream();
    void stream_tile(const JobPtr& job, std::uint32_t tile);
    void stream_fold(const JobPtr& job, std::uint32_t tile, std::uint32_t group, std::uint32_t filter_tile,
                     std::uint32_t fold);

    const PeArrayConfig config_;
    const std::uint32_t weight_slots_;
    const sc_core::sc_time clock_period_;
    JobRecorder& recorder_;
    FoldEngine engine_;
    ShadowFold shadow_;
    sc_core::sc_semaphore shadow_free_{"shadow_free", 1}, shadow_full_{"shadow_full", 0};
    std::uint32_t accumulator_half_ = 0;
    FoldOutput output_;
};

}  // namespace approxtlm
