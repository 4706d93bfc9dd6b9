#include <fmt/format.h>

#include "platform/report/charts.h"
#include "platform/report/html_sections.h"
#include "platform/report/html_style.h"
#include "platform/report/report_data.h"
#include "platform/report/summary.h"
#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

std::string section(const std::string& title, const std::string& lead, const std::string& body,
                    const char* css_class = "") {
    return fmt::format("<section class=\"{}\"><h2>{}</h2><p class=\"lead\">{}</p>{}</section>\n", css_class,
                       title, lead, body);
}

/// A wide picture keeps a readable size on a narrow screen.
std::string scrolling(const std::string& picture) {
    return "<div class=\"scroll wide\">" + picture + "</div>";
}

}  // namespace

std::string format_html(const RunReport& report) {
    const DesignResult& shown = headline_design(report);
    const std::string of_design = "Design: " + escape_html(shown.name) + ".";
    std::string out = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{} · approxtlm</title>"
        "<style>{}</style></head><body><main>\n",
        escape_html(report.network_name), kStyle);
    out += masthead(report);
    out += section("Designs",
                   "The same network, data and accelerator; only the multipliers and the correction differ.",
                   design_table(report));
    out += "<div class=\"pair\">";
    out += section("Accuracy", "Top-1 with its 95 % interval.", accuracy_chart(report));
    if (exact_design(report).power)
        out += section("Array power", "PEs and correction, averaged over an image.", power_chart(report));
    out += "</div>\n";
    out += section("Cycles per layer",
                   of_design + " Where an image's cycles go: computing, or waiting and for what.",
                   scrolling(cycles_chart(shown)));
    out += section("Utilisation", of_design + " Multiply-accumulates over cycles times PEs.",
                   scrolling(utilisation_chart(shown)));
    out += section("Roofline",
                   of_design +
                       " What a layer attains, and what array and memory allow at its intensity. A layer "
                       "whose weights came while the layer before ran may stand above the memory's roof.",
                   scrolling(roofline_chart(report, shown)));
    out +=
        section("Layers", of_design + " All designs are in layers.csv.", layer_table(report, shown), "long");
    out += section("Effective configuration", "What ran, defaults included.", configuration(report), "long");
    out += section("Provenance", "Where the figures come from.", provenance(report));
    return out + "</main></body></html>\n";
}

}  // namespace approxtlm::platform
