#pragma once

#include <memory>
#include <systemc>

#include "models/buffers/buffer.h"
#include "models/correction/correction.h"
#include "models/pe_array/pe_array.h"

namespace approxtlm::testing {

/// One tile of one layer, one filter tile wide, for the SystemC array.
struct BenchLayer {
    PeArrayConfig array;
    std::uint32_t reduction = 1, columns = 1, vectors = 1;
    bool corrected = false;
};

/// PeArray and Correction with weights and activations already in their buffers.
class ArrayBench : public sc_core::sc_module {
public:
    ArrayBench(const sc_core::sc_module_name& name, const BenchLayer& layer, sc_core::sc_time clock_period)
        : sc_module(name),
          clock_period_(clock_period),
          recorder_(clock_period, false),
          weight_buffer_("weight_buffer", BufferConfig{1u << 20, 1, kPortBytes}, clock_period),
          activation_buffer_("activation_buffer", BufferConfig{1u << 20, 8, kPortBytes}, clock_period),
          accumulator_buffer_("accumulator_buffer", BufferConfig{1u << 20, 1, kPortBytes}, clock_period),
          array_("array", layer.array, engine_config(layer.array), kSlots, clock_period, recorder_),
          correction_("correction", layer.array, CorrectionConfig{}, clock_period, recorder_) {
        array_.weights.bind(weight_buffer_.port);
        array_.activations.bind(activation_buffer_.port);
        array_.sums.bind(correction_.sums);
        correction_.accumulators.bind(accumulator_buffer_.port);
        array_.shift_jobs(shift_jobs_);
        array_.stream_jobs(stream_jobs_);
        array_.tiles(tiles_);
        array_.tile_free(tile_free_);
        array_.weights_ready(weights_ready_);
        array_.weight_slot_free(weight_slot_free_);
        array_.accumulator_free(accumulator_free_);
        correction_.ready(sums_);

        auto job = std::make_shared<LayerJob>();
        job->d.opcode = Opcode::matrix;
        job->d.input_channels = layer.reduction;
        job->d.input_height = job->d.output_height = 1;
        job->d.input_width = job->d.output_width = layer.vectors;
        job->d.output_channels = layer.columns;
        job->d.tile_rows = 1;
        if (layer.corrected) job->d.flags |= kFlagCorrection;
        job->t = tiling_of(job->d, layer.array.rows, layer.array.columns);
        job->footprint = activation_footprint(job->d);
        job->tiles = 1;
        recorder_.begin(1);
        shift_jobs_.write(job);
        stream_jobs_.write(job);
        tiles_.write(TileLoaded{});
        SC_THREAD(receive);
    }
    /// Cycles until the tile's sums were complete; 0 before.
    std::uint64_t cycles() const { return cycles_; }

private:
    SC_HAS_PROCESS(ArrayBench);
    static FoldEngine::Config engine_config(const PeArrayConfig& array) {
        FoldEngine::Config c;
        c.rows = array.rows;
        c.columns = array.columns;
        return c;
    }
    void receive() {
        sums_.read();
        cycles_ = static_cast<std::uint64_t>(sc_core::sc_time_stamp() / clock_period_ + 0.5);
    }

    static constexpr std::uint32_t kSlots = 64;
    /// Wide enough that no buffer stalls the array (a vector across two words finds them in two banks), a
    /// fold's filter parameters included.
    static constexpr std::uint32_t kPortBytes = 2048;
    const sc_core::sc_time clock_period_;
    JobRecorder recorder_;
    Buffer weight_buffer_, activation_buffer_, accumulator_buffer_;
    PeArray array_;
    Correction correction_;
    sc_core::sc_fifo<JobPtr> shift_jobs_{1}, stream_jobs_{1};
    sc_core::sc_fifo<TileLoaded> tiles_{1};
    sc_core::sc_fifo<SumsReady> sums_{1};
    sc_core::sc_semaphore tile_free_{0}, weights_ready_{kSlots}, weight_slot_free_{0}, accumulator_free_{1};
    std::uint64_t cycles_ = 0;
};

}  // namespace approxtlm::testing
