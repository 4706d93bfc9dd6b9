#include "platform/report/svg.h"

#include <fmt/format.h>

#include <cmath>

namespace approxtlm::platform {
namespace {

// Legend geometry in user units: the colour patch, and the width of a 12-unit character at its widest likely.
constexpr double kPatch = 10, kPatchGap = 6, kCharacter = 6.7, kEntryGap = 18, kLegendLine = 20;

double entry_width(const LegendEntry& entry) {
    return kPatch + kPatchGap + kCharacter * static_cast<double>(entry.label.size()) + kEntryGap;
}

}  // namespace

std::string escape_html(const std::string& text) {
    std::string out;
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

Svg::Svg(double width, double height, const std::string& title, const std::string& description)
    : out_(fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}"><desc>{}</desc>)",
                       width, height, escape_html(title), escape_html(description))) {}

void Svg::box(double x, double y, double width, double height, const std::string& css_class,
              const std::string& hint) {
    out_ += fmt::format(
        R"(<rect x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}" class="{}"><title>{}</title></rect>)",
        x, y, width, height, css_class, escape_html(hint));
}

void Svg::line(double x1, double y1, double x2, double y2, const std::string& css_class) {
    out_ += fmt::format(R"(<line x1="{:.2f}" y1="{:.2f}" x2="{:.2f}" y2="{:.2f}" class="{}"/>)", x1, y1, x2,
                        y2, css_class);
}

void Svg::text(double x, double y, const std::string& anchor, const std::string& css_class,
               const std::string& words) {
    out_ += fmt::format(R"(<text x="{:.2f}" y="{:.2f}" text-anchor="{}" class="{}">{}</text>)", x, y, anchor,
                        css_class, escape_html(words));
}

double Svg::legend_height(double width, const std::vector<LegendEntry>& entries) {
    double x = 0, height = kLegendLine;
    for (const LegendEntry& entry : entries) {
        if (x > 0 && x + entry_width(entry) - kEntryGap > width) {
            x = 0;
            height += kLegendLine;
        }
        x += entry_width(entry);
    }
    return height;
}

double Svg::legend(double x, double y, double width, const std::vector<LegendEntry>& entries) {
    double at = 0, top = y;
    for (const LegendEntry& entry : entries) {
        if (at > 0 && at + entry_width(entry) - kEntryGap > width) {
            at = 0;
            top += kLegendLine;
        }
        box(x + at, top, kPatch, kPatch, entry.css_class, entry.label);
        text(x + at + kPatch + kPatchGap, top + kPatch - 0.5, "start", "key", entry.label);
        at += entry_width(entry);
    }
    return top + kLegendLine - y;
}

std::vector<double> ticks(double top, int count) {
    if (!(top > 0)) return {0, 1};
    const double rough = top / count;
    const double unit = std::pow(10, std::floor(std::log10(rough)));
    const double lead = rough / unit;
    const double step = unit * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    std::vector<double> values;
    for (int i = 0; values.empty() || values.back() < top * (1 - 1e-9); ++i) values.push_back(step * i);
    return values;
}

std::string short_number(double value) {
    if (value >= 1e9) return fmt::format("{:.3g}G", value / 1e9);
    if (value >= 1e6) return fmt::format("{:.3g}M", value / 1e6);
    if (value >= 1e4) return fmt::format("{:.3g}k", value / 1e3);
    return fmt::format("{:.4g}", value);
}

}  // namespace approxtlm::platform
