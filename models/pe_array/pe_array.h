#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/correction/fold_extension.h"
#include "models/job/job_recorder.h"
#include "models/job/layer_job.h"
#include "models/kernels/array_engines.h"

namespace approxtlm {

/// R x C grid that works in the dataflow of each layer (docs/timing.md). Two processes: `shift` takes folds
/// of weights from the weight buffer, weight-stationary into the array (into shadow registers while the
/// current fold streams, if the array has them), else to its edge; `stream` sends what streams through, one
/// vector, step or filter a cycle, and hands sums to the correction unit. Timing:
/// models/common/array_timing.h.
class PeArray : public sc_core::sc_module {
public:
    sc_core::sc_port<sc_core::sc_fifo_in_if<JobPtr>> shift_jobs{"shift_jobs"}, stream_jobs{"stream_jobs"};
    sc_core::sc_port<sc_core::sc_fifo_in_if<TileLoaded>> tiles{"tiles"};
    sc_core::sc_port<sc_core::sc_semaphore_if> tile_free{"tile_free"};  ///< posted after a tile's last vector
    sc_core::sc_port<sc_core::sc_semaphore_if> weights_ready{"weights_ready"},
        weight_slot_free{"weight_slot_free"};
    /// Parts of the accumulator buffer that are free, of AccumulatorParts{}.count; an output-stationary layer
    /// brings its further ones and takes them away.
    sc_core::sc_port<sc_core::sc_semaphore_if> accumulator_free{"accumulator_free"};
    tlm_utils::simple_initiator_socket<PeArray> weights{"weights"}, activations{"activations"}, sums{"sums"};

    /// `weight_slots`: folds that the weight buffer holds.
    PeArray(const sc_core::sc_module_name& name, const PeArrayConfig& config,
            const FoldEngine::Config& engine, std::uint32_t weight_slots, sc_core::sc_time clock_period,
            JobRecorder& recorder);

private:
    SC_HAS_PROCESS(PeArray);
    /// Weights in (or on their way into) the shadow registers, or at the array's edge.
    struct WeightFold {
        std::vector<std::uint8_t> codes;
        std::shared_ptr<const std::vector<FilterParameters>> parameters;
        sc_core::sc_time shift_start;
        sc_core::sc_time port_delay;  ///< of weights that stream: how long the buffer delivers them
        bool last_use = false;
    };
    /// How long the activation buffer takes to deliver a window, and what of that is not bank conflicts.
    struct WindowTime {
        sc_core::sc_time port, total;
    };
    /// Activations on their way into an array that holds them.
    struct HeldFold {
        std::vector<std::uint8_t> codes;  ///< [row][pixel]
        sc_core::sc_time ready;
    };
    void shift();
    void shift_fold(const LayerJob& job, std::uint32_t tile, const FoldPosition& p, std::uint32_t sequence);
    void stream();
    void stream_tile(const JobPtr& job, std::uint32_t tile);
    void stream_weight_stationary(const JobPtr& job, std::uint32_t tile, const FoldPosition& p);
    void stream_output_stationary(const JobPtr& job, std::uint32_t tile, const FoldPosition& p);
    void finish_output_stationary(const JobPtr& job, std::uint32_t tile, const FoldPosition& p);
    void stream_input_stationary(const JobPtr& job, std::uint32_t tile);
    void stream_filters(const JobPtr& job, std::uint32_t tile, const FoldPosition& p);
    /// Streams fold `p` for `duration`, `busy` cycles of which the array works.
    void work(const LayerJob& job, std::uint32_t tile, const FoldPosition& p, std::uint64_t busy,
              sc_core::sc_time duration);
    /// Charges what lasted longer than `busy` since `start`: to the window's delivery, then to `last`.
    void charge_window(const LayerJob& job, sc_core::sc_time start, std::uint64_t busy,
                       const WindowTime& window, Stall last);
    void free_weight_slot();
    void set_accumulator_parts(std::uint32_t count);
    void take_accumulators(const LayerJob& job);
    /// Waits for the fold that `shift` brings; `done` lets it bring the next.
    void take_weights(const LayerJob& job);
    void done_with_weights();
    HeldFold load_held(const LayerJob& job, std::uint32_t tile, const FoldPosition& p);
    void wait_for_held(const LayerJob& job, const HeldFold& held);
    void wait_for_drain(const LayerJob& job);
    /// Reads a fold's im2col window, [pixel][row] or by_element [row][pixel].
    WindowTime read_window(const LayerJob& job, std::uint32_t tile, const FoldPosition& p, bool by_element,
                           std::vector<std::uint8_t>& codes);
    /// [entry][lanes], sum A and sum x behind each entry or, input-stationary, behind all.
    std::vector<std::int32_t>& lanes_of_pixels(const FoldPosition& p, std::uint32_t filters);
    std::vector<std::int32_t>& lanes_of_filters();
    /// Hands sums on; returns how long that takes.
    sc_core::sc_time send(const JobPtr& job, std::uint32_t tile, const FoldPosition& p,
                          std::vector<std::int32_t>& lanes, sc_core::sc_time delay);
    sc_core::sc_time cycles(std::uint64_t n) const { return static_cast<double>(n) * clock_period_; }

    const PeArrayConfig config_;
    const std::uint32_t weight_slots_;
    const sc_core::sc_time clock_period_;
    JobRecorder& recorder_;
    ArrayEngines engines_;
    WeightFold weights_in_;
    sc_core::sc_semaphore shadow_free_{"shadow_free", 1}, shadow_full_{"shadow_full", 0};
    std::uint32_t accumulator_parts_ = AccumulatorParts{}.count, accumulator_part_ = 0;
    std::uint64_t accumulator_address_ = 0;
    std::shared_ptr<const std::vector<FilterParameters>> parameters_;  ///< of the filters in the array
    FoldOutput output_;
    // Of the last fold; their memory serves the next.
    std::vector<std::uint8_t> vectors_;
    std::vector<std::int32_t> lanes_;
    // Output-stationary: operands of the tile so far, and when sums may leave again.
    std::vector<std::uint8_t> tile_activations_, tile_weights_;
    sc_core::sc_time last_end_, way_out_free_;
};

}  // namespace approxtlm
