#include <fmt/format.h>

#include <iterator>

#include "platform/report/report_data.h"

namespace approxtlm::platform {
namespace {

/// RFC 4180: quote where a comma, a quote or a line break stands, and double the quotes.
std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

/// Empty cells for layers without multiply-accumulates.
std::string roofline_cells(const Roof& roof, const LayerStats& stats) {
    if (stats.macs == 0) return ",,,,";
    const RooflinePoint point = roofline_point(roof, stats);
    return fmt::format(",{:.4f},{:.4f},{:.4f},{}", point.macs_per_byte, point.macs_per_cycle,
                       point.roof_macs_per_cycle, bound_word(point));
}

struct PowerColumn {
    const char* name;
    double power::PowerBreakdown::*mw;
};
constexpr PowerColumn kPowerColumns[] = {{"multiplier", &power::PowerBreakdown::multiplier},
                                         {"accumulator", &power::PowerBreakdown::accumulator},
                                         {"registers", &power::PowerBreakdown::registers},
                                         {"correction", &power::PowerBreakdown::correction},
                                         {"clock", &power::PowerBreakdown::clock},
                                         {"leakage", &power::PowerBreakdown::leakage},
                                         {"skew_registers", &power::PowerBreakdown::skew_registers},
                                         {"buffers", &power::PowerBreakdown::buffers},
                                         {"dma", &power::PowerBreakdown::dma},
                                         {"vector_unit", &power::PowerBreakdown::vector_unit},
                                         {"sequencer", &power::PowerBreakdown::sequencer},
                                         {"bus", &power::PowerBreakdown::bus},
                                         {"dram", &power::PowerBreakdown::dram}};

/// Empty cells without power.
std::string power_cells(const LayerResult& layer) {
    if (!layer.power) return std::string(6 + std::size(kPowerColumns), ',');
    const power::PowerEstimate& p = *layer.power;
    std::string cells =
        fmt::format(",{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g}", p.mw.array_mw(), p.mw.accelerator_mw(),
                    p.mw.system_mw(), p.array_energy_uj, p.accelerator_energy_uj, p.system_energy_uj);
    for (const PowerColumn& column : kPowerColumns) cells += fmt::format(",{:.6g}", p.mw.*column.mw);
    return cells;
}

}  // namespace

std::string format_layers_csv(const RunReport& report) {
    std::string out =
        "design,index,layer,kind,dataflow,macs,cycles,busy_cycles,utilisation_percent,macs_per_byte,"
        "macs_per_cycle,roof_macs_per_cycle,bound";
    out += ",array_mw,accelerator_mw,system_mw,array_uj,accelerator_uj,system_uj";
    for (const PowerColumn& column : kPowerColumns) out += fmt::format(",{}_mw", column.name);
    for (std::string_view stall : kStallNames) out += fmt::format(",stall_{}", stall);
    for (std::string_view activity : kActivityNames) out += fmt::format(",{}", activity);
    out += "\n";
    for (const DesignResult& design : report.designs) {
        std::size_t index = 0;
        for (const LayerResult& layer : design.layers) {
            const LayerStats& s = layer.stats;
            out += fmt::format("{},{},{},{},{},{},{},{},{:.4f}", cell(design.name), index++, cell(layer.name),
                               cell(layer.kind), layer.dataflow, s.macs, s.cycles, s.busy_cycles,
                               layer.utilisation_percent) +
                   roofline_cells(report.roof, s) + power_cells(layer);
            for (std::uint64_t stall : s.stall_cycles) out += fmt::format(",{}", stall);
            for (std::size_t i = 0; i < kActivityNames.size(); ++i)
                out += fmt::format(",{}", s.activity[static_cast<Activity>(i)]);
            out += "\n";
        }
    }
    return out;
}

}  // namespace approxtlm::platform
