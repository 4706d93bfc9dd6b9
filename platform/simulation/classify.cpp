#include "platform/simulation/classify.h"

#include <algorithm>
#include <stdexcept>

#include "models/common/parallel_for.h"
#include "models/kernels/functional_model.h"

namespace approxtlm::platform {
namespace {

constexpr std::size_t kBatch = 16;

}  // namespace

Classification classify(const workloads::Program& program, const AcceleratorConfig& config,
                        const std::vector<std::uint8_t>& codes, std::size_t activity_every, unsigned threads,
                        const std::function<void(std::size_t)>& progress) {
    const std::size_t input_bytes = program.input.size();
    const std::size_t output_bytes = program.output.size();
    const std::size_t images = codes.size() / input_bytes;
    const FunctionalModel model(program.layers, program.memory_image,
                                workloads::array_config(program, config));

    Classification result;
    result.logits.resize(images * output_bytes);
    parallel_for((images + kBatch - 1) / kBatch, threads, [&](std::size_t batch) {
        const std::size_t first = batch * kBatch;
        const std::size_t count = std::min(kBatch, images - first);
        model.run(program.input_address, codes.data() + first * input_bytes, input_bytes,
                  program.output_address, result.logits.data() + first * output_bytes, output_bytes, count);
        progress(count);
    });
    if (activity_every == 0) return result;

    result.activity_images = (images + activity_every - 1) / activity_every;
    std::vector<ActivityCounts> samples(result.activity_images);
    parallel_for(result.activity_images, threads, [&](std::size_t sample) {
        const std::size_t image = sample * activity_every;
        std::vector<std::uint8_t> logits(output_bytes);
        const auto layers =
            model.run_with_activity(program.input_address, codes.data() + image * input_bytes, input_bytes,
                                    program.output_address, logits.data(), output_bytes);
        if (!std::equal(logits.begin(), logits.end(), result.logits.data() + image * output_bytes))
            throw std::logic_error("functional model: image " + std::to_string(image) +
                                   " has other logits when its activity is counted");
        for (const ActivityCounts& layer : layers) samples[sample] += layer;
        progress(1);
    });
    result.toggles = summarise(samples, images);
    result.samples = std::move(samples);
    return result;
}

std::size_t first_maximum(const std::uint8_t* codes, std::size_t count) {
    return static_cast<std::size_t>(std::max_element(codes, codes + count) - codes);
}

}  // namespace approxtlm::platform
