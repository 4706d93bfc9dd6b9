#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/common/accelerator_config.h"
#include "workloads/calibration/filter_fit.h"
#include "workloads/calibration/samples.h"
#include "workloads/compiler/calibration.h"
#include "workloads/compiler/program.h"
#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// How the correction is found; docs/correction.md compares the choices.
struct CalibrationRecipe {
    SampleSource source;
    FitTerms terms;
};

/// Called with finished and total layers.
using LayerProgress = std::function<void(std::size_t done, std::size_t total)>;

/// C, C0 and zero points of a calibrated `design`, layer by layer on `images` (HWC codes, one image after the
/// other, at least one). The result does not depend on `threads`.
Calibration calibrate(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                      const std::vector<std::uint8_t>& images, unsigned threads,
                      const CalibrationRecipe& recipe = {}, const LayerProgress& progress = {});

/// What every layer of one calibration shares.
struct CalibrationTask {
    const Network& network;
    const AcceleratorConfig& config;
    const DesignPoint& design;
    FitTerms terms;
};

/// The correction of matrix layer `layer` with weight codes `codes` [filter][k] from its samples (per group).
LayerCalibration fit_layer(const CalibrationTask& task, TwinRun& twins, std::size_t layer,
                           const std::vector<std::int16_t>& codes, const std::vector<GroupSamples>& samples);

/// Whether the array forms sum A for this network whatever the correction: then zero points may move.
bool has_zero_points(const TwinRun& twins);

}  // namespace approxtlm::workloads
