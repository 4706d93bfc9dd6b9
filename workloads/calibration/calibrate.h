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

/// Fits the filters of one matrix layer; shared by calibrate() and adapt().
class LayerFitter {
public:
    LayerFitter(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                const FitTerms& terms, const TwinRun& twins, std::size_t layer);

    std::size_t filters() const { return parameters_.size(); }
    /// Filter `f` of the layer with weight codes `codes` [k] that stand for `gain` times what the network's
    /// stand for; `samples` one entry per group.
    FilterCorrection fit(std::size_t f, const std::int16_t* codes, double gain,
                         const std::vector<GroupSamples>& samples) const;
    /// Gains below leave too little room for the filter's scale or constant.
    double least_gain(std::size_t f) const;
    /// The samples of filter `f`, and where its output code saturates.
    FilterSamples samples_of(std::size_t f, const std::vector<GroupSamples>& samples) const;

private:
    const CorrectionConfig correction_;
    const DesignPoint design_;
    const FitTerms terms_;
    const LayerDescriptor& d_;
    const std::vector<FilterParameters> parameters_;  ///< without correction
};

/// Room for `filters` corrections, and one of them.
LayerCalibration empty_layer(std::size_t filters);
void set_correction(LayerCalibration& layer, std::size_t f, const FilterCorrection& correction);

/// Whether the array forms sum A for this network whatever the correction: then zero points may move.
bool has_zero_points(const TwinRun& twins);

}  // namespace approxtlm::workloads
