#pragma once

#include <string>

#include "platform/report/report_data.h"

namespace approxtlm::platform {

// Inline SVG pictures of a run.

/// Top-1 per design with its 95 % interval as a whisker.
std::string accuracy_chart(const RunReport& report);
/// Array power per design, stacked by component. Only with power.
std::string power_chart(const RunReport& report);
/// Cycles per layer of one design, busy and every cause of waiting stacked.
std::string cycles_chart(const DesignResult& design);
/// Layers below the roof that the array and the memory set, log over log.
std::string roofline_chart(const RunReport& report, const DesignResult& design);
/// Share of the PEs' cycles that computed, per layer.
std::string utilisation_chart(const DesignResult& design);

}  // namespace approxtlm::platform
