#include "platform/simulation/simulate.h"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <tlm>

#include "models/common/error.h"
#include "models/memory/memory.h"
#include "platform/accelerator/accelerator.h"
#include "platform/accelerator/clock.h"
#include "platform/accelerator/fast_accelerator.h"
#include "platform/simulation/host.h"

namespace approxtlm::platform {
namespace {

/// One accelerator with its own memory and host.
struct System : sc_core::sc_module {
    System(const sc_core::sc_module_name& name, const SimulationJob& job)
        : sc_module(name),
          memory("memory", job.config.memory, kClockPeriod, job.program->memory_image.size()),
          host("host", host_job(job)) {
        const FoldEngine::Config arithmetic = workloads::array_config(*job.program, job.config);
        host.memory.bind(memory.port);
        host.interrupt(interrupt);
        if (job.timing == Timing::cycle) {
            accelerator = std::make_unique<Accelerator>("accelerator", job.config, arithmetic, kClockPeriod,
                                                        job.activity);
            accelerator->recorder.observer = job.observer;
            accelerator->dma.memory.bind(memory.port);
            connect(accelerator->registers);
        } else {
            fast = std::make_unique<FastAccelerator>("accelerator", job.config, arithmetic, kClockPeriod,
                                                     job.activity);
            fast->observer = job.observer;
            fast->memory.bind(memory.port);
            connect(fast->registers);
        }
    }

    void connect(Registers& registers) {
        host.registers.bind(registers.host);
        registers.interrupt(interrupt);
    }
    void on_layer_end(const std::function<void()>& action) {
        (accelerator ? accelerator->recorder.on_layer_end : fast->on_layer_end) = action;
    }
    std::vector<LayerStats> layers() const {
        return accelerator ? accelerator->recorder.layers() : fast->layers();
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
    std::unique_ptr<Accelerator> accelerator;  ///< the one or
    std::unique_ptr<FastAccelerator> fast;     ///< the other
    Host host;
};

}  // namespace

Timing parse_timing(const std::string& text) {
    for (const Timing timing : {Timing::cycle, Timing::fast})
        if (text == to_string(timing)) return timing;
    throw InputError("--timing", text.empty() ? "nothing" : "'" + text + "'", "cycle or fast");
}

const char* to_string(Timing timing) { return timing == Timing::cycle ? "cycle" : "fast"; }

ActivityCounts SimulationResult::activity() const {
    ActivityCounts sum;
    for (const LayerStats& layer : layers) sum += layer.activity;
    return sum;
}

std::vector<SimulationResult> simulate(const std::vector<SimulationJob>& jobs,
                                       const std::function<void(std::size_t)>& progress,
                                       double quantum_cycles) {
    static bool used = false;
    if (used) throw std::logic_error("simulate: the SystemC kernel runs once per process");
    used = true;

    tlm::tlm_global_quantum::instance().set(quantum_cycles * kClockPeriod);
    std::vector<std::unique_ptr<System>> systems;
    std::size_t layers_ended = 0;
    for (const SimulationJob& job : jobs) {
        systems.push_back(std::make_unique<System>(job.name.c_str(), job));
        if (progress) systems.back()->on_layer_end([&progress, &layers_ended] { progress(++layers_ended); });
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
        result.layers = systems[i]->layers();
        for (std::size_t l = 0; l < result.layers.size(); ++l)
            result.layers[l].macs = jobs[i].program->layer_macs[l];
        results.push_back(std::move(result));
    }
    return results;
}

}  // namespace approxtlm::platform
