#pragma once

#include <string>

#include "models/arithmetic/error_statistics.h"

namespace approxtlm::platform {

/// Compares with published figures "mae=119,wce=518,...": names mae, wce, mre, mse, ep, bias (mre and ep in
/// percent). A figure agrees when it rounds to the digits given. Throws InputError
/// `subject: mae: got 31.2, expected 25 (as published)` for the first that does not.
void check_expected_figures(const std::string& option, const std::string& text, const std::string& subject,
                            const ErrorStatistics& statistics);

}  // namespace approxtlm::platform
