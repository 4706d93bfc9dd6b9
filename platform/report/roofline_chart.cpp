#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/report/charts.h"
#include "platform/report/numbers.h"
#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

// Geometry in user units; both axes are logarithmic.
constexpr double kWidth = 1120, kLeft = 64, kRight = 16, kTop = 34, kPlot = 330, kBelow = 44, kDot = 8;

/// Powers of ten around [low, high].
struct Axis {
    double first, last;  ///< exponents
    Axis(double low, double high)
        : first(std::floor(std::log10(low))), last(std::max(first + 1, std::ceil(std::log10(high)))) {}
    double part(double value) const { return (std::log10(value) - first) / (last - first); }
};

}  // namespace

std::string roofline_chart(const RunReport& report, const DesignResult& design) {
    const Roof& roof = report.roof;
    const double ridge = roof.peak_macs_per_cycle / roof.memory_bytes_per_cycle;
    double low_x = ridge / 2, high_x = ridge * 2, low_y = roof.peak_macs_per_cycle / 2;
    std::size_t shown = 0;
    for (const LayerResult& l : design.layers) {
        if (l.stats.macs == 0) continue;
        const RooflinePoint p = roofline_point(roof, l.stats);
        if (p.macs_per_byte <= 0) continue;
        ++shown;
        low_x = std::min(low_x, p.macs_per_byte);
        high_x = std::max(high_x, p.macs_per_byte);
        low_y = std::min(low_y, p.macs_per_cycle);
    }
    const Axis x_axis(low_x, high_x), y_axis(low_y, roof.peak_macs_per_cycle);
    const auto x_of = [&](double v) { return kLeft + (kWidth - kLeft - kRight) * x_axis.part(v); };
    const auto y_of = [&](double v) { return kTop + kPlot * (1 - y_axis.part(v)); };

    Svg svg(kWidth, kTop + kPlot + kBelow, "Roofline: attained speed over operational intensity",
            fmt::format("{} layers; at most {} MACs a cycle, memory {} bytes a cycle.", shown,
                        grouped(static_cast<std::uint64_t>(roof.peak_macs_per_cycle)),
                        short_number(roof.memory_bytes_per_cycle)));
    for (double e = x_axis.first; e <= x_axis.last; ++e) {
        const double v = std::pow(10, e);
        svg.line(x_of(v), kTop, x_of(v), kTop + kPlot, "grid");
        svg.text(x_of(v), kTop + kPlot + 18, "middle", "tick", fmt::format("{:g}", v));
    }
    for (double e = y_axis.first; e <= y_axis.last; ++e) {
        const double v = std::pow(10, e);
        svg.line(kLeft, y_of(v), kWidth - kRight, y_of(v), "grid");
        svg.text(kLeft - 8, y_of(v) + 4, "end", "tick", fmt::format("{:g}", v));
    }
    svg.text(kWidth - kRight, kTop + kPlot + 36, "end", "tick", "MACs per byte of memory traffic");
    svg.text(kLeft - 56, 14, "start", "tick", "MACs per cycle");

    // The memory's roof enters through the left or the lower edge.
    const double left = std::pow(10, x_axis.first), right = std::pow(10, x_axis.last);
    const double from = std::max(left, std::pow(10, y_axis.first) / roof.memory_bytes_per_cycle);
    svg.line(x_of(from), y_of(from * roof.memory_bytes_per_cycle), x_of(ridge),
             y_of(roof.peak_macs_per_cycle), "whisker");
    svg.line(x_of(ridge), y_of(roof.peak_macs_per_cycle), x_of(right), y_of(roof.peak_macs_per_cycle),
             "whisker");
    svg.text(x_of(right), y_of(roof.peak_macs_per_cycle) - 7, "end", "tick",
             fmt::format("array: {} MACs a cycle", short_number(roof.peak_macs_per_cycle)));
    svg.text(x_of(ridge) - 10, y_of(roof.peak_macs_per_cycle) - 7, "end", "tick",
             fmt::format("memory: {} bytes a cycle", short_number(roof.memory_bytes_per_cycle)));
    for (std::size_t i = 0; i < design.layers.size(); ++i) {
        const LayerResult& l = design.layers[i];
        const RooflinePoint p = roofline_point(roof, l.stats);
        if (l.stats.macs == 0 || p.macs_per_byte <= 0) continue;
        svg.box(x_of(p.macs_per_byte) - kDot / 2, y_of(p.macs_per_cycle) - kDot / 2, kDot, kDot,
                p.memory_bound ? "c1" : "accent",
                fmt::format("{} {}: {} MACs a cycle of {}, {} MACs a byte, {} bound", i, l.name,
                            significant(p.macs_per_cycle), significant(p.roof_macs_per_cycle),
                            significant(p.macs_per_byte), p.memory_bound ? "memory" : "compute"));
    }
    svg.legend(kLeft + 60, 2, kWidth - kLeft - kRight - 60,
               {{"accent", "compute bound"}, {"c1", "memory bound"}});
    return svg.finish();
}

}  // namespace approxtlm::platform
