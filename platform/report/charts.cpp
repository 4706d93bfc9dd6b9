#include "platform/report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "platform/report/numbers.h"
#include "platform/report/summary.h"
#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

// Geometry of a chart with one horizontal bar per design, in user units.
constexpr double kWidth = 560, kLeft = 4, kRight = 12, kBar = 22, kRow = 58, kAxis = 26;

struct Component {
    const char* label;
    double power::PowerBreakdown::*mw;
};
constexpr std::array<Component, 6> kArray{{{"multiplier", &power::PowerBreakdown::multiplier},
                                           {"accumulator", &power::PowerBreakdown::accumulator},
                                           {"registers", &power::PowerBreakdown::registers},
                                           {"clock", &power::PowerBreakdown::clock},
                                           {"correction", &power::PowerBreakdown::correction},
                                           {"leakage", &power::PowerBreakdown::leakage}}};

void axis(Svg& svg, double top, double bottom, const std::vector<double>& values, double x0, double per_unit,
          const std::string& unit) {
    for (const double& v : values) {
        const double x = x0 + v * per_unit;
        if (v > 0) svg.line(x, top, x, bottom, "grid");  // the bars themselves mark zero
        const bool last = &v == &values.back();
        svg.text(x, bottom + 17,
                 v == 0 ? "start"
                 : last ? "end"
                        : "middle",
                 "tick", last ? short_number(v) + unit : short_number(v));
    }
}

/// Name on the left and figure on the right, above a design's bar.
void heading(Svg& svg, double y, const DesignResult& design, const std::string& figure) {
    const std::string multiplier = describe(design);
    svg.text(kLeft, y + 14, "start", "name",
             multiplier == design.name ? multiplier : design.name + " (" + multiplier + ")");
    svg.text(kWidth - kRight, y + 14, "end", "figure", figure);
}

}  // namespace

std::string accuracy_chart(const RunReport& report) {
    const double bottom = kRow * static_cast<double>(report.designs.size());
    std::string description;
    for (const DesignResult& d : report.designs)
        description += fmt::format("{} {} %. ", d.name, fixed(d.top1_percent, 2));
    Svg svg(kWidth, bottom + kAxis, "Top-1 accuracy by design", description);
    const double per_percent = (kWidth - kLeft - kRight) / 100;
    axis(svg, 0, bottom, {0, 25, 50, 75, 100}, kLeft, per_percent, " %");
    double y = 0;
    for (const DesignResult& d : report.designs) {
        const double low = kLeft + d.top1_ci95_percent[0] * per_percent;
        const double high = kLeft + d.top1_ci95_percent[1] * per_percent;
        const std::string interval =
            fmt::format("{} to {} %", fixed(d.top1_ci95_percent[0], 1), fixed(d.top1_ci95_percent[1], 1));
        heading(svg, y, d, fmt::format("{} %  ({})", fixed(d.top1_percent, 1), interval));
        const double top = y + 22, middle = top + kBar / 2;
        svg.box(kLeft, top, d.top1_percent * per_percent, kBar,
                &d == &report.designs.front() ? "quiet" : "accent",
                fmt::format("{}: {} %, 95 % interval {}", d.name, fixed(d.top1_percent, 2), interval));
        svg.line(low, middle, high, middle, "whisker");
        svg.line(low, middle - 6, low, middle + 6, "whisker");
        svg.line(high, middle - 6, high, middle + 6, "whisker");
        y += kRow;
    }
    return svg.finish();
}

std::string power_chart(const RunReport& report) {
    std::vector<LegendEntry> legend;
    for (std::size_t i = 0; i < kArray.size(); ++i)
        legend.push_back({fmt::format("c{}", i), kArray[i].label});
    const double usable = kWidth - kLeft - kRight;
    const double head = Svg::legend_height(usable, legend) + 6;
    const double bottom = head + kRow * static_cast<double>(report.designs.size());
    double most = 0;
    std::string description;
    for (const DesignResult& d : report.designs) {
        if (!d.power) continue;
        most = std::max(most, d.power->mw.array_mw());
        description += fmt::format("{} {} mW. ", d.name, significant(d.power->mw.array_mw()));
    }
    Svg svg(kWidth, bottom + kAxis, "Array power by design and component", description);
    svg.legend(kLeft, 2, usable, legend);
    const std::vector<double> values = ticks(most, 4);
    const double per_mw = usable / values.back();
    axis(svg, head, bottom, values, kLeft, per_mw, " mW");
    double y = head;
    for (const DesignResult& d : report.designs) {
        if (d.power) {
            const VersusExact v = versus_exact(report, d);
            const bool exact = &d == &report.designs.front();
            std::string figure = significant(d.power->mw.array_mw()) + " mW";
            if (!exact && v.array_power_saving_percent)
                figure += "  (" + less_or_more(*v.array_power_saving_percent) + ")";
            heading(svg, y, d, figure);
            double x = kLeft;
            for (std::size_t i = 0; i < kArray.size(); ++i) {
                const double mw = d.power->mw.*kArray[i].mw;
                if (mw <= 0) continue;
                svg.box(x, y + 22, mw * per_mw, kBar, fmt::format("part c{}", i),
                        fmt::format("{}: {} {} mW", d.name, kArray[i].label, significant(mw)));
                x += mw * per_mw;
            }
        }
        y += kRow;
    }
    return svg.finish();
}

}  // namespace approxtlm::platform
