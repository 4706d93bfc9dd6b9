#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/job/job_recorder.h"
#include "models/job/layer_job.h"

namespace approxtlm {

/// Finishes sums (bias, zero point, requantisation, clamp) and runs the layers without weights: add, pooling,
/// requantise. Writes output tiles into the activation buffer. `lanes` elements a cycle, `pipeline_cycles`
/// deep.
class VectorUnit : public sc_core::sc_module {
public:
    sc_core::sc_port<sc_core::sc_fifo_in_if<JobPtr>> jobs{"jobs"};
    sc_core::sc_port<sc_core::sc_fifo_in_if<SumsReady>> sums{"sums"};
    sc_core::sc_port<sc_core::sc_fifo_in_if<TileLoaded>> tiles{"tiles"};  ///< of layers without weights
    sc_core::sc_port<sc_core::sc_semaphore_if> tile_free{"tile_free"}, accumulator_free{"accumulator_free"};
    sc_core::sc_port<sc_core::sc_semaphore_if> output_free{"output_free"};
    sc_core::sc_port<sc_core::sc_fifo_out_if<TileFinished>> finished{"finished"};
    tlm_utils::simple_initiator_socket<VectorUnit> activations{"activations"}, accumulators{"accumulators"};

    VectorUnit(const sc_core::sc_module_name& name, const VectorUnitConfig& config,
               sc_core::sc_time clock_period, JobRecorder& recorder);

private:
    SC_HAS_PROCESS(VectorUnit);
    void run();
    void finish_tile(const JobPtr& job, std::uint32_t tile);
    void finish_sums(const LayerJob& job, const SumsReady& ready, std::vector<std::uint8_t>& out);
    void element_tile(const JobPtr& job, std::uint32_t tile);
    void read(tlm_utils::simple_initiator_socket<VectorUnit>& from, std::uint64_t address, void* data,
              std::size_t bytes);
    void write_output(const LayerJob& job, std::uint32_t tile, std::vector<std::uint8_t>& out);
    void work(const Work& work, std::uint64_t cycles);
    void wait_cycles(std::uint64_t cycles);

    const VectorUnitConfig config_;
    const sc_core::sc_time clock_period_;
    JobRecorder& recorder_;
    std::vector<std::int32_t> words_, psum_, sum_a_;  ///< of the last sums; their memory serves the next
};

}  // namespace approxtlm
