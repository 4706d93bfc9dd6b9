#include "platform/simulation/recorded_folds.h"

#include <algorithm>

#include "platform/simulation/calibration_source.h"
#include "workloads/calibration/samples.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::platform {

std::vector<power::RecordedFold> recorded_folds() {
    constexpr std::uint32_t kMostRows = 64, kMostColumns = 16;
    const workloads::Network network =
        workloads::import_onnx_bytes(workloads::embedded_network_bytes(), "embedded network");
    const workloads::Dataset images = workloads::load_dataset("synthetic", workloads::Split::test, 1);
    workloads::TwinRun run(network, AcceleratorConfig{}, workloads::DesignPoint{},
                           codes_of(images, network.tensors.at(static_cast<std::size_t>(network.input))), 1);
    std::vector<power::RecordedFold> folds;
    for (std::size_t layer = 0; layer < run.layers(); ++layer) {
        if (run.is_matrix(layer)) {
            const LayerDescriptor& d = run.descriptor(layer);
            const std::vector<std::int16_t>& codes = run.weights(layer).values;
            // As many samples as there are pixels: all of them, in their order.
            const std::size_t pixels = std::size_t{d.output_height} * d.output_width;
            const workloads::GroupSamples samples =
                workloads::sample_layer(run, layer, codes, {pixels, 1}).front();
            power::RecordedFold fold;
            fold.name = "embedded network, layer " + std::to_string(layer + 1);
            fold.rows = std::min(kMostRows, samples.reduction);
            fold.columns = std::min(kMostColumns, samples.filters);
            fold.vectors = static_cast<std::uint32_t>(samples.n);
            for (std::uint32_t r = 0; r < fold.rows; ++r)
                for (std::uint32_t c = 0; c < fold.columns; ++c)
                    fold.weights.push_back(
                        static_cast<std::uint8_t>(codes[std::size_t{c} * samples.reduction + r]));
            for (std::size_t n = 0; n < samples.n; ++n)
                for (std::uint32_t r = 0; r < fold.rows; ++r)
                    fold.activations.push_back(samples.window[n * samples.reduction + r]);
            if (fold.vectors >= power::kBlockCycles) folds.push_back(std::move(fold));
        }
        run.run_layer(layer, {});
    }
    return folds;
}

}  // namespace approxtlm::platform
