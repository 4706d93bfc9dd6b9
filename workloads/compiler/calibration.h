#pragma once

#include <cstdint>
#include <vector>

namespace approxtlm::workloads {

/// What calibration images taught about one layer. Layers without weights have nothing.
struct LayerCalibration {
    std::vector<std::int32_t> coefficient;  ///< C_f in fixed point, [filter]
    std::vector<std::int32_t> constant;     ///< C0_f in units of the accumulator, [filter]
    /// Added to the filter's zero point: sum A is a second variate that the array forms anyway. [filter]
    std::vector<std::int32_t> zero_point_shift;
    /// Factor of the filter's output scale, 0 < gain <= 1: weight codes stand for that much less. [filter]
    std::vector<float> gain;
    /// Weight codes chosen for the multiplier, [filter][k] as EncodedWeights::values; empty: the network's
    /// own.
    std::vector<std::int16_t> codes;
};

/// One LayerCalibration per layer of the network. A layer past the end is not corrected (C = C0 = 0).
struct Calibration {
    std::vector<LayerCalibration> layers;
};

}  // namespace approxtlm::workloads
