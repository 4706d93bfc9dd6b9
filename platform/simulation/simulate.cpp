#include "platform/simulation/simulate.h"

#include <memory>
#include <stdexcept>

#include "models/memory/memory.h"
#include "platform/accelerator/accelerator.h"
#include "platform/simulation/host.h"

namespace approxtlm::platform {
namespace {

// Cycles do not depend on the clock's period, so any will do.
const sc_core::sc_time kClockPeriod(1, sc_core::SC_NS);

/// One accelerator with its own memory and host.
struct System : sc_core::sc_module {
    System(const sc_core::sc_module_name& name, const SimulationJob& job)
        : sc_module(name),
          memory("memory", job.config.memory, kClockPeriod, job.program->memory_image.size()),
          accelerator("accelerator", job.config, workloads::array_config(*job.program, job.config),
                      kClockPeriod, job.activity),
          host("host", host_job(job)) {
        accelerator.dma.memory.bind(memory.port);
        host.memory.bind(memory.port);
        host.registers.bind(accelerator.registers.host);
        accelerator.registers.interrupt(interrupt);
        host.interrupt(interrupt);
    }

    static Host::Job host_job(const SimulationJob& job) {
        const workloads::Program& p = *job.program;
        Host::Job h;
        h.memory_image = &p.memory_image;
        h.input = job.image;
        h.input_address = p.input_address;
        h.output_address = p.output_address;
        h.output_bytes = static_cast<std::uint32_t>(p.output.size());
        h.descriptor_address = p.descriptor_address;
        h.descriptor_count = static_cast<std::uint32_t>(p.layers.size());
        return h;
    }

    sc_core::sc_signal<bool> interrupt{"interrupt"};
    Memory memory;
    Accelerator accelerator;
    Host host;
};

}  // namespace

ActivityCounts SimulationResult::activity() const {
    ActivityCounts sum;
    for (const LayerStats& layer : layers) sum += layer.activity;
    return sum;
}

std::vector<SimulationResult> simulate(const std::vector<SimulationJob>& jobs,
                                       const std::function<void(std::size_t)>& progress) {
    static bool used = false;
    if (used) throw std::logic_error("simulate: the SystemC kernel runs once per process");
    used = true;

    std::vector<std::unique_ptr<System>> systems;
    std::size_t layers_ended = 0;
    for (const SimulationJob& job : jobs) {
        systems.push_back(std::make_unique<System>(job.name.c_str(), job));
        if (progress)
            systems.back()->accelerator.recorder.on_layer_end = [&progress, &layers_ended] {
                progress(++layers_ended);
            };
    }
    sc_core::sc_start();

    std::vector<SimulationResult> results;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        const Host::Outcome& outcome = systems[i]->host.outcome();
        if (!outcome.ended)
            throw std::runtime_error("design " + jobs[i].name + ": the accelerator never ended its job");
        if (outcome.error != JobError::none)
            throw std::runtime_error("design " + jobs[i].name + ": the accelerator stopped with error code " +
                                     std::to_string(static_cast<unsigned>(outcome.error)) + " at address " +
                                     std::to_string(outcome.error_address));
        SimulationResult result;
        result.logits = outcome.output;
        result.cycles = outcome.cycles;
        result.layers = systems[i]->accelerator.recorder.layers();
        for (std::size_t l = 0; l < result.layers.size(); ++l)
            result.layers[l].macs = jobs[i].program->layer_macs[l];
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace approxtlm::platform
