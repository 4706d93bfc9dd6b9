#include "platform/report/html_sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/report/numbers.h"
#include "platform/report/summary.h"
#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

std::string tile(const std::string& figure, const std::string& unit, const std::string& label) {
    return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>", label, figure, unit);
}

/// Keeps a figure and its percent sign on one line.
std::string bind_percent(std::string text) {
    for (auto at = text.find(" %"); at != std::string::npos; at = text.find(" %", at))
        text.replace(at, 1, "&nbsp;");
    return text;
}

std::string headline(const RunReport& report, const VersusExact& v) {
    if (report.designs.size() == 1)
        return headline_design(report).name + ": " + fixed(headline_design(report).top1_percent, 1) +
               " % top-1";
    const double loss = v.top1_loss_points;
    std::string accuracy = "the same accuracy";
    if (std::abs(loss) >= 0.05)
        accuracy = fixed(std::abs(loss), 1) + (loss > 0 ? " points less accuracy" : " points more accuracy");
    if (v.array_power_saving_percent)
        return less_or_more(*v.array_power_saving_percent) + " array power, " + accuracy;
    return headline_design(report).multiplier + ": " + accuracy;
}

std::string numeric(const std::string& text) { return "<td class=\"n\">" + text + "</td>"; }

/// A figure with its saving in small print below.
std::string figure(const std::string& value, std::optional<double> saving) {
    return numeric(saving ? value + "<small>" + less_or_more(*saving) + "</small>" : value);
}

std::string row(const RunReport& report, const DesignResult& d) {
    VersusExact v = versus_exact(report, d);
    const bool exact = &d == &exact_design(report);
    if (exact)
        v.array_power_saving_percent = v.accelerator_power_saving_percent = v.array_area_saving_percent = {};
    std::string out = fmt::format("<tr{}><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
                                  &d == &headline_design(report) ? " class=\"chosen\"" : "",
                                  escape_html(d.name), escape_html(d.multiplier), escape_html(d.correction));
    out += numeric(fmt::format("{} %<small>{} to {}</small>", fixed(d.top1_percent, 2),
                               fixed(d.top1_ci95_percent[0], 1), fixed(d.top1_ci95_percent[1], 1)));
    out += numeric(exact ? "–" : fixed(v.top1_loss_points, 2));
    out += numeric(grouped(d.cycles_per_image) +
                   (exact ? "" : "<small>" + fixed(v.cycle_ratio, 4) + " × exact</small>"));
    out += numeric(significant(d.latency_us));
    if (!d.power)
        return out + numeric("–") + numeric("–") + numeric("–") + numeric("–") + numeric("–") + "</tr>";
    const auto uncertainty = array_power_uncertainty_percent(d);
    out += figure(significant(d.power->mw.array_mw()) +
                      (uncertainty ? " ±" + significant(d.power->mw.array_mw() * *uncertainty / 100) : ""),
                  v.array_power_saving_percent);
    out += figure(significant(d.power->mw.accelerator_mw()), v.accelerator_power_saving_percent);
    out += numeric(significant(d.power->mw.system_mw()));
    out += numeric(significant(d.power->array_energy_uj));
    return out + figure(significant(d.power->array_area_um2 * 1e-6), v.array_area_saving_percent) + "</tr>";
}

}  // namespace

std::string masthead(const RunReport& report) {
    const DesignResult& d = headline_design(report);
    const VersusExact v = versus_exact(report, d);
    std::string out = fmt::format(
        "<header><p class=\"eyebrow\">approxtlm run report</p><h1>{}</h1><p class=\"verdict\">{}</p>"
        "<p class=\"meta\">{} on {} · {} images · {}</p>",
        bind_percent(escape_html(headline(report, v))), bind_percent(escape_html(verdict(report))),
        escape_html(report.network_name), escape_html(report.dataset_name), grouped(report.images),
        escape_html(technology_line(report)));
    out += "<dl class=\"tiles\">";
    if (v.array_power_saving_percent && report.designs.size() > 1) {
        out += tile(fixed(*v.array_power_saving_percent, 1), " %", "array power saved");
        out += tile(fixed(v.array_area_saving_percent, 1), " %", "array area saved");
    }
    out += tile(fixed(d.top1_percent, 2), " %", "top-1 of " + escape_html(d.name));
    out += tile(fixed(std::abs(v.top1_loss_points), 2), " points",
                v.top1_loss_points < 0 ? "top-1 gained over exact" : "top-1 lost against exact");
    out += tile(significant(d.latency_us), " µs", "latency of an image");
    return out + "</dl></header>";
}

std::string design_table(const RunReport& report) {
    std::string out =
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">design</th><th "
        "scope=\"col\">multiplier</th>"
        "<th scope=\"col\">correction</th>";
    for (const char* head : {"top-1, 95 % interval", "loss, points", "cycles / image", "latency, µs",
                             "array, mW", "accelerator, mW", "system, mW", "array, µJ / image", "array, mm²"})
        out += fmt::format("<th scope=\"col\" class=\"n\">{}</th>", head);
    out += "</tr></thead><tbody>";
    for (const DesignResult& d : report.designs) out += row(report, d);
    return out + "</tbody></table></div>";
}

std::string layer_table(const RunReport& report, const DesignResult& design) {
    std::string out =
        "<div class=\"scroll\"><table class=\"dense\"><thead><tr><th scope=\"col\" class=\"n\">no.</th>"
        "<th scope=\"col\">layer</th><th scope=\"col\">kind</th><th scope=\"col\">dataflow</th>";
    for (const char* head :
         {"MACs", "cycles", "busy", "utilisation", "MACs / byte", "bound", "array, mW", "array, µJ"})
        out += fmt::format("<th scope=\"col\" class=\"n\">{}</th>", head);
    out += "<th scope=\"col\">longest wait (cycles)</th></tr></thead><tbody>";
    std::size_t index = 0;
    for (const LayerResult& l : design.layers) {
        out += fmt::format("<tr>{}<th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
                           numeric(std::to_string(index++)), escape_html(l.name), escape_html(l.kind),
                           l.dataflow.empty() ? "–" : l.dataflow);
        out += numeric(l.stats.macs > 0 ? grouped(l.stats.macs) : "–") + numeric(grouped(l.stats.cycles)) +
               numeric(grouped(l.stats.busy_cycles)) +
               numeric(l.stats.macs > 0 ? fixed(l.utilisation_percent, 1) + " %" : "–");
        const RooflinePoint point = roofline_point(report.roof, l.stats);
        out += numeric(l.stats.macs > 0 ? significant(point.macs_per_byte) : "–") +
               numeric(l.stats.macs > 0 ? bound_word(point) : "–") +
               numeric(l.power ? significant(l.power->mw.array_mw()) : "–") +
               numeric(l.power ? significant(l.power->array_energy_uj) : "–");
        const std::string wait = main_stall(l.stats);
        out += fmt::format("<td>{}</td></tr>", wait.empty() ? "–" : wait);
    }
    return out + "</tbody></table></div>";
}

std::string configuration(const RunReport& report) {
    std::string out = "<dl class=\"pairs\">";
    for (const auto& [key, value] : report.options)
        out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escape_html(key), escape_html(value));
    return out + "</dl><pre>" + escape_html(report.accelerator_yaml) + "</pre>";
}

/// The largest relative standard error of any count of any design.
std::string largest_error(const RunReport& report) {
    double largest = 0;
    for (const DesignResult& d : report.designs) {
        if (!d.activity_standard_error) return "";
        for (std::size_t i = 0; i < kActivityNames.size(); ++i) {
            const auto mean = static_cast<double>(d.activity_per_image[static_cast<Activity>(i)]);
            if (mean > 0) largest = std::max(largest, (*d.activity_standard_error)[i] / mean);
        }
    }
    return fmt::format("; standard error of a count at most {} %", significant(100 * largest));
}

/// "truncated:7 alone, without correction: 51.2 % at 568 ps, ..."
std::string curve_words(const RunReport& report) {
    std::string words = "a PE of " + headline_design(report).multiplier +
                        " without correction takes less than an exact one by";
    const char* separator = " ";
    for (const auto& [period_ps, percent] : report.saving_curve) {
        words += fmt::format("{}{} % at {} ps", separator, fixed(percent, 1), significant(period_ps));
        separator = ", ";
    }
    return words;
}

std::string provenance(const RunReport& report) {
    std::string out = "<dl class=\"notes\">";
    const auto note = [&](const char* key, const std::string& value) {
        out += fmt::format("<dt>{}</dt><dd>{}</dd>", key, escape_html(value));
    };
    note("Command", report.command_line);
    note("Program", "approxtlm " + report.program_version);
    note("Network", fmt::format("{} ({}), {} multiply-accumulates an image", report.network_name,
                                report.network_path.empty() ? "embedded" : report.network_path,
                                grouped(report.macs_per_image)));
    note("Accuracy", fmt::format("top-1 over {} images of {}, 95 % score interval (Wilson)",
                                 grouped(report.images), report.dataset_name));
    note("Activity", fmt::format("switching counted over {} of {} images{}", grouped(report.activity_images),
                                 grouped(report.images), largest_error(report)));
    note("Energy", report.technology_provenance.empty() ? "not estimated" : report.technology_provenance);
    if (const std::string words = uncertainty_words(report); !words.empty())
        note("Uncertainty", words + "; a layer's power is that of the first image");
    if (!report.saving_curve.empty()) note("Saving against the clock", curve_words(report));
    for (const std::string& text : report.notes) note("Not measured", text);
    note("Scope",
         "Array: PEs, sum-x and sum-A columns, MAC+ (charged for every correction). Accelerator: the array, "
         "the "
         "skew and deskew registers around it, buffers, DMA, vector unit and sequencer. System: the "
         "accelerator, "
         "the bus and DRAM.");
    note("Simulation", fmt::format("{} s, {} images a second, {} simulated cycles a second",
                                   significant(report.wall_seconds), significant(report.images_per_second),
                                   short_number(report.simulated_cycles_per_second)));
    return out + "</dl>";
}

}  // namespace approxtlm::platform
