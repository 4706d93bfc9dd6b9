#include "platform/accelerator/fast_accelerator.h"

#include <cstring>

#include "models/common/tiling.h"
#include "models/schedule/job_schedule.h"
#include "models/sequencer/descriptor_check.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

FastAccelerator::FastAccelerator(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
                                 const FoldEngine::Config& arithmetic, sc_core::sc_time clock_period,
                                 bool count_activity)
    : sc_module(name),
      registers("registers", config.pe_array, clock_period),
      config_(config),
      clock_period_(clock_period),
      function_(arithmetic, count_activity) {
    SC_THREAD(run);
}

void FastAccelerator::run() {
    for (;;) {
        wait(registers.start);
        local_time_.reset();
        Failure end{JobError::none, 0};
        try {
            run_job();
        } catch (const Failure& failure) {
            end = failure;
        }
        local_time_.sync();
        registers.finish(end.error, end.address);
    }
}

void FastAccelerator::run_job() {
    const std::vector<LayerDescriptor> layers = fetch_descriptors();
    stats_ = schedule_job(layers, registers.descriptor_base(), config_, observer);
    function_.reset();
    for (std::size_t l = 0; l < layers.size(); ++l) {
        run_layer(layers[l], stats_[l].activity);
        local_time_.inc(static_cast<double>(stats_[l].cycles) * clock_period_);
        if (local_time_.need_sync()) local_time_.sync();
        registers.set_layers_done(static_cast<std::uint32_t>(l + 1));
        if (on_layer_end) on_layer_end();
    }
}

std::vector<LayerDescriptor> FastAccelerator::fetch_descriptors() {
    std::vector<LayerDescriptor> layers(registers.descriptor_count());
    if (layers.empty()) throw Failure{JobError::no_descriptors, registers.descriptor_base()};
    std::uint64_t address = registers.descriptor_base();
    for (LayerDescriptor& d : layers) {
        std::memcpy(&d, read(address, sizeof d).data(), sizeof d);
        const JobError error = check_descriptor(d, config_);
        if (error != JobError::none) throw Failure{error, address};
        address += sizeof d;
    }
    return layers;
}

void FastAccelerator::run_layer(const LayerDescriptor& d, ActivityCounts& activity) {
    const std::uint64_t input_bytes = std::uint64_t{d.input_channels} * d.input_height * d.input_width;
    LayerOperands operands;
    operands.input = read(d.input_address, input_bytes);
    switch (d.opcode) {
        case Opcode::matrix:
            operands.constants =
                read(d.weight_address,
                     tiling_of(d, config_.pe_array.rows, config_.pe_array.columns).weight_bytes());
            break;
        case Opcode::add:
            operands.input2 = read(d.input2_address, input_bytes);
            break;
        case Opcode::average_pool:
            operands.constants = read(d.parameter_address, scale_table_bytes(d));
            break;
        case Opcode::max_pool:
        case Opcode::requantize:
            break;
    }
    std::vector<std::uint8_t> output = function_.run(d, operands, activity);
    access(tlm::TLM_WRITE_COMMAND, d.output_address, output);
}

std::vector<std::uint8_t> FastAccelerator::read(std::uint64_t address, std::uint64_t bytes) {
    std::vector<std::uint8_t> data(bytes);
    access(tlm::TLM_READ_COMMAND, address, data);
    return data;
}

void FastAccelerator::access(tlm::tlm_command command, std::uint64_t address,
                             std::vector<std::uint8_t>& bytes) {
    tlm::tlm_generic_payload payload;
    set_transfer(payload, command, address, bytes.data(), bytes.size());
    sc_core::sc_time in_the_schedule = local_time_.get_local_time();
    memory->b_transport(payload, in_the_schedule);
    if (!payload.is_response_ok()) throw Failure{JobError::memory_access, address};
}

}  // namespace approxtlm
