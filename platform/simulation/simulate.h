#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/common/layer_stats.h"
#include "models/job/unit_observer.h"
#include "workloads/compiler/program.h"

namespace approxtlm::platform {

/// How time passes in the SystemC model; bits, cycles and stalls are the same.
enum class Timing {
    cycle,  ///< transaction by transaction through every unit (Accelerator)
    fast    ///< loosely timed, layer by layer (FastAccelerator)
};
Timing parse_timing(const std::string& text);  ///< throws InputError
const char* to_string(Timing timing);

inline constexpr double kDefaultQuantumCycles = 100'000;

/// One job for the full SystemC model: a program on its own accelerator and memory, one image.
struct SimulationJob {
    std::string name;  ///< SystemC instance name, e.g. "exact"
    const workloads::Program* program = nullptr;
    AcceleratorConfig config;
    std::vector<std::uint8_t> image;  ///< HWC codes
    bool activity = true;             ///< count register toggles
    Timing timing = Timing::cycle;
    UnitObserver* observer = nullptr;  ///< sees the units at work
};

/// What the host saw.
struct SimulationResult {
    std::vector<std::uint8_t> logits;  ///< codes, read from memory over TLM
    std::uint64_t cycles = 0;          ///< start register written to interrupt raised
    std::vector<LayerStats> layers;    ///< sum of cycles == cycles
    ActivityCounts activity() const;   ///< summed over layers
};

/// Elaborates one accelerator per job side by side, starts them through their registers, waits for the
/// interrupts and reads the logits. The SystemC kernel is a singleton: callable once per process (throws
/// std::logic_error the second time). A job that ends in an error status throws std::runtime_error naming the
/// code and address. `progress` (may be empty) is called with the number of finished layers over all jobs.
/// `quantum_cycles`: how far a fast accelerator may run ahead of the simulation's time.
std::vector<SimulationResult> simulate(const std::vector<SimulationJob>& jobs,
                                       const std::function<void(std::size_t)>& progress = {},
                                       double quantum_cycles = kDefaultQuantumCycles);

}  // namespace approxtlm::platform
