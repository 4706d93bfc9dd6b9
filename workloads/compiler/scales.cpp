#include "workloads/compiler/scales.h"

#include <cmath>

#include "models/common/error.h"

namespace approxtlm::workloads {
namespace {

float checked(float scale, const std::string& where) {
    if (!(scale > std::ldexp(1.0f, -31) && scale < std::ldexp(1.0f, 30)))
        throw InputError(where + ": requantization scale", std::to_string(scale),
                         "a number between 2^-31 and 2^30");
    return scale;
}

}  // namespace

float filter_scale(float input, float weight, float output, const std::string& where) {
    return checked(input * weight / output, where);
}

float gained_scale(float scale, float gain, const std::string& where) { return checked(scale * gain, where); }

float layer_scale(float input, float output, const std::string& where) {
    return checked(input / output, where);
}

void set_add_scales(LayerDescriptor& d, const Quantization& a, const Quantization& b,
                    const Quantization& output, const std::string& where) {
    d.input_scale = layer_scale(a.scale, output.scale, where);
    d.input2_scale = layer_scale(b.scale, output.scale, where);
    d.offset = static_cast<float>(output.zero_point) - (d.input_scale * static_cast<float>(a.zero_point) +
                                                        d.input2_scale * static_cast<float>(b.zero_point));
}

std::vector<float> average_scales(float input, float output, std::uint32_t window, const std::string& where) {
    std::vector<float> scales;
    for (std::uint32_t n = 1; n <= window; ++n)
        scales.push_back(layer_scale(input, output * static_cast<float>(n), where));
    return scales;
}

}  // namespace approxtlm::workloads
