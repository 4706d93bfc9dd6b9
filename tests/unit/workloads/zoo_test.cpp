#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/workloads/reference.h"
#include "workloads/datasets/dataset.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::workloads::test {
namespace {

TEST(EmbeddedNetwork, ImportsWithTheShapesOfItsCard) {
    const Network network = import_onnx_bytes(embedded_network_bytes(), "embedded.onnx");
    EXPECT_EQ(network.name, "embedded");
    EXPECT_EQ(network.macs_per_image(), 7783040u);
    EXPECT_EQ(network.layers.size(), 11u);
    EXPECT_LT(embedded_network_bytes().size(), 500000u);
}

TEST(EmbeddedNetwork, ClassifiesTheSyntheticSet) {
    const Network network = import_onnx_bytes(embedded_network_bytes(), "embedded.onnx");
    const Dataset images = load_dataset("synthetic", Split::test, 40);
    int hits = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
        const auto logits = reference_logits(
            network, quantize_image(images, i, network.tensors[static_cast<std::size_t>(network.input)]));
        hits += std::max_element(logits.begin(), logits.end()) - logits.begin() == images.labels[i];
    }
    EXPECT_GE(hits, 34) << "of 40";  // the card's 93 % less three standard deviations
}

}  // namespace
}  // namespace approxtlm::workloads::test
