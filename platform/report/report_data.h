#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/common/layer_stats.h"
#include "platform/report/roofline.h"
#include "platform/report/sampled_activity.h"
#include "power/estimator/estimator.h"

namespace approxtlm::platform {

/// One layer of one design, as measured by the simulation of one image.
struct LayerResult {
    std::string name, kind;
    LayerStats stats;
    double utilisation_percent = 0;             ///< macs / (cycles x PEs)
    std::string dataflow;                       ///< "ws" | "os" | "is"; empty without weights
    std::optional<power::PowerEstimate> power;  ///< while the layer runs
};

/// One design's results. Power is absent with `--technology none` or `--activity off`.
struct DesignResult {
    std::string name;        ///< "exact" | "approximate" | "corrected"
    std::string multiplier;  ///< "truncated:7"
    std::string correction;  ///< "none" | "analytic"
    std::string encoding;    ///< "unsigned" | "signed"
    std::uint64_t cycles_per_image = 0;
    double latency_us = 0;
    double top1_percent = 0;
    std::array<double, 2> top1_ci95_percent{};
    std::optional<power::PowerEstimate> power;
    std::optional<double> array_mw_standard_error;  ///< of sampled activity; absent where it is not known
    std::optional<double> saving_standard_error;    ///< percent points, the same images on both designs
    ActivityCounts activity_per_image;              ///< mean over the sampled images
    std::optional<ActivityErrors> activity_standard_error;
    std::vector<LayerResult> layers;
};

/// Everything the reports print; the exact design comes first.
struct RunReport {
    std::string network_name, network_path;
    std::uint64_t macs_per_image = 0;
    std::string dataset_name;
    std::size_t images = 0, activity_images = 0;
    std::string technology_name, technology_provenance;  ///< name "none" without power
    double clock_mhz = 0;
    double voltage_v = 0;                   ///< 0 without technology
    std::map<double, double> saving_curve;  ///< of the multiplier's PE against exact, percent by period in ps
    std::string power_csv;                  ///< power.csv; empty without power
    std::string accelerator_yaml;           ///< effective configuration
    std::vector<std::pair<std::string, std::string>> options;  ///< effective command line, key and value
    std::vector<DesignResult> designs;
    Roof roof;
    std::vector<std::string> notes;  ///< what the figures leave out, a sentence or two each
    double wall_seconds = 0, images_per_second = 0, simulated_cycles_per_second = 0;
    std::string program_version, command_line;
};

/// Table for stdout.
std::string format_table(const RunReport& report);
/// The headline design's layers for stdout: cycles, longest wait, roofline.
std::string format_layers_table(const RunReport& report);
/// The contract of docs (schema approxtlm-report-1).
std::string format_json(const RunReport& report);
/// One row per design and layer.
std::string format_layers_csv(const RunReport& report);
/// A single offline page with pictures.
std::string format_html(const RunReport& report);
/// Writes report.json, report.html and layers.csv into `directory`, all or nothing (temporary names, then
/// rename). Throws InputError when the directory cannot be made or written.
void write_reports(const RunReport& report, const std::string& directory);

}  // namespace approxtlm::platform
