#include "platform/cli/run_command.h"

#include <algorithm>
#include <cstring>
#include <iostream>
#include <thread>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "platform/cli/interrupt.h"
#include "platform/cli/option_values.h"
#include "platform/cli/output_directory.h"
#include "platform/cli/progress_bar.h"
#include "platform/cli/version.h"
#include "platform/logging/logging.h"

namespace approxtlm::platform {
namespace {

constexpr std::uint64_t kMostImages = 1'000'000;
constexpr std::uint64_t kMostThreads = 1024;

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

void save_logits(const std::vector<DesignLogits>& logits, const std::string& directory) {
    for (const DesignLogits& design : logits) {
        std::string bytes(design.values.size() * sizeof(float), '\0');
        std::memcpy(bytes.data(), design.values.data(), bytes.size());
        write_output_file(directory, design.design + ".logits.f32", bytes);
    }
}

}  // namespace

RunCommand::RunCommand(CLI::App& app)
    : command_(app.add_subcommand("run",
                                  "Classify images on the exact, the approximate and the corrected design")) {
    command_
        ->add_option("network", network_,
                     "Quantised network (ONNX, QDQ or QLinear); default: the embedded one")
        ->type_name("NET.onnx");

    const std::string hardware = "Hardware";
    command_->add_option("--accelerator", accelerator_, "Accelerator description; default: a 64 x 64 array")
        ->type_name("FILE.yaml")
        ->group(hardware);
    command_
        ->add_option("--dataflow", dataflow_,
                     "What stays in the PEs: ws (weights), os (outputs), is (inputs), auto (the fastest for "
                     "each layer); default: the accelerator's")
        ->type_name("FLOW")
        ->group(hardware);
    command_
        ->add_option(
            "--multiplier", multiplier_,
            "exact, perforated:M, recursive:M (M 1..7), truncated:M (1..12), table:FILE[,OPTION=VALUE...]")
        ->type_name("SPEC")
        ->capture_default_str()
        ->group(hardware);
    command_->add_option("--correction", correction_, "Control variate: none, analytic, calibrated")
        ->type_name("METHOD")
        ->capture_default_str()
        ->group(hardware);
    command_->add_option("--variate", variate_, "The variable x(A): auto, low_bits, or, popcount, file:PATH")
        ->type_name("KIND")
        ->capture_default_str()
        ->group(hardware);
    command_->add_option("--encoding", encoding_, "Weight codes the multipliers see: unsigned, signed")
        ->type_name("KIND")
        ->capture_default_str()
        ->group(hardware);

    const std::string work = "Images";
    command_->add_option("--dataset", dataset_, "synthetic, cifar10:DIR, npy:FILE")
        ->type_name("SPEC")
        ->capture_default_str()
        ->group(work);
    command_->add_option("--images", images_, "How many images, from the first")
        ->type_name("N")
        ->capture_default_str()
        ->group(work);

    const std::string calibration = "Calibration";
    command_
        ->add_option("--calibration-images", calibration_images_,
                     "Training images for --correction calibrated, 1 to 256")
        ->type_name("N")
        ->capture_default_str()
        ->group(calibration);
    command_->add_option("--calibration", calibration_, "Use the coefficients of this file")
        ->type_name("FILE")
        ->group(calibration);
    command_->add_option("--save-calibration", save_calibration_, "Write the coefficients to this file")
        ->type_name("FILE")
        ->group(calibration);
    command_
        ->add_option("--adapted", adapted_,
                     "Also run the design adapted, with the weight codes of this file (approxtlm adapt)")
        ->type_name("FILE")
        ->group(calibration);

    const std::string power = "Power";
    command_
        ->add_option("--technology", technology_,
                     "Name, path of a YAML file, or none (cycles and accuracy only)")
        ->type_name("NAME")
        ->capture_default_str()
        ->group(power);
    command_
        ->add_option("--clock-mhz", clock_mhz_, "Clock; default: the technology's (1000 without technology)")
        ->type_name("F")
        ->group(power);
    command_
        ->add_option(
            "--voltage-v", voltage_v_,
            "Supply voltage; clock and energy follow by the technology's scaling rule; default: measured")
        ->type_name("V")
        ->group(power);
    command_
        ->add_option("--activity", activity_,
                     "Count register toggles of: exact (every image), sampled:K, off")
        ->type_name("MODE")
        ->capture_default_str()
        ->group(power);

    const std::string time = "Time";
    command_
        ->add_option("--timing", timing_,
                     "cycle: every transaction through every unit; fast: loosely timed, layer by layer")
        ->type_name("MODE")
        ->capture_default_str()
        ->group(time);
    command_
        ->add_option("--quantum-us", quantum_us_,
                     "With --timing fast: how far the accelerator runs ahead; default 100")
        ->type_name("F")
        ->group(time);

    command_
        ->add_option("--trace", trace_,
                     "What every unit did when: perfetto[:FILE] (ui.perfetto.dev) or vcd[:FILE] (waves); "
                     "default file: trace.json or trace.vcd beside the report")
        ->type_name("FORMAT")
        ->group(time);

    const std::string files = "Program";
    command_
        ->add_option("--output", output_,
                     "Write report.html, report.json, layers.csv and power.csv into this folder")
        ->type_name("DIR")
        ->group(files);
    command_
        ->add_option("--save-logits", save_logits_,
                     "Write DESIGN.logits.f32 (float32, images x classes) there")
        ->type_name("DIR")
        ->group(files);
    command_
        ->add_flag("--per-layer", per_layer_,
                   "Also print each layer's cycles, longest wait and place below the roofline")
        ->group(files);
    command_->add_option("--threads", threads_, "Threads of the functional model; default: one per core")
        ->type_name("N")
        ->group(files);
    command_->add_option("--log-level", log_level_, joined(log_levels()))
        ->type_name("LEVEL")
        ->capture_default_str()
        ->group(files);
    command_->add_flag("--quiet", quiet_, "Print nothing but errors")->group(files);

    command_->footer(
        "Examples:\n"
        "  approxtlm run --output report\n"
        "  approxtlm run --multiplier truncated:7 --technology nangate45-relaxed --images 200\n"
        "  approxtlm run resnet44.onnx --dataset cifar10:data/cifar10 --images 10000 --accelerator a.yaml");
}

RunOptions RunCommand::options() const {
    RunOptions o;
    o.network = network_;
    o.accelerator = accelerator_;
    if (command_->count("--dataflow") > 0) o.dataflow = parse_dataflow("--dataflow", dataflow_);
    o.dataset = dataset_;
    o.images = parse_count("--images", images_, 1, kMostImages);
    o.multiplier = parse_multiplier(multiplier_);
    o.correction = workloads::parse_correction_method(correction_);
    o.calibration_images =
        parse_count("--calibration-images", calibration_images_, 1, kMostCalibrationImages);
    o.calibration = calibration_;
    o.save_calibration = save_calibration_;
    o.adapted = adapted_;
    if (o.correction != workloads::CorrectionMethod::calibrated) {
        for (const char* option : {"--calibration", "--save-calibration"})
            if (command_->count(option) > 0)
                throw InputError(option, "a file with --correction " + correction_,
                                 "--correction calibrated");
    }
    if (variate_ != "auto") o.variate = parse_variate(variate_);
    o.encoding = parse_encoding(encoding_);
    o.technology = technology_;
    if (!clock_mhz_.empty()) o.clock_mhz = parse_clock_mhz("--clock-mhz", clock_mhz_);
    if (!voltage_v_.empty()) {
        if (o.technology == "none")
            throw InputError("--voltage-v", "a voltage with --technology none", "a technology");
        o.voltage_v = parse_voltage_v("--voltage-v", voltage_v_);
    }
    o.activity_every = parse_activity("--activity", activity_);
    o.timing = parse_timing(timing_);
    if (command_->count("--quantum-us") > 0) {
        if (o.timing != Timing::fast)
            throw InputError("--quantum-us", "a quantum with --timing cycle", "--timing fast");
        o.quantum_us = parse_quantum_us("--quantum-us", quantum_us_);
    }
    if (command_->count("--trace") > 0) {
        o.trace = parse_trace(trace_, output_);
        if (o.trace->format == TraceFormat::vcd && o.timing == Timing::fast)
            throw InputError("--trace", "vcd with --timing fast", "perfetto, or --timing cycle");
    }
    o.threads = threads_.empty() ? std::max(1u, std::thread::hardware_concurrency())
                                 : static_cast<unsigned>(parse_count("--threads", threads_, 1, kMostThreads));
    return o;
}

void RunCommand::execute(const std::string& command_line) const {
    const auto& levels = log_levels();
    if (std::find(levels.begin(), levels.end(), log_level_) == levels.end())
        throw InputError("--log-level", shown(log_level_), "one of " + joined(levels));
    for (const char* file : {"network", "--accelerator", "--calibration", "--save-calibration", "--adapted"})
        if (command_->count(file) > 0 && command_->get_option(file)->as<std::string>().empty())
            throw InputError(file, "nothing", "a file");
    const RunOptions run = options();
    if (command_->count("--output") > 0) check_output_directory("--output", output_);
    const bool beside_report = trace_.find(':') == std::string::npos && !output_.empty();
    if (run.trace && !beside_report) check_output_file("--trace", run.trace->file);
    if (!save_calibration_.empty()) check_output_file("--save-calibration", save_calibration_);
    if (command_->count("--save-logits") > 0) check_output_directory("--save-logits", save_logits_);
    set_up_logging(quiet_ ? "error" : log_level_);

    ProgressBar bar(!quiet_);
    Evaluation evaluation = evaluate(run, [&](const std::string& stage, std::size_t done, std::size_t total) {
        bar.update(stage, done, total);
    });
    bar.clear();
    evaluation.report.program_version = version();
    evaluation.report.command_line = command_line;

    if (!quiet_) {
        std::cout << format_table(evaluation.report);
        if (per_layer_) std::cout << "\n" << format_layers_table(evaluation.report) << "\n";
        std::cout << std::flush;
    }
    const UninterruptedSection section;
    if (!output_.empty()) write_reports(evaluation.report, output_);
    if (evaluation.trace) {
        write_file(run.trace->file, evaluation.trace->finish());
        if (evaluation.trace->truncated())
            std::cerr << "approxtlm: the trace is too long: its end is left out\n";
    }
    if (!save_logits_.empty()) save_logits(evaluation.logits, save_logits_);
    if (quiet_) return;
    if (run.multiplier.family == MultiplierFamily::exact)
        std::cout << "The multiplier is exact: there is nothing to compare it with.\n";
    std::cout << (output_.empty()
                      ? "No files written: --output DIR writes report.html, report.json and layers.csv.\n"
                      : "Report: " + output_ + "/report.html\n");
}

}  // namespace approxtlm::platform
