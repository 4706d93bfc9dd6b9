#include "platform/simulation/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

#include "models/common/error.h"
#include "platform/report/confidence.h"
#include "platform/simulation/busy_recorder.h"
#include "platform/simulation/calibration_source.h"
#include "platform/simulation/classify.h"
#include "platform/simulation/layer_kind.h"
#include "platform/simulation/power_timeline.h"
#include "power/estimator/estimator.h"
#include "power/estimator/notes.h"
#include "power/technology/variant_name.h"
#include "workloads/datasets/dataset.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::platform {
namespace {

using workloads::CorrectionMethod;
using Clock = std::chrono::steady_clock;

constexpr double kClockWithoutTechnologyMhz = 1000;

struct Design {
    std::string name;
    workloads::Program program;
    power::PricedDesign priced;
};

/// The user's input, read and checked.
struct Setup {
    AcceleratorConfig accelerator;
    workloads::Network network;
    workloads::Dataset dataset;
    std::vector<std::uint8_t> codes;  ///< images, quantised for the network
    std::optional<power::Technology> technology;
    power::OperatingPoint point;  ///< voltage 0 without technology
    Variate variate = Variate::low_bits;
    std::vector<Design> designs;
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Without coefficients where they come from images: what can be wrong shows before they are sought.
std::vector<Design> build_designs(const RunOptions& options, const Setup& setup) {
    const auto build = [&](const std::string& name, const Multiplier& multiplier,
                           CorrectionMethod correction) {
        Design d;
        d.name = name;
        d.program = workloads::compile(setup.network, setup.accelerator,
                                       {multiplier, options.encoding, correction, setup.variate});
        const FoldEngine::Config array = workloads::array_config(d.program, setup.accelerator);
        d.priced = {multiplier,    array.sum_x,     array.sum_a, setup.accelerator.correction.organization,
                    setup.variate, options.encoding};
        return d;
    };
    std::vector<Design> designs{build("exact", {}, CorrectionMethod::none)};
    if (options.multiplier.family == MultiplierFamily::exact) return designs;
    designs.push_back(build("approximate", options.multiplier, CorrectionMethod::none));
    if (options.correction != CorrectionMethod::none)
        designs.push_back(build("corrected", options.multiplier, options.correction));
    if (!options.adapted.empty())
        designs.push_back(build("adapted", options.multiplier, CorrectionMethod::calibrated));
    return designs;
}

/// Prices one cycle of nothing, so that a missing number or too fast a clock shows before the long work.
void check_technology(const Setup& setup) {
    for (const Design& d : setup.designs)
        power::estimate({}, 1, *setup.technology, setup.point, setup.accelerator, d.priced);
}

power::OperatingPoint operating_point(const RunOptions& options,
                                      const std::optional<power::Technology>& technology) {
    if (!technology) return {options.clock_mhz.value_or(kClockWithoutTechnologyMhz), 0};
    const double voltage = options.voltage_v.value_or(technology->file.voltage_v);
    return {options.clock_mhz.value_or(power::fastest_clock_mhz(*technology, voltage)), voltage};
}

/// Only weight-stationary PEs hold their activation while zeros pass.
void check_gating(const AcceleratorConfig& accelerator) {
    if (accelerator.power.zero_gating && accelerator.pe_array.dataflow != DataflowChoice::ws)
        throw InputError("--dataflow",
                         std::string(to_string(accelerator.pe_array.dataflow)) + " with power.zero_gating",
                         "ws, or power.zero_gating: false");
}

Setup set_up(const RunOptions& options) {
    Setup s;
    if (!options.accelerator.empty()) s.accelerator = read_accelerator_config(options.accelerator);
    if (options.dataflow) s.accelerator.pe_array.dataflow = *options.dataflow;
    check_gating(s.accelerator);
    check_encoding(options.multiplier, options.encoding);
    s.variate = options.variate.value_or(default_variate(options.multiplier));
    if (options.technology != "none") s.technology = power::Technology::load(options.technology);
    s.point = operating_point(options, s.technology);
    s.network = options.network.empty()
                    ? workloads::import_onnx_bytes(workloads::embedded_network_bytes(), "embedded network")
                    : workloads::import_onnx(options.network);
    s.designs = build_designs(options, s);
    if (s.technology) check_technology(s);

    s.dataset = workloads::load_dataset(options.dataset, workloads::Split::test, options.images);
    const workloads::Tensor& input = s.designs.front().program.input;
    const std::size_t outputs = s.designs.front().program.output.size();
    if (static_cast<std::size_t>(s.dataset.classes) > outputs)
        throw InputError("data set " + s.dataset.name, std::to_string(s.dataset.classes) + " classes",
                         "at most the network's " + std::to_string(outputs) + " outputs");
    s.codes = codes_of(s.dataset, input);
    return s;
}

/// Coefficients and codes from images or files into the designs that want them.
void calibrate_designs(const RunOptions& options, Setup& setup, const StageProgress& progress) {
    const CalibrationSource source{setup.network,   setup.accelerator,          options.dataset,
                                   options.threads, options.calibration_images, progress};
    for (Design& d : setup.designs) {
        const workloads::DesignPoint point = d.program.design;
        if (point.correction != CorrectionMethod::calibrated) continue;
        const workloads::Calibration calibration =
            d.name == "adapted"
                ? load_adapted(source, point, options.adapted)
                : find_calibration(source, point, options.calibration, options.save_calibration);
        d.program = workloads::compile(setup.network, setup.accelerator, point, calibration);
    }
}

std::unique_ptr<RunTrace> trace_of(const RunOptions& options, const Setup& setup) {
    if (!options.trace) return nullptr;
    std::vector<std::string> names;
    for (const Design& d : setup.designs) names.push_back(d.name);
    return make_trace(options.trace->format, names, setup.designs.front().program.layer_names);
}

std::vector<SimulationResult> simulate_first_image(const RunOptions& options, const Setup& setup,
                                                   std::vector<BusyRecorder>& recorders,
                                                   const StageProgress& progress) {
    std::vector<SimulationJob> jobs;
    std::size_t layers = 0;
    for (const Design& d : setup.designs) {
        const auto image_end = setup.codes.begin() + static_cast<std::ptrdiff_t>(d.program.input.size());
        jobs.push_back({d.name,
                        &d.program,
                        setup.accelerator,
                        {setup.codes.begin(), image_end},
                        options.activity_every != 0,
                        options.timing,
                        &recorders[jobs.size()]});
        layers += d.program.layers.size();
    }
    return simulate(
        jobs, [&](std::size_t done) { progress("simulating", done, layers); },
        options.quantum_us * setup.point.clock_mhz);
}

void check_same_logits(const Design& design, const SimulationResult& simulated,
                       const Classification& functional) {
    if (simulated.logits.size() != design.program.output.size() ||
        !std::equal(simulated.logits.begin(), simulated.logits.end(), functional.logits.begin()))
        throw std::logic_error(
            "design " + design.name +
            ": the SystemC model and the functional model disagree on the logits of image 0");
}

/// `counts` with every count that does not depend on values taken from `shapes`.
ActivityCounts with_shapes(ActivityCounts counts, const ActivityCounts& shapes) {
    for (std::size_t i = 0; i < kActivityNames.size(); ++i)
        if (const auto a = static_cast<Activity>(i); !is_value_dependent(a)) counts[a] = shapes[a];
    return counts;
}

std::vector<LayerResult> layer_results(const Setup& setup, const Design& design,
                                       const SimulationResult& simulated, bool with_power) {
    const PeArrayConfig& array = setup.accelerator.pe_array;
    std::vector<LayerResult> layers;
    for (std::size_t i = 0; i < simulated.layers.size(); ++i) {
        const LayerStats& stats = simulated.layers[i];
        const double pe_cycles = static_cast<double>(stats.cycles) * array.rows * array.columns;
        layers.push_back({design.program.layer_names[i], layer_kind(design.program.layers[i]), stats,
                          pe_cycles > 0 ? 100.0 * static_cast<double>(stats.macs) / pe_cycles : 0.0,
                          dataflow_name(design.program.layers[i]), std::nullopt});
        if (with_power && stats.cycles > 0)
            layers.back().power = power::estimate(stats.activity, stats.cycles, *setup.technology,
                                                  setup.point, setup.accelerator, design.priced);
    }
    return layers;
}

std::size_t correct_answers(const Setup& setup, const Classification& c, std::size_t outputs) {
    std::size_t correct = 0;
    for (std::size_t i = 0; i < setup.dataset.size(); ++i)
        correct += first_maximum(c.logits.data() + i * outputs, outputs) == setup.dataset.labels[i];
    return correct;
}

DesignResult design_result(const Setup& setup, const Design& design, const SimulationResult& simulated,
                           const Classification& classified) {
    DesignResult r;
    r.name = design.name;
    r.multiplier = to_string(design.program.design.multiplier);
    r.correction = workloads::to_string(design.program.design.correction);
    r.encoding = to_string(design.program.design.encoding);
    r.cycles_per_image = simulated.cycles;
    r.latency_us = static_cast<double>(simulated.cycles) / setup.point.clock_mhz;
    const std::size_t images = setup.dataset.size();
    const std::size_t correct = correct_answers(setup, classified, design.program.output.size());
    r.top1_percent = 100.0 * static_cast<double>(correct) / static_cast<double>(images);
    const auto [low, high] = wilson95(correct, images);
    r.top1_ci95_percent = {100 * low, 100 * high};
    r.activity_per_image = with_shapes(classified.toggles.mean, simulated.activity());
    r.activity_standard_error = classified.toggles.standard_error;
    const bool with_power = setup.technology && classified.activity_images > 0;
    if (with_power)
        r.power = power::estimate(r.activity_per_image, r.cycles_per_image, *setup.technology, setup.point,
                                  setup.accelerator, design.priced);
    r.layers = layer_results(setup, design, simulated, with_power);
    return r;
}

/// Array power of every image whose activity was counted.
std::vector<double> sampled_array_mw(const Setup& setup, const Design& design,
                                     const SimulationResult& simulated, const Classification& classified) {
    std::vector<double> mw;
    const ActivityCounts shapes = simulated.activity();
    for (const ActivityCounts& sample : classified.samples)
        mw.push_back(power::estimate(with_shapes(sample, shapes), simulated.cycles, *setup.technology,
                                     setup.point, setup.accelerator, design.priced)
                         .mw.array_mw());
    return mw;
}

/// Sampling errors of power and of the saving, the latter of the ratio of two means over the same images
/// (Cochran, Sampling Techniques, 1977, eq. 2.46).
void add_sampling_errors(const Setup& setup, const std::vector<SimulationResult>& simulated,
                         const std::vector<Classification>& classified, std::vector<DesignResult>& results) {
    std::vector<double> exact;
    for (std::size_t d = 0; d < results.size(); ++d) {
        if (!results[d].power) return;
        const std::vector<double> mw = sampled_array_mw(setup, setup.designs[d], simulated[d], classified[d]);
        if (d == 0) exact = mw;
        const std::size_t images = setup.dataset.size();
        results[d].array_mw_standard_error = standard_error_of_mean(mw, images);
        const double exact_mean = results[0].power->mw.array_mw();
        const double ratio = results[d].power->mw.array_mw() / exact_mean;
        std::vector<double> residuals;
        for (std::size_t i = 0; i < mw.size(); ++i)
            residuals.push_back(100 * (mw[i] - ratio * exact[i]) / exact_mean);
        results[d].saving_standard_error = standard_error_of_mean(residuals, images);
    }
}

/// power.csv and the trace's counters.
void add_power_over_time(const Setup& setup, const std::vector<BusyRecorder>& recorders, RunTrace* trace,
                         RunReport& report) {
    report.power_csv = "design,time_us,array_mw,accelerator_mw,system_mw\n";
    for (std::size_t d = 0; d < report.designs.size(); ++d) {
        const DesignResult& design = report.designs[d];
        std::vector<LayerPower> layers;
        for (const LayerResult& layer : design.layers)
            layers.push_back({layer.stats.cycles, layer.power ? layer.power->mw : power::PowerBreakdown{}});
        for (const PowerSample& sample : power_timeline(layers, recorders[d].slices()).samples) {
            report.power_csv += fmt::format("{},{:.6f},{:.6g},{:.6g},{:.6g}\n", design.name,
                                            static_cast<double>(sample.at) / setup.point.clock_mhz,
                                            sample.array_mw, sample.accelerator_mw, sample.system_mw);
            if (trace == nullptr) continue;
            trace->counter(d, "array mW", sample.at, sample.array_mw);
            trace->counter(d, "accelerator mW", sample.at, sample.accelerator_mw);
            trace->counter(d, "system mW", sample.at, sample.system_mw);
        }
    }
}

/// Saving of the run's multiplier over the clock, where the technology has it.
std::map<double, double> saving_curve(const Setup& setup) {
    std::map<double, double> savings;
    const auto& curves = setup.technology->file.curve_fj;
    const auto name = [&](const Design& d) {
        return power::variant_name(d.priced.multiplier, d.priced.encoding, false);
    };
    const auto exact = curves.find(name(setup.designs.front())),
               mine = curves.find(name(setup.designs.back()));
    if (setup.designs.size() == 1 || exact == curves.end() || mine == curves.end()) return savings;
    for (const auto& [period_ps, fj] : mine->second)
        if (const auto at = exact->second.find(period_ps); at != exact->second.end())
            savings[period_ps] = 100 * (1 - fj / at->second);
    return savings;
}

DesignLogits real_logits(const Design& design, const Classification& classified) {
    const workloads::Quantization q = design.program.output.quantization;
    DesignLogits logits{design.name, {}};
    logits.values.reserve(classified.logits.size());
    for (const std::uint8_t code : classified.logits)
        logits.values.push_back(q.scale * static_cast<float>(code - q.zero_point));
    return logits;
}

std::vector<Dataflow> dataflows_of(const workloads::Program& program) {
    std::vector<Dataflow> used;
    for (const LayerDescriptor& d : program.layers)
        if (d.opcode == Opcode::matrix) used.push_back(d.dataflow);
    return used;
}

std::string activity_name(std::size_t every) {
    return every == 0 ? "off" : every == 1 ? "exact" : "sampled:" + std::to_string(every);
}

RunReport report_head(const RunOptions& options, const Setup& setup) {
    RunReport r;
    r.network_name = setup.network.name;
    r.network_path = options.network.empty() ? "embedded" : options.network;
    r.macs_per_image = setup.network.macs_per_image();
    r.dataset_name = setup.dataset.name;
    r.images = setup.dataset.size();
    r.technology_name = setup.technology ? setup.technology->name() : "none";
    r.technology_provenance = setup.technology ? setup.technology->provenance() : "";
    r.clock_mhz = setup.point.clock_mhz;
    r.voltage_v = setup.point.voltage_v;
    if (setup.technology) r.saving_curve = saving_curve(setup);
    r.accelerator_yaml = to_yaml(setup.accelerator);
    r.roof = roof_of(setup.accelerator);
    r.options = {{"network", r.network_path},
                 {"accelerator", options.accelerator.empty() ? "default" : options.accelerator},
                 {"dataflow", to_string(setup.accelerator.pe_array.dataflow)},
                 {"dataset", options.dataset},
                 {"images", std::to_string(r.images)},
                 {"multiplier", to_string(options.multiplier)},
                 {"correction", workloads::to_string(options.correction)},
                 {"calibration_images", std::to_string(options.calibration_images)},
                 {"calibration", options.calibration.empty() ? "none" : options.calibration},
                 {"adapted", options.adapted.empty() ? "none" : options.adapted},
                 {"variate", to_string(setup.variate)},
                 {"encoding", to_string(options.encoding)},
                 {"technology", options.technology},
                 {"clock_mhz", fmt::format("{}", setup.point.clock_mhz)},
                 {"voltage_v", setup.technology ? fmt::format("{}", setup.point.voltage_v) : "none"},
                 {"activity", activity_name(options.activity_every)},
                 {"timing", to_string(options.timing)},
                 {"quantum_us", fmt::format("{}", options.quantum_us)},
                 {"threads", std::to_string(options.threads)}};
    return r;
}

}  // namespace

Evaluation evaluate(const RunOptions& options, const StageProgress& given_progress) {
    const StageProgress progress = given_progress ? given_progress : [](const auto&, auto, auto) {};
    const auto start = Clock::now();
    Setup setup = set_up(options);
    calibrate_designs(options, setup, progress);

    const auto simulation_start = Clock::now();
    std::unique_ptr<RunTrace> trace = trace_of(options, setup);
    std::vector<BusyRecorder> recorders;
    for (std::size_t i = 0; i < setup.designs.size(); ++i)
        recorders.emplace_back(trace != nullptr ? &trace->design(i) : nullptr);
    const std::vector<SimulationResult> simulated = simulate_first_image(options, setup, recorders, progress);
    const double simulation_seconds = seconds_since(simulation_start);

    const std::size_t images = setup.dataset.size();
    const std::size_t sampled =
        options.activity_every == 0 ? 0 : (images + options.activity_every - 1) / options.activity_every;
    const std::size_t steps = setup.designs.size() * (images + sampled);
    std::atomic<std::size_t> done{0};
    const auto step = [&](std::size_t n) { progress("classifying", done += n, steps); };

    const auto classification_start = Clock::now();
    std::vector<Classification> classified;
    for (std::size_t i = 0; i < setup.designs.size(); ++i) {
        classified.push_back(classify(setup.designs[i].program, setup.accelerator, setup.codes,
                                      options.activity_every, options.threads, step));
        check_same_logits(setup.designs[i], simulated[i], classified.back());
    }
    const double classification_seconds = seconds_since(classification_start);

    Evaluation result{report_head(options, setup), {}, std::move(trace)};
    std::uint64_t cycles = 0;
    for (std::size_t i = 0; i < setup.designs.size(); ++i) {
        result.report.designs.push_back(design_result(setup, setup.designs[i], simulated[i], classified[i]));
        result.logits.push_back(real_logits(setup.designs[i], classified[i]));
        cycles += simulated[i].cycles;
    }
    result.report.activity_images = sampled;
    if (result.report.designs.front().power) {
        add_sampling_errors(setup, simulated, classified, result.report.designs);
        add_power_over_time(setup, recorders, result.trace.get(), result.report);
        result.report.notes = power::estimate_notes(
            setup.accelerator, dataflows_of(setup.designs.front().program), *setup.technology, setup.point);
    }
    result.report.wall_seconds = seconds_since(start);
    result.report.images_per_second =
        static_cast<double>(setup.designs.size() * images) / std::max(classification_seconds, 1e-9);
    result.report.simulated_cycles_per_second =
        static_cast<double>(cycles) / std::max(simulation_seconds, 1e-9);
    return result;
}

}  // namespace approxtlm::platform
