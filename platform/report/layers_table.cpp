#include <fmt/format.h>

#include "platform/report/numbers.h"
#include "platform/report/report_data.h"
#include "platform/report/summary.h"
#include "platform/report/text_table.h"

namespace approxtlm::platform {

std::string format_layers_table(const RunReport& report) {
    const DesignResult& design = headline_design(report);
    std::vector<std::vector<std::string>> rows{
        {"", "layer", "flow", "longest wait", "cycles", "used", "MACs", "MACs/", "roof,", "bound"},
        {"", "", "", "(cycles)", "", "%", "/byte", "cycle", "MACs/cycle", "by"}};
    std::size_t index = 0;
    for (const LayerResult& l : design.layers) {
        const RooflinePoint point = roofline_point(report.roof, l.stats);
        const auto of_macs = [&](const std::string& figure) { return l.stats.macs > 0 ? figure : "-"; };
        const std::string wait = main_stall(l.stats);
        rows.push_back({std::to_string(index++), l.name, l.dataflow.empty() ? "-" : l.dataflow,
                        wait.empty() ? "-" : wait, grouped(l.stats.cycles),
                        of_macs(fixed(l.utilisation_percent, 1)), of_macs(significant(point.macs_per_byte)),
                        of_macs(significant(point.macs_per_cycle)),
                        of_macs(significant(point.roof_macs_per_cycle)), of_macs(bound_word(point))});
    }
    return fmt::format("Layers of {} ({}), one image\n\n", design.name, describe(design)) +
           format_text_table(rows, 2, 4);
}

}  // namespace approxtlm::platform
