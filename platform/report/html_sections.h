#pragma once

#include <string>

#include "platform/report/report_data.h"

namespace approxtlm::platform {

// Parts of the HTML page; every text from outside is escaped.

std::string masthead(const RunReport& report);  ///< the result in one line, one sentence and four figures
std::string design_table(const RunReport& report);
std::string layer_table(const RunReport& report, const DesignResult& design);
std::string configuration(const RunReport& report);
std::string provenance(const RunReport& report);

}  // namespace approxtlm::platform
