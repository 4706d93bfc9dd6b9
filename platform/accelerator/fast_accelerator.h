#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/tlm_quantumkeeper.h>

#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/common/layer_stats.h"
#include "models/job/unit_observer.h"
#include "models/kernels/fold_engine.h"
#include "models/registers/registers.h"
#include "models/schedule/layer_function.h"

namespace approxtlm {

/// The accelerator loosely timed, for software bring-up: the sockets and registers of Accelerator, its bits
/// and its cycles, with one process that runs a whole layer at a time ahead of the simulation's time and
/// waits once a global quantum (tlm_global_quantum) and at the end of the job. Cycles come from schedule_job;
/// they do not see who else uses the memory. All descriptors are fetched and checked first: a bad one stops
/// the job before its first layer.
class FastAccelerator : public sc_core::sc_module {
public:
    Registers registers;
    tlm_utils::simple_initiator_socket<FastAccelerator> memory{"memory"};

    FastAccelerator(const sc_core::sc_module_name& name, const AcceleratorConfig& config,
                    const FoldEngine::Config& arithmetic, sc_core::sc_time clock_period, bool count_activity);

    const std::vector<LayerStats>& layers() const { return stats_; }

    std::function<void()> on_layer_end;
    UnitObserver* observer = nullptr;  ///< of the jobs that begin from now on

private:
    SC_HAS_PROCESS(FastAccelerator);
    /// Thrown where the job ends early.
    struct Failure {
        JobError error;
        std::uint64_t address;
    };
    void run();
    void run_job();
    std::vector<LayerDescriptor> fetch_descriptors();
    void run_layer(const LayerDescriptor& d, ActivityCounts& activity);
    std::vector<std::uint8_t> read(std::uint64_t address, std::uint64_t bytes);
    void access(tlm::tlm_command command, std::uint64_t address, std::vector<std::uint8_t>& bytes);

    const AcceleratorConfig config_;
    const sc_core::sc_time clock_period_;
    LayerFunction function_;
    std::vector<LayerStats> stats_;
    tlm_utils::tlm_quantumkeeper local_time_;
};

}  // namespace approxtlm
