#pragma once

#include "platform/report/report_data.h"

namespace approxtlm::platform {

/// A made-up run of `layers` layers: the figures are invented and say so in the names.
RunReport sample_report(std::size_t layers = 12, bool with_power = true);

}  // namespace approxtlm::platform
