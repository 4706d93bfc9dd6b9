#include <fmt/format.h>

#include <algorithm>

#include "platform/report/charts.h"
#include "platform/report/numbers.h"
#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

// Geometry of a chart with one upright bar per layer, in user units.
constexpr double kWidth = 1120, kLeft = 52, kRight = 8, kPlot = 200, kBelow = 40;

struct Bars {
    double step, width;
    explicit Bars(std::size_t count) {
        const double slot = (kWidth - kLeft - kRight) / static_cast<double>(std::max<std::size_t>(count, 1));
        step = std::min(slot, 96.0);  // a short network keeps slender bars
        width = std::min(step * (step > 8 ? 0.72 : 0.86), 48.0);
    }
    double left(std::size_t index) const {
        return kLeft + step * static_cast<double>(index) + (step - width) / 2;
    }
};

void frame(Svg& svg, double top, const std::vector<double>& values, const std::string& unit) {
    for (double v : values) {
        const double y = top + kPlot * (1 - v / values.back());
        svg.line(kLeft, y, kWidth - kRight, y, v == 0 ? "zero" : "grid");
        svg.text(kLeft - 8, y + 4, "end", "tick", short_number(v) + unit);
    }
}

/// Layer numbers below the bars, as many as fit.
void numbers(Svg& svg, double top, const Bars& bars, std::size_t count) {
    std::size_t every = 1;
    while (static_cast<double>(every) * bars.step < 24) every += every == 1 ? 1 : every == 2 ? 3 : 5;
    for (std::size_t i = 0; i < count; i += every)
        svg.text(bars.left(i) + bars.width / 2, top + kPlot + 17, "middle", "tick", std::to_string(i));
    svg.text(kWidth - kRight, top + kPlot + 34, "end", "tick", "layer number, as in the table below");
}

std::string stall_label(std::size_t cause) {
    std::string label(kStallNames[cause]);
    std::replace(label.begin(), label.end(), '_', ' ');
    return label;
}

std::vector<std::size_t> stall_causes(const DesignResult& design) {
    std::vector<std::size_t> causes;
    for (std::size_t cause = 0; cause < kStallNames.size(); ++cause)
        if (std::any_of(design.layers.begin(), design.layers.end(),
                        [&](const LayerResult& l) { return l.stats.stall_cycles[cause] > 0; }))
            causes.push_back(cause);
    return causes;
}

}  // namespace

std::string cycles_chart(const DesignResult& design) {
    const std::vector<std::size_t> causes = stall_causes(design);
    std::vector<LegendEntry> legend{{"accent", "busy"}};
    for (std::size_t cause : causes) legend.push_back({fmt::format("s{}", cause), stall_label(cause)});
    const double usable = kWidth - kLeft - kRight;
    const double top = Svg::legend_height(usable, legend) + 12;
    std::uint64_t most = 0;
    for (const LayerResult& l : design.layers) most = std::max(most, l.stats.cycles);

    Svg svg(kWidth, top + kPlot + kBelow, "Cycles per layer, busy and waiting",
            fmt::format("{} layers, at most {} cycles.", design.layers.size(), grouped(most)));
    svg.legend(kLeft, 2, usable, legend);
    const std::vector<double> values = ticks(static_cast<double>(most), 4);
    frame(svg, top, values, "");
    const Bars bars(design.layers.size());
    const double per_cycle = kPlot / values.back();
    for (std::size_t i = 0; i < design.layers.size(); ++i) {
        const LayerResult& layer = design.layers[i];
        double y = top + kPlot;
        const auto part = [&](std::uint64_t cycles, const std::string& css_class, const std::string& label) {
            if (cycles == 0) return;
            const double height = static_cast<double>(cycles) * per_cycle;
            y -= height;
            svg.box(bars.left(i), y, bars.width, height, css_class,
                    fmt::format("{} {}: {} {} of {} cycles", i, layer.name, label, grouped(cycles),
                                grouped(layer.stats.cycles)));
        };
        part(layer.stats.busy_cycles, "accent", "busy");
        for (std::size_t cause : causes)
            part(layer.stats.stall_cycles[cause], fmt::format("s{}", cause), stall_label(cause));
    }
    numbers(svg, top, bars, design.layers.size());
    return svg.finish();
}

std::string utilisation_chart(const DesignResult& design) {
    const double top = 8;
    Svg svg(kWidth, top + kPlot + kBelow, "Utilisation of the PE array per layer",
            "Multiply-accumulates over cycles times PEs; layers without the array have no bar.");
    frame(svg, top, {0, 25, 50, 75, 100}, " %");
    const Bars bars(design.layers.size());
    for (std::size_t i = 0; i < design.layers.size(); ++i) {
        const LayerResult& layer = design.layers[i];
        const double height = kPlot * layer.utilisation_percent / 100;
        if (height <= 0) continue;
        svg.box(bars.left(i), top + kPlot - height, bars.width, height, "accent",
                fmt::format("{} {}: {} %", i, layer.name, fixed(layer.utilisation_percent, 1)));
    }
    numbers(svg, top, bars, design.layers.size());
    return svg.finish();
}

}  // namespace approxtlm::platform
