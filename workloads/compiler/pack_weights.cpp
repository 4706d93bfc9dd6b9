#include "workloads/compiler/pack_weights.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

#include "models/arithmetic/requantize.h"
#include "models/common/error.h"
#include "models/common/tiling.h"
#include "workloads/compiler/scales.h"

namespace approxtlm::workloads {
namespace {

/// The analytic correction of a design, for every weight code.
class AnalyticCorrection {
public:
    explicit AnalyticCorrection(const DesignPoint& design)
        : has_offset_(design.multiplier.family == MultiplierFamily::table),
          mean_variate_(mean_variate(design.variate, design.multiplier)) {
        for (std::size_t code = 0; code < 256; ++code) {
            const int w = weight_value(static_cast<std::uint8_t>(code), design.encoding);
            coefficient_[code] = analytic_coefficient(design.multiplier, design.variate, w);
            if (has_offset_) mean_error_[code] = mean_error(design.multiplier, w);
        }
    }

    /// C of a filter.
    double coefficient(const std::int16_t* w, std::size_t taps) const {
        return sum_over(coefficient_, w, taps) / static_cast<double>(taps);
    }
    /// C0 of a filter, for the coefficient that its MAC+ applies.
    std::int64_t offset(const std::int16_t* w, std::size_t taps, double applied) const {
        if (!has_offset_) return 0;
        return std::llround(sum_over(mean_error_, w, taps) -
                            applied * static_cast<double>(taps) * mean_variate_);
    }

private:
    static double sum_over(const std::array<double, 256>& table, const std::int16_t* w, std::size_t taps) {
        double sum = 0;
        for (std::size_t k = 0; k < taps; ++k) sum += table[static_cast<std::uint8_t>(w[k])];
        return sum;
    }

    bool has_offset_;
    double mean_variate_;
    std::array<double, 256> coefficient_{}, mean_error_{};
};

/// `offset`: the correction's C0.
std::int32_t constant_of(std::int64_t bias, std::int64_t z_a, std::int64_t z_w, std::int64_t sum_w,
                         std::int64_t k, std::int64_t offset, const std::string& where) {
    const std::int64_t constant = bias - z_a * sum_w + k * z_a * z_w + offset;
    if (constant < std::numeric_limits<std::int32_t>::min() ||
        constant > std::numeric_limits<std::int32_t>::max()) {
        throw InputError(where + ": bias with zero points folded in", std::to_string(constant),
                         "a 32-bit integer");
    }
    return static_cast<std::int32_t>(constant);
}

}  // namespace

EncodedWeights encode_weights(const Layer& layer, std::uint32_t channels_per_group, Encoding encoding) {
    const Weights& w = layer.weights;
    const bool to_signed = encoding == Encoding::signed_codes;
    const int offset = w.signed_codes == to_signed ? 0 : to_signed ? -128 : 128;
    const std::size_t taps = static_cast<std::size_t>(layer.kernel_height) * layer.kernel_width;
    const std::size_t reduction = taps * channels_per_group;
    EncodedWeights encoded;
    encoded.values.resize(w.codes.size());
    for (std::size_t i = 0; i < w.codes.size(); ++i) {
        const std::size_t filter = i / reduction, channel = i % reduction / taps, tap = i % taps;
        encoded.values[filter * reduction + tap * channels_per_group + channel] =
            static_cast<std::int16_t>(w.codes[i] + offset);
    }
    for (const int z : w.zero_point) encoded.zero_point.push_back(z + offset);
    return encoded;
}

std::vector<FilterParameters> filter_parameters(const Network& network, const Layer& layer,
                                                const EncodedWeights& weights,
                                                const CorrectionConfig& correction, const DesignPoint& design,
                                                const LayerCalibration& calibration,
                                                const std::string& where) {
    const Quantization& input = network.tensors[static_cast<std::size_t>(layer.input)].quantization;
    const Quantization& output = network.tensors[static_cast<std::size_t>(layer.output)].quantization;
    const std::size_t filters = weights.zero_point.size();
    const std::size_t reduction = weights.values.size() / filters;
    const bool calibrated =
        design.correction == CorrectionMethod::calibrated && !calibration.coefficient.empty();
    const bool corrected = design.correction == CorrectionMethod::analytic;
    std::optional<AnalyticCorrection> analytic;
    if (corrected) analytic.emplace(design);
    const auto fraction_bits = static_cast<int>(correction.coefficient_fraction_bits);

    std::vector<FilterParameters> parameters(filters);
    for (std::size_t f = 0; f < filters; ++f) {
        const std::int16_t* w = weights.values.data() + f * reduction;
        const std::string filter = where + ": filter " + std::to_string(f);
        FilterParameters& p = parameters[f];
        p.weight_zero_point = weights.zero_point[f];
        p.scale = filter_scale(input.scale, layer.weights.scale[f], output.scale, filter);
        std::int64_t offset = 0;
        if (analytic) {
            p.coefficient = to_fixed_point(analytic->coefficient(w, reduction), fraction_bits,
                                           static_cast<int>(correction.coefficient_bits));
            offset = analytic->offset(w, reduction, std::ldexp(p.coefficient, -fraction_bits));
        }
        if (calibrated) {
            p.coefficient = calibration.coefficient[f];
            offset = calibration.constant[f];
        }
        // A calibrated C0 is measured from the network's own zero point; the shift comes after.
        p.constant = constant_of(layer.weights.bias[f], input.zero_point, p.weight_zero_point,
                                 std::accumulate(w, w + reduction, std::int64_t{0}),
                                 static_cast<std::int64_t>(reduction), offset, filter);
        if (calibrated) p.weight_zero_point += calibration.zero_point_shift[f];
    }
    return parameters;
}

std::vector<std::uint8_t> pack_folds(const LayerDescriptor& d, const PeArrayConfig& array,
                                     const EncodedWeights& weights,
                                     const std::vector<FilterParameters>& parameters) {
    const Tiling t = tiling_of(d, array.rows, array.columns);
    std::vector<std::uint8_t> packed;
    packed.reserve(t.weight_bytes());
    for (std::uint32_t group = 0; group < t.groups; ++group) {
        for (std::uint32_t tile = 0; tile < t.filter_tiles; ++tile) {
            const std::size_t first = std::size_t{group} * t.filters + std::size_t{tile} * t.array_columns;
            const std::uint32_t columns = t.fold_columns(tile);
            const std::size_t begin = packed.size(), end = begin + std::size_t{t.reduction} * columns;
            packed.resize(end + columns * sizeof(FilterParameters));
            for (std::uint32_t k = 0; k < t.reduction; ++k) {
                for (std::uint32_t c = 0; c < columns; ++c) {
                    packed[begin + t.code_offset(tile, k, c)] =
                        static_cast<std::uint8_t>(weights.values[(first + c) * t.reduction + k]);
                }
            }
            std::memcpy(packed.data() + end, parameters.data() + first, columns * sizeof(FilterParameters));
        }
    }
    return packed;
}

}  // namespace approxtlm::workloads
