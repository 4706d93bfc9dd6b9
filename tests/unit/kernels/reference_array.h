#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/fold_engine.h"

namespace approxtlm::testing {

/// The weight-stationary array with every register written out, one PE, one cycle of a weight load and one
/// bit at a time.
class ReferenceArray {
public:
    explicit ReferenceArray(const FoldEngine::Config& config);
    void load(const std::vector<std::uint8_t>& codes, std::uint32_t rows, std::uint32_t columns,
              ActivityCounts& activity);
    FoldOutput stream(const std::vector<std::uint8_t>& activations, std::uint32_t vectors,
                      ActivityCounts& activity);

private:
    struct Register {
        std::uint64_t bits = 0;
        /// Flipped bits of a register `width` bits wide.
        std::uint64_t set(std::int64_t value, int width);
    };
    const FoldEngine::Config config_;
    std::vector<std::vector<bool>> product_is_new_;  ///< since the weights came
    const std::uint64_t read_bits_ = registered_activation_bits(config_.multiplier, config_.variate, false);
    const std::uint64_t registered_bits_ = registered_activation_bits(config_.multiplier, config_.variate,
                                                                      config_.sum_x&& config_.sum_x_per_mac);
    std::uint32_t rows_ = 0, columns_ = 0;
    std::vector<std::vector<Register>> weight_, shadow_, psum_, activation_, mac_sum_x_, product_;
    std::vector<Register> sum_a_, sum_x_, edge_, zero_flag_;
};

}  // namespace approxtlm::testing
