#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace approxtlm::platform {

/// Names of the log levels, most talkative first.
const std::vector<std::string>& log_levels();

/// Logs go to stderr through spdlog; SystemC reports join them with severity, module and simulated time.
/// SC_ERROR and SC_FATAL throw as usual. `level` is one of log_levels().
void set_up_logging(const std::string& level);

/// SC_WARNINGs since set_up_logging(), shown or not: a test fails on any.
std::uint64_t sc_warning_count();

}  // namespace approxtlm::platform
