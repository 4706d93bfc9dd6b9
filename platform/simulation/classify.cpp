#include "platform/simulation/classify.h"

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "models/common/parallel_for.h"
#include "models/kernels/functional_model.h"

namespace approxtlm::platform {
namespace {

constexpr std::size_t kBatch = 16;

/// Sums over images -> mean per image, rounded to nearest; value-dependent counts only.
ActivityCounts mean_toggles(const ActivityCounts& sum, std::size_t images) {
    ActivityCounts mean;
    for (std::size_t i = 0; images > 0 && i < kActivityNames.size(); ++i)
        if (const auto a = static_cast<Activity>(i); is_value_dependent(a))
            mean[a] = (sum[a] + images / 2) / images;
    return mean;
}

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
    ActivityCounts sum;
    std::mutex mutex;
    parallel_for(result.activity_images, threads, [&](std::size_t sample) {
        const std::size_t image = sample * activity_every;
        std::vector<std::uint8_t> logits(output_bytes);
        const auto layers =
            model.run_with_activity(program.input_address, codes.data() + image * input_bytes, input_bytes,
                                    program.output_address, logits.data(), output_bytes);
        if (!std::equal(logits.begin(), logits.end(), result.logits.data() + image * output_bytes))
            throw std::logic_error("functional model: image " + std::to_string(image) +
                                   " has other logits when its activity is counted");
        const std::lock_guard lock(mutex);
        for (const ActivityCounts& layer : layers) sum += layer;
        progress(1);
    });
    result.toggles = mean_toggles(sum, result.activity_images);
    return result;
}

std::size_t first_maximum(const std::uint8_t* codes, std::size_t count) {
    return static_cast<std::size_t>(std::max_element(codes, codes + count) - codes);
}

}  // namespace approxtlm::platform
