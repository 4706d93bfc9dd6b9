#include "workloads/compiler/scales.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "models/common/error.h"

namespace approxtlm::workloads {

FixedScale layer_scale(double scale, const std::string& where) {
    try {
        return to_fixed_scale(scale);
    } catch (const std::domain_error& e) {
        throw InputError(where + ": " + e.what());
    }
}

void set_add_scales(LayerDescriptor& d, double scale, double scale2, const std::string& where) {
    const FixedScale larger = layer_scale(std::max(scale, scale2), where);
    const auto on_shift = [&](double s) {
        return static_cast<std::uint32_t>(std::nearbyint(std::ldexp(s, static_cast<int>(larger.shift))));
    };
    d.input_multiplier = on_shift(scale);
    d.input2_multiplier = on_shift(scale2);
    d.input_shift = d.input2_shift = larger.shift;
}

std::vector<ScaleParameters> average_scales(double scale, std::uint32_t window, const std::string& where) {
    std::vector<ScaleParameters> scales;
    for (std::uint32_t n = 1; n <= window; ++n) {
        const FixedScale s = layer_scale(scale / n, where);
        scales.push_back({s.multiplier, s.shift});
    }
    return scales;
}

}  // namespace approxtlm::workloads
