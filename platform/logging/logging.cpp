#include "platform/logging/logging.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <systemc>

namespace approxtlm::platform {
namespace {

std::atomic<std::uint64_t> warnings{0};

spdlog::level::level_enum level_of(sc_core::sc_severity severity) {
    switch (severity) {
        case sc_core::SC_INFO:
            return spdlog::level::info;
        case sc_core::SC_WARNING:
            return spdlog::level::warn;
        case sc_core::SC_ERROR:
            return spdlog::level::err;
        default:
            return spdlog::level::critical;
    }
}

void report_to_spdlog(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
    if (report.get_severity() == sc_core::SC_WARNING) ++warnings;
    const char* process = report.get_process_name();
    spdlog::log(level_of(report.get_severity()), "{} {}{}{}: {}", report.get_time().to_string(),
                process ? process : "", process ? " " : "", report.get_msg_type(), report.get_msg());
    sc_core::sc_report_handler::default_handler(report, actions & ~(sc_core::SC_DISPLAY | sc_core::SC_LOG));
}

}  // namespace

const std::vector<std::string>& log_levels() {
    static const std::vector<std::string> levels{"trace", "debug", "info", "warning", "error", "off"};
    return levels;
}

void set_up_logging(const std::string& level) {
    auto logger = std::make_shared<spdlog::logger>("approxtlm",
                                                   std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    logger->set_pattern("approxtlm: %^%l%$: %v");
    logger->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(logger));
    warnings = 0;
    sc_core::sc_report_handler::set_handler(report_to_spdlog);
}

std::uint64_t sc_warning_count() { return warnings; }

}  // namespace approxtlm::platform
