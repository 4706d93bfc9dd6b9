#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"
#include "workloads/compiler/calibration.h"
#include "workloads/compiler/program.h"
#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// The weights of one convolution in the accelerator's encoding.
struct EncodedWeights {
    std::vector<std::int16_t> values;      ///< [filter][k], k as in LayerDescriptor
    std::vector<std::int32_t> zero_point;  ///< [filter], same encoding
};

/// Moves file codes by 128 where file and encoding differ in signedness and puts the channel innermost.
EncodedWeights encode_weights(const Layer& layer, std::uint32_t channels_per_group, Encoding encoding);

/// Constants, scales and coefficients of every filter; `weights` are the network's own. `calibration` serves
/// a calibrated design. Throws InputError when a number leaves its register.
std::vector<FilterParameters> filter_parameters(const Network& network, const Layer& layer,
                                                const EncodedWeights& weights,
                                                const CorrectionConfig& correction, const DesignPoint& design,
                                                const LayerCalibration& calibration,
                                                const std::string& where);

/// Weight codes and parameters fold by fold, as LayerDescriptor and Tiling::code_offset lay them out.
std::vector<std::uint8_t> pack_folds(const LayerDescriptor& d, const PeArrayConfig& array,
                                     const EncodedWeights& weights,
                                     const std::vector<FilterParameters>& parameters);

}  // namespace approxtlm::workloads
