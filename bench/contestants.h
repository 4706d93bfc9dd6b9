#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "models/common/tiling.h"
#include "models/kernels/functional_model.h"
#include "models/kernels/matrix_layer.h"
#include "workloads/compiler/program.h"

namespace approxtlm::bench {

/// The 3x3 convolutions of ResNet-56 for CIFAR: 16 of each shape, equally many MACs.
std::vector<LayerDescriptor> resnet56_layers();
double macs_of(const LayerDescriptor& d);

/// One layer with random weights, correction on, ready to run on `images` random images.
class OurConvolution {
public:
    OurConvolution(const LayerDescriptor& d, const Multiplier& multiplier, std::uint32_t images);
    void run();

private:
    std::uint32_t images_;
    MatrixLayer layer_;
    TensorArena tensors_;
};

/// The same for a table of random products, which no formula describes, through FunctionalModel.
class OurTableConvolution {
public:
    OurTableConvolution(const LayerDescriptor& d, std::uint32_t images);
    void run();

private:
    std::uint32_t images_;
    std::vector<LayerDescriptor> layers_;
    std::vector<std::uint8_t> memory_, input_, output_;
    FunctionalModel model_;
};

/// A whole network on random images.
class OurNetwork {
public:
    OurNetwork(const std::string& model, const Multiplier& multiplier);
    void run(std::uint32_t images);
    void run_with_activity();  ///< one image

private:
    workloads::Program program_;
    FunctionalModel model_;
    std::vector<std::uint8_t> input_, output_;
};

/// Activity of one 32x32 fold: seconds per PE update.
double activity_seconds_32x32(std::uint32_t vectors);

}  // namespace approxtlm::bench
