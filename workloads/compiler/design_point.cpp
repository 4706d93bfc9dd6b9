#include <algorithm>

#include "models/common/error.h"
#include "workloads/compiler/program.h"

namespace approxtlm::workloads {

CorrectionMethod parse_correction_method(const std::string& text) {
    for (const auto method :
         {CorrectionMethod::none, CorrectionMethod::analytic, CorrectionMethod::calibrated}) {
        if (text == to_string(method)) return method;
    }
    throw InputError("--correction", "'" + text + "'", "none, analytic or calibrated");
}

std::string to_string(CorrectionMethod method) {
    switch (method) {
        case CorrectionMethod::none:
            break;
        case CorrectionMethod::analytic:
            return "analytic";
        case CorrectionMethod::calibrated:
            return "calibrated";
    }
    return "none";
}

FoldEngine::Config array_config(const Program& program, const AcceleratorConfig& config) {
    FoldEngine::Config array;
    array.rows = config.pe_array.rows;
    array.columns = config.pe_array.columns;
    array.multiplier = program.design.multiplier;
    array.encoding = program.design.encoding;
    array.variate = program.design.variate;
    array.sum_a = std::any_of(program.layers.begin(), program.layers.end(),
                              [](const LayerDescriptor& d) { return (d.flags & kFlagSumA) != 0; });
    array.sum_x = program.design.correction != CorrectionMethod::none;
    array.sum_x_per_mac = array.sum_x && config.correction.organization == CorrectionOrganization::per_mac;
    array.shadow_weights = config.pe_array.shadow_weights;
    array.multiplier_stages = config.pe_array.multiplier_stages;
    array.zero_gating = config.power.zero_gating;
    return array;
}

}  // namespace approxtlm::workloads
