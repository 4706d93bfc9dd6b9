#include "platform/accelerator/accelerator.h"

#include "models/sequencer/layer_transfers.h"

namespace approxtlm {

Accelerator::Accelerator(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
                         const FoldEngine::Config& arithmetic, sc_core::sc_time clock_period,
                         bool count_activity)
    : sc_module(name),
      recorder(clock_period, count_activity),
      registers("registers", config.pe_array, clock_period),
      dma("dma", config.dma, clock_period),
      weight_buffer("weight_buffer", config.weight_buffer, clock_period),
      activation_buffer("activation_buffer", config.activation_buffer, clock_period),
      accumulator_buffer("accumulator_buffer", config.accumulator_buffer, clock_period),
      pe_array("pe_array", config.pe_array, arithmetic, weight_slots(config), clock_period, recorder),
      correction("correction", config.pe_array, config.correction, clock_period, recorder),
      vector_unit("vector_unit", config.vector_unit, clock_period, recorder),
      sequencer("sequencer", config, clock_period, registers, dma, recorder),
      weight_slot_free_("weight_slot_free", static_cast<int>(weight_slots(config))) {
    for (std::size_t i = 0; i < Dma::kChannels; ++i) sequencer.dma[i].bind(dma.channels[i]);
    dma.local[static_cast<std::size_t>(DmaLocal::descriptor)].bind(sequencer.descriptor_memory);
    dma.local[static_cast<std::size_t>(DmaLocal::weight_buffer)].bind(weight_buffer.port);
    dma.local[static_cast<std::size_t>(DmaLocal::activation_buffer)].bind(activation_buffer.port);
    pe_array.weights.bind(weight_buffer.port);
    pe_array.activations.bind(activation_buffer.port);
    pe_array.sums.bind(correction.sums);
    correction.accumulators.bind(accumulator_buffer.port);
    vector_unit.accumulators.bind(accumulator_buffer.port);
    vector_unit.activations.bind(activation_buffer.port);

    sequencer.shift_jobs(shift_jobs_);
    pe_array.shift_jobs(shift_jobs_);
    sequencer.stream_jobs(stream_jobs_);
    pe_array.stream_jobs(stream_jobs_);
    sequencer.vector_jobs(vector_jobs_);
    vector_unit.jobs(vector_jobs_);
    sequencer.array_tiles(array_tiles_);
    pe_array.tiles(array_tiles_);
    sequencer.vector_tiles(vector_tiles_);
    vector_unit.tiles(vector_tiles_);
    correction.ready(sums_);
    vector_unit.sums(sums_);
    vector_unit.finished(finished_);
    sequencer.finished(finished_);

    sequencer.tile_free(tile_free_);
    pe_array.tile_free(tile_free_);
    vector_unit.tile_free(tile_free_);
    sequencer.output_free(output_free_);
    vector_unit.output_free(output_free_);
    pe_array.accumulator_free(accumulator_free_);
    vector_unit.accumulator_free(accumulator_free_);
    sequencer.weights_ready(weights_ready_);
    pe_array.weights_ready(weights_ready_);
    sequencer.weight_slot_free(weight_slot_free_);
    pe_array.weight_slot_free(weight_slot_free_);
}

}  // namespace approxtlm
