#pragma once

#include <cstdint>
#include <systemc>

#include "models/buffers/buffer.h"
#include "models/common/accelerator_config.h"
#include "models/correction/correction.h"
#include "models/dma/dma.h"
#include "models/job/job_recorder.h"
#include "models/kernels/fold_engine.h"
#include "models/pe_array/pe_array.h"
#include "models/registers/registers.h"
#include "models/sequencer/sequencer.h"
#include "models/vector_unit/vector_unit.h"

namespace approxtlm {

/// The accelerator: bind `registers.host` to the host's bus, `dma.memory` to memory and `registers.interrupt`
/// to a signal. Write descriptor base, count and START; the interrupt ends the job (register_map.h).
class Accelerator : public sc_core::sc_module {
public:
    Accelerator(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
                const FoldEngine::Config& arithmetic, sc_core::sc_time clock_period, bool count_activity);

    JobRecorder recorder;
    Registers registers;
    Dma dma;
    Buffer weight_buffer, activation_buffer, accumulator_buffer;
    PeArray pe_array;
    Correction correction;
    VectorUnit vector_unit;
    Sequencer sequencer;

private:
    sc_core::sc_fifo<JobPtr> shift_jobs_{"shift_jobs_queue", 2}, stream_jobs_{"stream_jobs_queue", 2},
        vector_jobs_{"vector_jobs_queue", 2};
    sc_core::sc_fifo<TileLoaded> array_tiles_{"array_tiles_queue", 2}, vector_tiles_{"vector_tiles_queue", 2};
    sc_core::sc_fifo<SumsReady> sums_{"sums_queue", 2};
    sc_core::sc_fifo<TileFinished> finished_{"finished_queue", 2};
    // Two halves each of input tiles, output tiles and accumulators; one token per weight slot.
    sc_core::sc_semaphore tile_free_{"tile_free", 2}, output_free_{"output_free", 2},
        accumulator_free_{"accumulator_free", 2};
    sc_core::sc_semaphore weights_ready_{"weights_ready", 0}, weight_slot_free_;
};

}  // namespace approxtlm
