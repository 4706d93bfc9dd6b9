#pragma once

#include <optional>
#include <string>

#include "platform/report/report_data.h"

namespace approxtlm::platform {

/// A design against the exact one. Savings are absent without power.
struct VersusExact {
    double cycle_ratio = 1;
    double top1_loss_points = 0;
    std::optional<double> array_power_saving_percent, accelerator_power_saving_percent,
        array_area_saving_percent;
    /// Of the array's saving, percent points: macro-models of both designs, taken as independent, and
    /// sampling.
    std::optional<double> array_power_saving_uncertainty;
};

/// Throws std::invalid_argument when the report holds no design.
const DesignResult& exact_design(const RunReport& report);
/// The last one: the most refined design of the run.
const DesignResult& headline_design(const RunReport& report);

VersusExact versus_exact(const RunReport& report, const DesignResult& design);

/// "truncated:7, calibrated"
std::string describe(const DesignResult& design);
/// "ASAP7 ... at 1761 MHz" or that no power was estimated.
std::string technology_line(const RunReport& report);
/// The result in one sentence.
std::string verdict(const RunReport& report);
/// "3 layers ws, 2 layers os" of the design; empty when all are weight-stationary.
std::string dataflow_words(const DesignResult& design);

/// The cause that cost the layer most: "weight load (1,234)"; empty when it never waited.
std::string main_stall(const LayerStats& stats);
/// Relative uncertainty of a design's array power, percent: its macro-model's mean error and the sampling
/// error.
std::optional<double> array_power_uncertainty_percent(const DesignResult& design);
/// How far the headline design's power figures can be trusted; empty without power.
std::string uncertainty_words(const RunReport& report);
/// How many of the headline design's layers with MACs the memory bounds, and what the array attains; empty
/// without such layers.
std::string roofline_words(const RunReport& report);

}  // namespace approxtlm::platform
