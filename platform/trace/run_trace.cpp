#include "platform/trace/run_trace.h"

#include <filesystem>

#include "models/common/error.h"
#include "platform/trace/perfetto_trace.h"
#include "platform/trace/vcd_trace.h"

namespace approxtlm::platform {

TraceRequest parse_trace(const std::string& text, const std::string& directory) {
    const std::size_t colon = text.find(':');
    const std::string format = text.substr(0, colon);
    TraceRequest request;
    if (format == "vcd") {
        request.format = TraceFormat::vcd;
    } else if (format != "perfetto") {
        throw InputError("--trace", text.empty() ? "nothing" : "'" + text + "'",
                         "perfetto, perfetto:FILE, vcd or vcd:FILE");
    }
    if (colon == std::string::npos) {
        const char* name = request.format == TraceFormat::vcd ? "trace.vcd" : "trace.json";
        request.file = (std::filesystem::path(directory) / name).string();
    } else {
        request.file = text.substr(colon + 1);
        if (request.file.empty()) throw InputError("--trace", "'" + text + "'", "a file behind the colon");
    }
    return request;
}

std::unique_ptr<RunTrace> make_trace(TraceFormat format, const std::vector<std::string>& designs,
                                     const std::vector<std::string>& layers) {
    if (format == TraceFormat::vcd) return std::make_unique<VcdTrace>(designs);
    return std::make_unique<PerfettoTrace>(designs, layers);
}

}  // namespace approxtlm::platform
