#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

#include "platform/report/report_data.h"
#include "platform/report/summary.h"

namespace approxtlm::platform {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// The effective configuration is YAML text; scripts get it as an object.
Json from_yaml(const YAML::Node& node) {
    if (node.IsMap()) {
        Json object = Json::object();
        for (const auto& entry : node) object[entry.first.Scalar()] = from_yaml(entry.second);
        return object;
    }
    if (node.IsSequence()) {
        Json array = Json::array();
        for (const auto& entry : node) array.push_back(from_yaml(entry));
        return array;
    }
    if (!node.IsScalar()) return nullptr;
    if (std::int64_t integer = 0; YAML::convert<std::int64_t>::decode(node, integer)) return integer;
    if (double real = 0; YAML::convert<double>::decode(node, real)) return real;
    if (bool flag = false; YAML::convert<bool>::decode(node, flag)) return flag;
    return node.Scalar();
}

template <class Counts, class Names>
Json named(const Counts& counts, const Names& names) {
    Json object = Json::object();
    for (std::size_t i = 0; i < names.size(); ++i) object[std::string(names[i])] = counts(i);
    return object;
}

Json activity(const ActivityCounts& counts) {
    return named([&](std::size_t i) { return counts[static_cast<Activity>(i)]; }, kActivityNames);
}

/// Of the counts that depend on values; the others are exact.
Json activity_errors(const DesignResult& d) {
    if (!d.activity_standard_error) return nullptr;
    Json errors = Json::object();
    for (std::size_t i = 0; i < kActivityNames.size(); ++i) {
        if (is_value_dependent(static_cast<Activity>(i)))
            errors[std::string(kActivityNames[i])] = (*d.activity_standard_error)[i];
    }
    return errors;
}

Json breakdown(const std::optional<power::PowerEstimate>& power) {
    if (!power) return nullptr;
    const power::PowerBreakdown& mw = power->mw;
    return {{"multiplier", mw.multiplier},
            {"accumulator", mw.accumulator},
            {"registers", mw.registers},
            {"correction", mw.correction},
            {"clock", mw.clock},
            {"leakage", mw.leakage},
            {"buffers", mw.buffers},
            {"dma", mw.dma},
            {"vector_unit", mw.vector_unit},
            {"sequencer", mw.sequencer},
            {"skew_registers", mw.skew_registers},
            {"bus", mw.bus},
            {"dram", mw.dram}};
}

Json uncertainty(const DesignResult& d) {
    if (!d.power) return nullptr;
    return {{"macro_model_mean_percent", d.power->model_error.mean_percent},
            {"macro_model_worst_percent", d.power->model_error.worst_percent},
            {"held_out_streams", d.power->model_error.streams},
            {"worst_stream", d.power->model_error.worst_stream},
            {"sampling_standard_error_mw", or_null(d.array_mw_standard_error)},
            {"array_power_percent", or_null(array_power_uncertainty_percent(d))}};
}

/// Null for layers without multiply-accumulates.
Json roofline(const Roof& roof, const LayerStats& stats) {
    if (stats.macs == 0) return nullptr;
    const RooflinePoint point = roofline_point(roof, stats);
    return {{"macs_per_byte", point.macs_per_byte},
            {"macs_per_cycle", point.macs_per_cycle},
            {"roof_macs_per_cycle", point.roof_macs_per_cycle},
            {"bound", bound_word(point)}};
}

Json design_layers(const Roof& roof, const DesignResult& d) {
    Json layers = Json::array();
    for (const LayerResult& layer : d.layers)
        layers.push_back(
            {{"name", layer.name},
             {"dataflow", layer.dataflow.empty() ? Json(nullptr) : Json(layer.dataflow)},
             {"cycles", layer.stats.cycles},
             {"busy_cycles", layer.stats.busy_cycles},
             {"utilisation_percent", layer.utilisation_percent},
             {"roofline", roofline(roof, layer.stats)},
             {"power_breakdown_mw", breakdown(layer.power)},
             {"array_energy_uj", layer.power ? Json(layer.power->array_energy_uj) : Json(nullptr)},
             {"accelerator_energy_uj",
              layer.power ? Json(layer.power->accelerator_energy_uj) : Json(nullptr)},
             {"system_energy_uj", layer.power ? Json(layer.power->system_energy_uj) : Json(nullptr)},
             {"stall_cycles",
              named([&](std::size_t i) { return layer.stats.stall_cycles[i]; }, kStallNames)}});
    return layers;
}

Json design(const RunReport& report, const DesignResult& d) {
    const VersusExact v = versus_exact(report, d);
    const auto power = [&](auto figure) { return d.power ? Json(figure(*d.power)) : Json(nullptr); };
    return {{"name", d.name},
            {"multiplier", d.multiplier},
            {"correction", d.correction},
            {"encoding", d.encoding},
            {"cycles_per_image", d.cycles_per_image},
            {"latency_us", d.latency_us},
            {"top1_percent", d.top1_percent},
            {"top1_ci95_percent", d.top1_ci95_percent},
            {"array_power_mw", power([](const auto& p) { return p.mw.array_mw(); })},
            {"accelerator_power_mw", power([](const auto& p) { return p.mw.accelerator_mw(); })},
            {"array_energy_uj_per_image", power([](const auto& p) { return p.array_energy_uj; })},
            {"accelerator_energy_uj_per_image", power([](const auto& p) { return p.accelerator_energy_uj; })},
            {"array_area_um2", power([](const auto& p) { return p.array_area_um2; })},
            {"system_power_mw", power([](const auto& p) { return p.mw.system_mw(); })},
            {"system_energy_uj_per_image", power([](const auto& p) { return p.system_energy_uj; })},
            {"power_breakdown_mw", breakdown(d.power)},
            {"power_uncertainty", uncertainty(d)},
            {"versus_exact",
             {{"cycle_ratio", v.cycle_ratio},
              {"array_power_saving_percent", or_null(v.array_power_saving_percent)},
              {"array_power_saving_uncertainty_points", or_null(v.array_power_saving_uncertainty)},
              {"accelerator_power_saving_percent", or_null(v.accelerator_power_saving_percent)},
              {"array_area_saving_percent", or_null(v.array_area_saving_percent)},
              {"top1_loss_points", v.top1_loss_points}}},
            {"activity_per_image", activity(d.activity_per_image)},
            {"activity_standard_error_per_image", activity_errors(d)},
            {"layers", design_layers(report.roof, d)}};
}

Json saving_curve(const RunReport& report) {
    Json points = Json::array();
    for (const auto& [period_ps, percent] : report.saving_curve)
        points.push_back({{"period_ps", period_ps}, {"pe_saving_percent", percent}});
    return points;
}

}  // namespace

std::string format_json(const RunReport& report) {
    const Json accelerator = from_yaml(YAML::Load(report.accelerator_yaml));
    Json layers = Json::array();
    for (const LayerResult& layer : exact_design(report).layers)
        layers.push_back({{"name", layer.name}, {"kind", layer.kind}, {"macs", layer.stats.macs}});
    Json designs = Json::array();
    for (const DesignResult& d : report.designs) designs.push_back(design(report, d));
    Json options = Json::object();
    for (const auto& [key, value] : report.options) options[key] = value;

    const Json root = {
        {"schema", "approxtlm-report-1"},
        {"program", {{"version", report.program_version}, {"command_line", report.command_line}}},
        {"network",
         {{"name", report.network_name},
          {"path", report.network_path},
          {"macs_per_image", report.macs_per_image},
          {"layers", layers}}},
        {"dataset",
         {{"name", report.dataset_name},
          {"images", report.images},
          {"activity_images", report.activity_images}}},
        {"accelerator", accelerator},
        {"technology",
         {{"name", report.technology_name},
          {"clock_mhz", report.clock_mhz},
          {"voltage_v", report.voltage_v > 0 ? Json(report.voltage_v) : Json(nullptr)},
          {"pe_saving_percent_by_period_ps", saving_curve(report)},
          {"provenance", report.technology_provenance}}},
        {"roof",
         {{"peak_macs_per_cycle", report.roof.peak_macs_per_cycle},
          {"memory_bytes_per_cycle", report.roof.memory_bytes_per_cycle}}},
        {"designs", designs},
        {"notes", report.notes},
        {"simulation",
         {{"wall_seconds", report.wall_seconds},
          {"images_per_second", report.images_per_second},
          {"simulated_cycles_per_second", report.simulated_cycles_per_second}}},
        {"effective_config", {{"options", options}, {"accelerator", accelerator}}}};
    // Names come from the user's files and need not be UTF-8; a report is written all the same.
    return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace approxtlm::platform
