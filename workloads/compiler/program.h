#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"
#include "models/common/accelerator_config.h"
#include "models/common/layer_descriptor.h"
#include "models/kernels/fold_engine.h"
#include "workloads/compiler/calibration.h"
#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// How coefficients of the control variate are found.
enum class CorrectionMethod {
    none,
    analytic,   ///< from the weights alone
    calibrated  ///< from images, in a Calibration
};
CorrectionMethod parse_correction_method(const std::string& text);  ///< throws InputError
std::string to_string(CorrectionMethod method);

/// The arithmetic of one accelerator design.
struct DesignPoint {
    Multiplier multiplier;
    Encoding encoding = Encoding::unsigned_codes;
    CorrectionMethod correction = CorrectionMethod::none;
    Variate variate = Variate::low_bits;
};

/// A network ready to run: what the host puts into memory and what it reads back. Addresses are byte offsets.
struct Program {
    std::string network_name;
    DesignPoint design;
    std::vector<LayerDescriptor> layers;
    std::vector<std::string> layer_names;
    std::vector<std::uint64_t> layer_macs;
    std::vector<std::uint8_t> memory_image;  ///< descriptors, weights and parameters; tensors are zero
    std::uint32_t descriptor_address = 0;
    std::uint32_t input_address = 0, output_address = 0;
    Tensor input, output;  ///< shapes and quantisation of image and logits
};

/// Places, tiles and packs. `calibration`: what a calibrated design takes its coefficients from, for this
/// network; no other design reads it. Throws InputError naming the layer that does not fit the buffers.
Program compile(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                const Calibration& calibration = {});

/// The array that runs `program`: what FunctionalModel and the PE array model are built with.
FoldEngine::Config array_config(const Program& program, const AcceleratorConfig& config);

}  // namespace approxtlm::workloads
