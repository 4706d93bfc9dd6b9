#include "tests/unit/report/sample_report.h"

#include "platform/report/confidence.h"

namespace approxtlm::platform {
namespace {

LayerResult layer(std::size_t index) {
    LayerResult l;
    const bool matrix = index % 4 != 3;
    l.name = (matrix ? "conv" : "add") + std::to_string(index);
    l.kind = matrix ? "convolution" : "add";
    l.dataflow = !matrix ? "" : index % 3 == 0 ? "os" : "ws";
    LayerStats& s = l.stats;
    s.busy_cycles = matrix ? 4096 + 1700 * (index % 5) : 900;
    for (std::size_t cause = 0; cause < kStallNames.size(); ++cause)
        s.stall_cycles[cause] = cause == 6 ? 0 : (index * 37 + cause * 211) % 900;
    s.cycles = s.busy_cycles;
    for (auto stall : s.stall_cycles) s.cycles += stall;
    s.macs = matrix ? s.busy_cycles * 64 * 40 : 0;
    s.activity[Activity::pe_cycles] = s.macs;
    l.utilisation_percent = 100.0 * static_cast<double>(s.macs) / (static_cast<double>(s.cycles) * 64 * 64);
    return l;
}

DesignResult design(const std::string& name, const std::string& multiplier, const std::string& correction,
                    unsigned correct, std::size_t layers) {
    DesignResult d;
    d.name = name;
    d.multiplier = multiplier;
    d.correction = correction;
    d.encoding = "unsigned";
    d.top1_percent = correct / 10.0;
    const auto interval = wilson95(correct, 1000);
    d.top1_ci95_percent = {100 * interval[0], 100 * interval[1]};
    for (std::size_t i = 0; i < layers; ++i) {
        d.layers.push_back(layer(i));
        d.cycles_per_image += d.layers.back().stats.cycles;
        d.activity_per_image += d.layers.back().stats.activity;
    }
    d.latency_us = static_cast<double>(d.cycles_per_image) / 1761.49;
    return d;
}

power::PowerEstimate estimate(double scale, double correction, const DesignResult& d) {
    power::PowerEstimate e;
    e.mw.multiplier = 76 * scale;
    e.mw.accumulator = 170 * scale * scale;
    e.mw.registers = 62 * (0.4 + 0.6 * scale);
    e.mw.clock = 122 * (0.4 + 0.6 * scale);
    e.mw.correction = correction;
    e.mw.leakage = 0.2 * scale;
    e.mw.buffers = 88;
    e.mw.dma = 31;
    e.mw.vector_unit = 12;
    e.mw.sequencer = 0.4;
    e.mw.skew_registers = 9;
    e.mw.bus = 14;
    e.mw.dram = 230;
    e.model_error = {1.25, 4.5, 20, "dense-3"};
    e.latency_us = d.latency_us;
    e.array_energy_uj = e.mw.array_mw() * d.latency_us * 1e-3;
    e.accelerator_energy_uj = e.mw.accelerator_mw() * d.latency_us * 1e-3;
    e.system_energy_uj = e.mw.system_mw() * d.latency_us * 1e-3;
    e.array_area_um2 = 221000 * scale + 60 * correction;
    return e;
}

}  // namespace

RunReport sample_report(std::size_t layers, bool with_power) {
    RunReport r;
    r.network_name = "made-up-net";
    r.network_path = "/tmp/made-up.onnx";
    r.macs_per_image = 40813184;
    r.dataset_name = "invented figures";
    r.images = 1000;
    r.activity_images = 8;
    r.technology_name = with_power ? "asap7-tight" : "none";
    r.technology_provenance = with_power ? "invented for a picture; no measurement" : "";
    r.clock_mhz = 1761.49;
    r.roof = {4096, 16};
    r.accelerator_yaml =
        "pe_array:\n  rows: 64\n  columns: 64\n  shadow_weights: true\ncorrection:\n"
        "  organization: shared_column\n  coefficient_bits: 16\n";
    r.options = {{"--images", "1000"}, {"--multiplier", "truncated:7"}, {"--correction", "calibrated"}};
    r.designs = {design("exact", "exact", "none", 915, layers),
                 design("approximate", "truncated:7", "none", 116, layers),
                 design("corrected", "truncated:7", "calibrated", 908, layers)};
    r.designs[2].cycles_per_image += 12;
    if (with_power) {
        r.designs[0].power = estimate(1.0, 9, r.designs[0]);
        r.designs[1].power = estimate(0.55, 9, r.designs[1]);
        r.designs[2].power = estimate(0.55, 19, r.designs[2]);
    }
    if (with_power) {
        for (DesignResult& d : r.designs) {
            d.array_mw_standard_error = 2;
            d.saving_standard_error = &d == &r.designs.front() ? 0 : 0.5;
            for (LayerResult& l : d.layers) l.power = estimate(0.5, 3, d);
        }
        r.voltage_v = 0.7;
        r.saving_curve = {{516, 49.3}, {1500, 38.5}};
        r.power_csv = "design,time_us,array_mw,accelerator_mw,system_mw\n";
    }
    if (with_power) r.notes = {"Sums were counted, not weighed."};
    r.wall_seconds = 12.3;
    r.images_per_second = 81.3;
    r.simulated_cycles_per_second = 8.2e6;
    r.program_version = "0.1.0";
    r.command_line = "approxtlm run made-up.onnx --images 1000";
    return r;
}

}  // namespace approxtlm::platform
