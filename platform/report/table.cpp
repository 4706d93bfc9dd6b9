#include <fmt/format.h>

#include "platform/report/numbers.h"
#include "platform/report/report_data.h"
#include "platform/report/summary.h"
#include "platform/report/text_table.h"

namespace approxtlm::platform {
namespace {

using Row = std::vector<std::string>;
constexpr std::size_t kTextColumns = 3;  // design, multiplier, correction

// Two header lines; a saving stands close to its figure, on its right.
const Row kHead1{"",      "",     "",      "top-1 %", "loss",  "cycles/", "cycle", "time",
                 "array", "save", "accel", "save",    "array", "area",    "save"};
const Row kHead2{"design", "multiplier", "correction", "[95 % CI]", "pts", "image", "ratio", "us",
                 "mW",     "%",          "mW",         "%",         "uJ",  "mm2",   "%"};
const std::vector<std::size_t> kGap{0, 2, 2, 2, 1, 2, 1, 2, 2, 1, 2, 1, 2, 2, 1};

Row row_of(const RunReport& report, const DesignResult& d) {
    const VersusExact v = versus_exact(report, d);
    const bool exact = &d == &exact_design(report);
    const auto power = [&](auto figure) { return d.power ? figure(*d.power) : std::string("-"); };
    const auto saving = [&](std::optional<double> s) { return exact ? std::string("-") : fixed(s, 1); };
    return {d.name,
            d.multiplier,
            d.correction,
            fmt::format("{} [{},{}]", fixed(d.top1_percent, 1), fixed(d.top1_ci95_percent[0], 1),
                        fixed(d.top1_ci95_percent[1], 1)),
            exact ? "-" : fixed(v.top1_loss_points, 1),
            std::to_string(d.cycles_per_image),
            exact ? "-" : fixed(v.cycle_ratio, 3),
            significant(d.latency_us),
            power([](const auto& p) { return significant(p.mw.array_mw()); }),
            saving(v.array_power_saving_percent),
            power([](const auto& p) { return significant(p.mw.accelerator_mw()); }),
            saving(v.accelerator_power_saving_percent),
            power([](const auto& p) { return significant(p.array_energy_uj); }),
            power([](const auto& p) { return significant(p.array_area_um2 * 1e-6); }),
            saving(v.array_area_saving_percent)};
}

}  // namespace

std::string format_table(const RunReport& report) {
    std::vector<Row> rows{kHead1, kHead2};
    for (const DesignResult& d : report.designs) rows.push_back(row_of(report, d));
    std::string out = fmt::format("{} on {}, {} image{}, {}\n\n", report.network_name, report.dataset_name,
                                  report.images, report.images == 1 ? "" : "s", technology_line(report)) +
                      format_text_table(rows, 2, kTextColumns, kGap);
    out += "\n" + verdict(report) + "\n";
    if (const std::string words = dataflow_words(headline_design(report)); !words.empty())
        out += "Dataflow: " + words + ".\n";
    if (const std::string words = roofline_words(report); !words.empty()) out += "Roofline: " + words + ".\n";
    if (const std::string words = uncertainty_words(report); !words.empty()) out += "Power: " + words + ".\n";
    for (const std::string& note : report.notes) out += "Note: " + note + "\n";
    return out;
}

}  // namespace approxtlm::platform
