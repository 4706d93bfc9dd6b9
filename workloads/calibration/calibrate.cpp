#include "workloads/calibration/calibrate.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

bool has_zero_points(const TwinRun& twins) {
    for (std::size_t l = 0; l < twins.layers(); ++l) {
        const auto& z = twins.weights(l).zero_point;
        if (std::any_of(z.begin(), z.end(), [](std::int32_t value) { return value != 0; })) return true;
    }
    return false;
}

LayerFitter::LayerFitter(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                         const FitTerms& terms, const TwinRun& twins, std::size_t layer)
    : correction_(config.correction),
      design_(design),
      terms_(terms),
      d_(twins.descriptor(layer)),
      parameters_(filter_parameters(network, network.layers[layer], twins.weights(layer), config.correction,
                                    {{}, design.encoding, CorrectionMethod::none, design.variate}, {},
                                    "network " + network.name + ": layer " + network.layers[layer].name)) {}

FilterSamples LayerFitter::samples_of(std::size_t f, const std::vector<GroupSamples>& samples) const {
    const std::size_t in_group = filters() / samples.size();
    const GroupSamples& g = samples[f / in_group];
    FilterSamples s;
    s.n = g.n;
    s.x = g.x.data();
    s.a = g.a.data();
    s.got = g.got.data() + f % in_group * g.n;
    s.wanted = g.wanted.data() + f % in_group * g.n;
    const auto sum_at = [&](double code) {
        return (code - d_.output_zero_point) / static_cast<double>(parameters_[f].scale) -
               parameters_[f].constant;
    };
    s.low = sum_at(d_.clamp_min);
    s.high = sum_at(d_.clamp_max);
    return s;
}

double LayerFitter::least_gain(std::size_t f) const {
    constexpr double kLeast = 1.0 / 1024, kLeastScale = 1.0 / (1 << 30), kLargestConstant = 1 << 29;
    const FilterParameters& p = parameters_[f];
    return std::min(1.0, std::max({kLeast, kLeastScale / static_cast<double>(p.scale),
                                   std::abs(static_cast<double>(p.constant)) / kLargestConstant}));
}

FilterCorrection LayerFitter::fit(std::size_t f, const std::int16_t* codes, double gain,
                                  const std::vector<GroupSamples>& samples) const {
    return fit_filter(samples_of(f, samples), terms_,
                      {analytic_slope(design_, codes, samples.front().reduction), gain, least_gain(f)},
                      correction_);
}

LayerCalibration empty_layer(std::size_t filters) {
    LayerCalibration layer;
    layer.coefficient.resize(filters);
    layer.constant.resize(filters);
    layer.zero_point_shift.resize(filters);
    layer.gain.resize(filters, 1.0f);
    return layer;
}

void set_correction(LayerCalibration& layer, std::size_t f, const FilterCorrection& correction) {
    layer.coefficient[f] = correction.coefficient;
    layer.constant[f] = correction.constant;
    layer.zero_point_shift[f] = correction.zero_point_shift;
    layer.gain[f] = correction.gain;
}

Calibration calibrate(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                      const std::vector<std::uint8_t>& images, unsigned threads,
                      const CalibrationRecipe& recipe, const LayerProgress& progress) {
    TwinRun twins(network, config, design, images, threads);
    FitTerms terms = recipe.terms;
    terms.zero_point = terms.zero_point && has_zero_points(twins);
    Calibration calibration;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        LayerCalibration found;
        if (twins.is_matrix(l)) {
            const auto& codes = twins.weights(l).values;
            const std::vector<GroupSamples> samples = sample_layer(twins, l, codes, recipe.source);
            const LayerFitter fitter(network, config, design, terms, twins, l);
            found = empty_layer(fitter.filters());
            parallel_for(fitter.filters(), threads, [&](std::size_t f) {
                set_correction(found, f,
                               fitter.fit(f, codes.data() + f * samples.front().reduction, 1, samples));
            });
        }
        calibration.layers.push_back(std::move(found));
        twins.run_layer(l, calibration);
        if (progress) progress(l + 1, network.layers.size());
    }
    return calibration;
}

}  // namespace approxtlm::workloads
