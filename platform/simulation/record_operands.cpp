#include "platform/simulation/record_operands.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/kernels/functional_model.h"
#include "models/kernels/layer_runner.h"
#include "models/kernels/window.h"
#include "platform/simulation/calibration_source.h"
#include "workloads/compiler/program.h"
#include "workloads/datasets/dataset.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::platform {
namespace {

constexpr std::size_t kImages = 64;
/// Enough of a layer's stream, and of a reduction for sums to mean something.
constexpr std::uint32_t kMostVectors = 512, kLeastRows = 9;

class Recorder {
public:
    Recorder(const workloads::Program& program, const FoldEngine::Config& array,
             const std::vector<std::uint8_t>& images)
        : program_(program), array_(array), images_(images) {}

    /// What reaches layer `index`, image by image: the layers before it, run.
    std::vector<std::uint8_t> inputs_of(std::size_t index) const {
        const LayerDescriptor& d = program_.layers[index];
        const std::size_t bytes = std::size_t{d.input_channels} * d.input_height * d.input_width;
        if (index == 0) return images_;
        const std::vector<LayerDescriptor> before(
            program_.layers.begin(), program_.layers.begin() + static_cast<std::ptrdiff_t>(index));
        const FunctionalModel model(before, program_.memory_image, array_);
        std::vector<std::uint8_t> inputs(bytes * kImages);
        model.run(program_.input_address, images_.data(), program_.input.size(), d.input_address,
                  inputs.data(), bytes, kImages);
        return inputs;
    }

    power::RecordedFold record(std::size_t index, const std::vector<std::uint8_t>& inputs, const Tiling& t,
                               std::uint32_t fold) const {
        const LayerDescriptor& d = program_.layers[index];
        power::RecordedFold recorded;
        recorded.name =
            fmt::format("{} {} fold {}", program_.network_name, program_.layer_names[index], fold);
        recorded.rows = t.fold_rows(fold);
        recorded.columns = t.fold_columns(0);
        const std::uint32_t pixels = d.output_height * d.output_width;
        const std::size_t bytes = std::size_t{d.input_channels} * d.input_height * d.input_width;
        std::vector<std::uint8_t> window(std::size_t{pixels} * recorded.rows);
        for (std::size_t image = 0; image < kImages && recorded.vectors < kMostVectors; ++image) {
            gather_window(d, {inputs.data() + image * bytes, 0, d.input_height}, 0, fold * t.array_rows,
                          recorded.rows, 0, pixels, window.data());
            recorded.vectors += pixels;
            recorded.activations.insert(recorded.activations.end(), window.begin(), window.end());
        }
        recorded.vectors = std::min(recorded.vectors, kMostVectors);
        recorded.activations.resize(std::size_t{recorded.vectors} * recorded.rows);
        const std::vector<std::uint8_t> codes = read_codes(d, t, 0, 0, program_.memory_image);
        const auto first =
            codes.begin() + static_cast<std::ptrdiff_t>(fold * t.array_rows * recorded.columns);
        recorded.weights.assign(first, first + static_cast<std::ptrdiff_t>(recorded.rows * recorded.columns));
        return recorded;
    }

private:
    const workloads::Program& program_;
    const FoldEngine::Config& array_;
    const std::vector<std::uint8_t>& images_;
};

}  // namespace

std::vector<power::RecordedFold> record_operands() {
    const workloads::Network network =
        workloads::import_onnx_bytes(workloads::embedded_network_bytes(), "embedded network");
    const AcceleratorConfig accelerator;
    const workloads::Program program = workloads::compile(network, accelerator, {});
    const FoldEngine::Config array = workloads::array_config(program, accelerator);
    const workloads::Dataset images = workloads::load_dataset("synthetic", workloads::Split::test, kImages);
    const std::vector<std::uint8_t> codes = codes_of(images, program.input);
    const Recorder recorder(program, array, codes);
    std::vector<power::RecordedFold> folds;
    for (std::size_t l = 0; l < program.layers.size(); ++l) {
        const LayerDescriptor& d = program.layers[l];
        if (d.opcode != Opcode::matrix) continue;
        const Tiling t = tiling_of(d, array.rows, array.columns);
        if (t.reduction < kLeastRows || d.output_height * d.output_width * kImages < power::kBlockCycles)
            continue;
        const std::vector<std::uint8_t> inputs = recorder.inputs_of(l);
        folds.push_back(recorder.record(l, inputs, t, 0));
        if (t.reduction_folds > 1) folds.push_back(recorder.record(l, inputs, t, t.reduction_folds - 1));
    }
    return folds;
}

}  // namespace approxtlm::platform
