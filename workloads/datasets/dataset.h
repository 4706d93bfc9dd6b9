#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "workloads/network/network.h"

namespace approxtlm::workloads {

/// Labelled 8-bit RGB images, channel-major (R plane, G plane, B plane), all of one size.
struct Dataset {
    std::string name;
    int channels = 3, height = 32, width = 32;
    int classes = 10;
    std::vector<std::uint8_t> pixels;  ///< [image][channel][row][column]
    std::vector<std::uint8_t> labels;  ///< [image]
    std::size_t size() const { return labels.size(); }
    std::size_t image_bytes() const { return static_cast<std::size_t>(channels) * height * width; }
    const std::uint8_t* image(std::size_t i) const { return pixels.data() + i * image_bytes(); }
};

/// Which part of a data set.
enum class Split { test, train };

/// Loads the first `images` images (0: all there are). `spec`: "synthetic", "cifar10:DIR" (test_batch.bin;
/// train: data_batch_1.bin) or "npy:FILE" (uint8 [N,3,H,W]; labels, uint8 or int64 [N], in FILE with `.npy`
/// replaced by `.labels.npy`; both splits are the same). The synthetic set has no end: 0 means 1,000 images.
/// Throws InputError for an unknown spec, a missing file, a wrong size or too few images.
Dataset load_dataset(const std::string& spec, Split split, std::size_t images);

/// Procedurally drawn 32x32 RGB shapes and textures in 10 classes; image i of a split is a pure function of
/// (split, i): same bits on every machine.
Dataset synthetic_dataset(Split split, std::size_t first, std::size_t images);

/// Normalisation of R, G and B that the networks were trained with (the usual ImageNet constants).
inline constexpr std::array<float, 3> kMean{0.485f, 0.456f, 0.406f};
inline constexpr std::array<float, 3> kStandardDeviation{0.229f, 0.224f, 0.225f};

/// (pixel / 255 - kMean) / kStandardDeviation per channel, then the network's input quantisation (round half
/// to even, saturate): HWC codes, the accelerator's layout. Throws InputError when sizes differ.
std::vector<std::uint8_t> quantize_image(const Dataset& dataset, std::size_t index, const Tensor& input);

}  // namespace approxtlm::workloads
