#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "platform/report/numbers.h"
#include "platform/report/report_data.h"
#include "platform/report/summary.h"

namespace approxtlm::platform {
namespace {

constexpr std::size_t kColumns = 15;
using Row = std::array<std::string, kColumns>;

// Two header lines; a saving stands close to its figure, on its right.
const Row kHead1{"",      "",     "",      "top-1 %", "loss",  "cycles/", "cycle", "time",
                 "array", "save", "accel", "save",    "array", "area",    "save"};
const Row kHead2{"design", "multiplier", "correction", "[95 % CI]", "pts", "image", "ratio", "us",
                 "mW",     "%",          "mW",         "%",         "uJ",  "mm2",   "%"};
constexpr std::array<std::size_t, kColumns> kGap{0, 2, 2, 2, 1, 2, 1, 2, 2, 1, 2, 1, 2, 2, 1};

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

void append(std::string& out, const Row& row, const std::array<std::size_t, kColumns>& widths) {
    constexpr std::size_t kTextColumns = 3;  // design, multiplier, correction: left aligned
    std::string line;
    for (std::size_t i = 0; i < kColumns; ++i) {
        line += std::string(kGap[i], ' ');
        line += i < kTextColumns ? fmt::format("{:<{}}", row[i], widths[i])
                                 : fmt::format("{:>{}}", row[i], widths[i]);
    }
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

}  // namespace

std::string format_table(const RunReport& report) {
    std::vector<Row> rows{kHead1, kHead2};
    for (const DesignResult& d : report.designs) rows.push_back(row_of(report, d));
    std::array<std::size_t, kColumns> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], row[i].size());

    std::string out = fmt::format("{} on {}, {} image{}, {}\n\n", report.network_name, report.dataset_name,
                                  report.images, report.images == 1 ? "" : "s", technology_line(report));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        append(out, rows[i], widths);
        if (i == 1) {
            std::size_t total = 0;
            for (std::size_t column = 0; column < kColumns; ++column) total += kGap[column] + widths[column];
            out += std::string(total, '-') + "\n";
        }
    }
    out += "\n" + verdict(report) + "\n";
    if (const std::string words = dataflow_words(headline_design(report)); !words.empty())
        out += "Dataflow: " + words + ".\n";
    for (const std::string& note : report.notes) out += "Note: " + note + "\n";
    return out;
}

}  // namespace approxtlm::platform
