#include "workloads/calibration/adapt.h"

#include <algorithm>
#include <array>
#include <limits>

#include "models/common/parallel_for.h"
#include "workloads/calibration/choose_codes.h"
#include "workloads/calibration/stretch.h"

namespace approxtlm::workloads {
namespace {

/// Shares of a filter's range that new codes may span.
constexpr std::array kShares{1.0, 0.8};

/// A matrix layer on its way to better codes.
class LayerAdapter {
public:
    LayerAdapter(TwinRun& twins, std::size_t layer, const LayerFitter& fitter,
                 const CorrectionConfig& correction, const AdaptOptions& options)
        : twins_(twins),
          layer_(layer),
          fitter_(fitter),
          fraction_bits_(correction.coefficient_fraction_bits),
          threads_(options.threads),
          source_{options.samples, options.seed},
          best_(empty_layer(fitter.filters())),
          least_(fitter.filters(), std::numeric_limits<double>::infinity()) {
        best_.codes = twins.weights(layer).values;
        samples_ = sample_layer(twins_, layer_, best_.codes, source_);
        missing_.resize(samples_.size());
        for (std::size_t g = 0; g < samples_.size(); ++g) missing_[g].resize(samples_[g].got.size());
        keep_better(samples_, best_.codes, best_.gain);
    }

    LayerCalibration find(const ProductForms& forms, bool zero_point_moves, unsigned passes) {
        for (const double share : kShares) stretch(share, forms.lowest, zero_point_moves);
        const std::size_t reduction = samples_.front().reduction;
        if (reduction * forms.bit.size() > CodeChooser::kMostRows) return best_;
        std::vector<CodeChooser> choosers;
        for (const GroupSamples& g : samples_) choosers.emplace_back(g, forms, threads_);
        for (unsigned pass = 0; pass < passes; ++pass) {
            std::vector<std::int16_t> codes = best_.codes;
            for (std::size_t g = 0; g < samples_.size(); ++g)
                choosers[g].sweep(missing_[g], codes.data() + g * samples_[g].filters * reduction);
            if (codes == best_.codes) break;
            try_codes(codes, best_.gain);
        }
        return best_;
    }

private:
    void stretch(double share, int lowest, bool zero_point_moves) {
        const EncodedWeights& own = twins_.weights(layer_);
        const std::size_t reduction = samples_.front().reduction;
        std::vector<std::int16_t> codes(own.values.size());
        std::vector<float> gain(fitter_.filters());
        for (std::size_t f = 0; f < gain.size(); ++f) {
            const FilterCodes filter{own.values.data() + f * reduction,
                                     reduction,
                                     own.zero_point[f],
                                     lowest,
                                     zero_point_moves,
                                     fitter_.least_gain(f)};
            gain[f] = static_cast<float>(stretch_codes(filter, share, codes.data() + f * reduction));
        }
        try_codes(codes, gain);
    }

    void try_codes(const std::vector<std::int16_t>& codes, const std::vector<float>& gain) {
        keep_better(sample_layer(twins_, layer_, codes, source_), codes, gain);
    }

    /// Fits the correction for `codes`, a step of which is `gain` [filter] and of which `changed` are the
    /// samples, and takes over the filters that come closer than the best so far.
    void keep_better(const std::vector<GroupSamples>& changed, const std::vector<std::int16_t>& codes,
                     const std::vector<float>& gain) {
        const std::size_t reduction = changed.front().reduction;
        parallel_for(fitter_.filters(), threads_, [&](std::size_t f) {
            const std::int16_t* row = codes.data() + f * reduction;
            const FilterCorrection correction = fitter_.fit(f, row, static_cast<double>(gain[f]), changed);
            const FilterSamples s = fitter_.samples_of(f, changed);
            std::vector<std::int32_t> missing(s.n);
            missing_sums(s, correction, fraction_bits_, missing.data());
            double loss = 0;
            for (const std::int32_t e : missing) loss += static_cast<double>(e) * e;
            loss *= static_cast<double>(correction.gain) * static_cast<double>(correction.gain);
            if (!(loss < least_[f])) return;
            least_[f] = loss;
            set_correction(best_, f, correction);
            std::copy(row, row + reduction, best_.codes.data() + f * reduction);
            const std::size_t in_group = fitter_.filters() / changed.size();
            std::copy(missing.begin(), missing.end(), missing_[f / in_group].data() + f % in_group * s.n);
        });
    }

    TwinRun& twins_;
    const std::size_t layer_;
    const LayerFitter& fitter_;
    const std::uint32_t fraction_bits_;
    const unsigned threads_;
    const SampleSource source_;
    LayerCalibration best_;
    std::vector<double> least_;          ///< [filter], squares of what is missing, in the network's units
    std::vector<GroupSamples> samples_;  ///< with the network's own codes
    std::vector<std::vector<std::int32_t>> missing_;  ///< [group][filter][sample], of the best codes
};

/// `images` and behind them their mirror images.
std::vector<std::uint8_t> with_mirror_images(const std::vector<std::uint8_t>& images, const Tensor& shape) {
    std::vector<std::uint8_t> all = images;
    const auto channels = static_cast<std::size_t>(shape.channels),
               width = static_cast<std::size_t>(shape.width);
    for (std::size_t row = 0; row < images.size(); row += width * channels) {
        for (std::size_t x = width; x-- > 0;) {
            const auto pixel = images.begin() + static_cast<std::ptrdiff_t>(row + x * channels);
            all.insert(all.end(), pixel, pixel + static_cast<std::ptrdiff_t>(channels));
        }
    }
    return all;
}

}  // namespace

Calibration adapt(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                  const std::vector<std::uint8_t>& images, const AdaptOptions& options,
                  const Calibration& start, const LayerDone& done) {
    const Tensor& input = network.tensors[static_cast<std::size_t>(network.input)];
    TwinRun twins(network, config, design, options.mirror ? with_mirror_images(images, input) : images,
                  options.threads);
    const ProductForms forms = product_forms(design.multiplier, design.encoding);
    FitTerms terms;
    terms.zero_point = has_zero_points(twins);
    Calibration found = start;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        if (l >= start.layers.size()) {
            LayerCalibration layer;
            if (twins.is_matrix(l)) {
                const LayerFitter fitter(network, config, design, terms, twins, l);
                layer = LayerAdapter(twins, l, fitter, config.correction, options)
                            .find(forms, terms.zero_point, options.passes);
            }
            found.layers.push_back(std::move(layer));
            if (done) done(found);
        }
        twins.run_layer(l, found);
    }
    return found;
}

}  // namespace approxtlm::workloads
