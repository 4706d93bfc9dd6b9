#include "models/kernels/array_engines.h"

namespace approxtlm {

ArrayEngines::ArrayEngines(const FoldEngine::Config& config, const ArrayKernels& kernels)
    : config_(config),
      kernels_(kernels),
      weight_stationary_(config, kernels),
      pipeline_(config, HeldOperand::weight, kernels) {}

void ArrayEngines::reset() {
    weight_stationary_.reset();
    pipeline_.reset();
    if (output_stationary_) output_stationary_->reset();
    if (input_stationary_) input_stationary_->reset();
}

void ArrayEngines::run_fold(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                            const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out,
                            ActivityCounts* activity) {
    weight_stationary_.load_weights(codes, rows, columns, activity);
    weight_stationary_.stream(activations, vectors, out, activity);
    if (activity == nullptr) return;
    activity->add(Activity::multiplier_register_toggles,
                  pipeline_.stream(codes, rows, columns, activations, vectors));
}

void ArrayEngines::count_fold(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                              const std::uint8_t* activations, std::uint32_t vectors,
                              ActivityCounts& activity) {
    weight_stationary_.load_weights(codes, rows, columns, &activity);
    weight_stationary_.count(activations, vectors, activity);
    activity.add(Activity::multiplier_register_toggles,
                 pipeline_.stream(codes, rows, columns, activations, vectors));
}

OutputStationaryEngine& ArrayEngines::output_stationary() {
    if (!output_stationary_) output_stationary_.emplace(config_, kernels_);
    return *output_stationary_;
}

InputStationaryEngine& ArrayEngines::input_stationary() {
    if (!input_stationary_) input_stationary_.emplace(config_, kernels_);
    return *input_stationary_;
}

}  // namespace approxtlm
