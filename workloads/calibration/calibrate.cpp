#include "workloads/calibration/calibrate.h"

#include <algorithm>

#include "models/arithmetic/control_variate.h"
#include "models/common/parallel_for.h"

namespace approxtlm::workloads {
namespace {

double analytic_slope(const DesignPoint& design, const std::int16_t* codes, std::size_t reduction) {
    double sum = 0;
    for (std::size_t k = 0; k < reduction; ++k)
        sum += analytic_coefficient(design.multiplier, design.variate, codes[k]);
    return sum / static_cast<double>(reduction);
}

/// Samples of filter `f` of a group, and where the output code of a filter with `p` saturates.
FilterSamples filter_samples(const GroupSamples& g, std::size_t f, const FilterParameters& p,
                             const LayerDescriptor& d) {
    FilterSamples s;
    s.n = g.n;
    s.x = g.x.data();
    s.a = g.a.data();
    s.got = g.got.data() + f * g.n;
    s.wanted = g.wanted.data() + f * g.n;
    const auto sum_at = [&](double code) {
        return (code - d.output_zero_point) / static_cast<double>(p.scale) - p.constant;
    };
    s.low = sum_at(d.clamp_min);
    s.high = sum_at(d.clamp_max);
    return s;
}

}  // namespace

bool has_zero_points(const TwinRun& twins) {
    for (std::size_t l = 0; l < twins.layers(); ++l) {
        const auto& z = twins.weights(l).zero_point;
        if (std::any_of(z.begin(), z.end(), [](std::int32_t value) { return value != 0; })) return true;
    }
    return false;
}

LayerCalibration fit_layer(const CalibrationTask& task, TwinRun& twins, std::size_t layer,
                           const std::vector<std::int16_t>& codes, const std::vector<GroupSamples>& samples) {
    const LayerDescriptor& d = twins.descriptor(layer);
    const DesignPoint bare{{}, task.design.encoding, CorrectionMethod::none, task.design.variate};
    const auto parameters = filter_parameters(
        task.network, task.network.layers[layer], twins.weights(layer), task.config.correction, bare, {},
        "network " + task.network.name + ": layer " + task.network.layers[layer].name);
    const std::size_t filters = d.output_channels, in_group = filters / d.groups;
    const std::size_t reduction = codes.size() / filters;
    LayerCalibration found;
    found.coefficient.resize(filters);
    found.constant.resize(filters);
    found.zero_point_shift.resize(filters);
    parallel_for(filters, twins.threads(), [&](std::size_t f) {
        const FilterCorrection c = fit_filter(
            filter_samples(samples[f / in_group], f % in_group, parameters[f], d), task.terms,
            analytic_slope(task.design, codes.data() + f * reduction, reduction), task.config.correction);
        found.coefficient[f] = c.coefficient;
        found.constant[f] = c.constant;
        found.zero_point_shift[f] = c.zero_point_shift;
    });
    return found;
}

Calibration calibrate(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                      const std::vector<std::uint8_t>& images, unsigned threads,
                      const CalibrationRecipe& recipe, const LayerProgress& progress) {
    TwinRun twins(network, config, design, images, threads);
    CalibrationTask task{network, config, design, recipe.terms};
    task.terms.zero_point = task.terms.zero_point && has_zero_points(twins);
    Calibration calibration;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        LayerCalibration found;
        if (twins.is_matrix(l)) {
            const auto& codes = twins.weights(l).values;
            found = fit_layer(task, twins, l, codes, sample_layer(twins, l, codes, recipe.source));
        }
        calibration.layers.push_back(std::move(found));
        twins.run_layer(l, calibration);
        if (progress) progress(l + 1, network.layers.size());
    }
    return calibration;
}

}  // namespace approxtlm::workloads
