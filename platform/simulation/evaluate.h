#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"
#include "platform/report/report_data.h"
#include "platform/simulation/simulate.h"
#include "platform/trace/run_trace.h"
#include "workloads/compiler/program.h"

namespace approxtlm::platform {

/// Everything that `approxtlm run` needs to know, parsed. Defaults are the program's.
struct RunOptions {
    std::string network;                     ///< path of an ONNX file; empty: the embedded network
    std::string accelerator;                 ///< path of a YAML file; empty: the default accelerator
    std::optional<DataflowChoice> dataflow;  ///< absent: the accelerator's
    std::string dataset = "synthetic";
    std::size_t images = 1000;
    Multiplier multiplier{MultiplierFamily::perforated, 2};
    workloads::CorrectionMethod correction = workloads::CorrectionMethod::analytic;
    std::size_t calibration_images = 256;  ///< from the data set's training split
    std::string calibration;               ///< path of saved coefficients; empty: calibrate
    std::string save_calibration;          ///< where to save them; empty: nowhere
    std::string adapted;                   ///< path of adapted codes: a fourth design; empty: none
    std::optional<Variate> variate;        ///< absent: the multiplier's own
    Encoding encoding = Encoding::unsigned_codes;
    std::string technology = "asap7-tight";  ///< name, path, or "none"
    /// absent: the technology's at `voltage_v`; 1000 without technology
    std::optional<double> clock_mhz;
    std::optional<double> voltage_v;  ///< absent: the technology's
    std::size_t activity_every = 8;   ///< register toggles of one image of every so many; 0: of none
    Timing timing = Timing::cycle;
    double quantum_us = 100;  ///< of the design's clock, `fast` only
    std::optional<TraceRequest> trace;
    unsigned threads = 1;
};

/// Codes of the last layer as real numbers, [image][class].
struct DesignLogits {
    std::string design;
    std::vector<float> values;
};

struct Evaluation {
    RunReport report;  ///< without program_version and command_line
    std::vector<DesignLogits> logits;
    std::unique_ptr<RunTrace> trace;  ///< where one was asked for
};

/// Called with the stage's name, finished and total steps; from several threads.
using StageProgress = std::function<void(const std::string& stage, std::size_t done, std::size_t total)>;

/// The exact baseline, the bare approximate design and the corrected design on the same images: cycles from
/// the full SystemC model on image 0, classification and activity from the functional model, power from both.
/// Everything that can be wrong with the user's input throws InputError before the simulation starts.
/// Callable once per process.
Evaluation evaluate(const RunOptions& options, const StageProgress& progress = {});

}  // namespace approxtlm::platform
