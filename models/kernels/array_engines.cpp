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
    if (activity != nullptr) count_products(codes, rows, columns, activations, vectors, *activity);
}

void ArrayEngines::count_fold(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                              const std::uint8_t* activations, std::uint32_t vectors,
                              ActivityCounts& activity) {
    weight_stationary_.load_weights(codes, rows, columns, &activity);
    weight_stationary_.count(activations, vectors, activity);
    count_products(codes, rows, columns, activations, vectors, activity);
}

void ArrayEngines::count_products(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                                  const std::uint8_t* activations, std::uint32_t vectors,
                                  ActivityCounts& activity) {
    if (!config_.zero_gating)
        return pipeline_.stream(codes, rows, columns, activations, vectors, nullptr, activity);
    held_.hold(activations, rows, vectors);
    pipeline_.stream(codes, rows, columns, held_.data(), vectors, held_.silent(), activity);
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
