#include "platform/cli/adapt_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "platform/cli/option_values.h"
#include "platform/cli/output_directory.h"
#include "platform/cli/progress_bar.h"
#include "platform/simulation/calibration_source.h"
#include "workloads/calibration/adapt.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::platform {
namespace {

using workloads::CalibrationKind;

constexpr std::uint64_t kMostThreads = 1024;

}  // namespace

AdaptCommand::AdaptCommand(CLI::App& app)
    : command_(app.add_subcommand("adapt", "Choose weight codes that suit a multiplier")) {
    const auto option = [&](const char* name, std::string& value, const char* what, const char* type) {
        return command_->add_option(name, value, what)->type_name(type)->capture_default_str();
    };
    option("network", network_, "Quantised network (ONNX); default: the embedded one", "NET.onnx");
    option("--output", output_, "Where the codes go", "FILE")->required();
    option("--multiplier", multiplier_, "As for approxtlm run", "SPEC");
    option("--variate", variate_, "The variable x(A): auto, low_bits, or, popcount, file:PATH", "KIND");
    option("--encoding", encoding_, "Weight codes the multipliers see: unsigned, signed", "KIND");
    option("--accelerator", accelerator_, "Accelerator description; default: a 64 x 64 array", "FILE.yaml");
    option("--dataset", dataset_, "synthetic, cifar10:DIR, npy:FILE; its training split is used", "SPEC");
    option("--images", images_, "Training images, 1 to 256", "N");
    option("--samples", samples_, "Output pixels a layer", "N");
    option("--passes", passes_, "Sweeps over the codes of a layer", "P");
    option("--seed", seed_, "Chooses the output pixels", "S");
    option("--threads", threads_, "Default: one per core", "N");
    command_->add_flag("--no-mirror", no_mirror_,
                       "Do not also learn from every image mirrored left to right");
    command_->add_flag("--quiet", quiet_, "Print nothing but errors");
    command_->footer(
        "Example:\n  approxtlm adapt resnet20.onnx --multiplier truncated:9 --dataset cifar10:data/cifar10 "
        "--output resnet20.adapted\n  approxtlm run resnet20.onnx --multiplier truncated:9 --dataset "
        "cifar10:data/cifar10 --adapted resnet20.adapted");
}

void AdaptCommand::execute() const {
    workloads::DesignPoint design{parse_multiplier(multiplier_),
                                  parse_encoding(encoding_),
                                  workloads::CorrectionMethod::calibrated,
                                  {}};
    if (design.multiplier.family == MultiplierFamily::exact)
        throw InputError("--multiplier", "exact", "an approximate multiplier");
    design.variate = variate_ == "auto" ? default_variate(design.multiplier) : parse_variate(variate_);
    workloads::AdaptOptions options;
    options.samples = parse_count("--samples", samples_, 1, 1'000'000);
    options.passes = static_cast<unsigned>(parse_count("--passes", passes_, 1, 100));
    options.seed = parse_count("--seed", seed_, 0, 1'000'000'000);
    options.threads = threads_.empty()
                          ? std::max(1u, std::thread::hardware_concurrency())
                          : static_cast<unsigned>(parse_count("--threads", threads_, 1, kMostThreads));
    options.mirror = !no_mirror_;
    const std::size_t images = parse_count("--images", images_, 1, kMostCalibrationImages);
    check_output_file("--output", output_);
    const AcceleratorConfig accelerator =
        accelerator_.empty() ? AcceleratorConfig{} : read_accelerator_config(accelerator_);
    const workloads::Network network =
        network_.empty()
            ? workloads::import_onnx_bytes(workloads::embedded_network_bytes(), "embedded network")
            : workloads::import_onnx(network_);

    ProgressBar bar(!quiet_, PlainLines::occasional);
    const StageProgress progress = [&](const std::string& stage, std::size_t done, std::size_t total) {
        bar.update(stage, done, total);
    };
    const CalibrationSource source{network, accelerator, dataset_, options.threads, images, progress};
    CalibrationData data = calibration_data(source, design, images);
    data.identity.search = fmt::format("seed {}, {} passes, {} samples{}", options.seed, options.passes,
                                       options.samples, options.mirror ? ", mirrored" : "");
    const std::string partial = output_ + ".partial";
    workloads::SavedCalibration saved{data.identity, {}};
    if (std::filesystem::exists(partial)) {
        saved = workloads::read_calibration(partial, CalibrationKind::adapted);
        workloads::check_partial_calibration(partial, saved, data.identity, network);
    }
    const workloads::Calibration start = std::move(saved.calibration);
    saved.calibration = workloads::adapt(
        network, accelerator, design, data.codes, options, start, [&](const workloads::Calibration& found) {
            write_file(partial,
                       workloads::format_calibration({data.identity, found}, CalibrationKind::adapted));
            progress("adapting", found.layers.size(), network.layers.size());
        });
    write_file(output_, workloads::format_calibration(saved, CalibrationKind::adapted));
    std::filesystem::remove(partial);
    bar.clear();
    if (!quiet_) std::cout << fmt::format("Adapted codes of {} layers: {}\n", network.layers.size(), output_);
}

}  // namespace approxtlm::platform
