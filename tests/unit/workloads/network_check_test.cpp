#include <gtest/gtest.h>

#include <functional>

#include "models/common/error.h"
#include "workloads/network/check.h"

namespace approxtlm::workloads::test {
namespace {

/// input 2x4x4 -> 3x3 convolution, 3 filters -> logits 3x2x2.
Network small() {
    Network n;
    n.name = "net";
    Tensor in, out;
    in.name = "in";
    in.channels = 2;
    in.height = in.width = 4;
    out.name = "out";
    out.channels = 3;
    out.height = out.width = 2;
    n.tensors = {in, out};
    n.input = 0;
    n.output = 1;
    Layer l;
    l.name = "conv";
    l.kind = LayerKind::convolution;
    l.input = 0;
    l.output = 1;
    l.kernel_height = l.kernel_width = 3;
    l.weights.codes.assign(3 * 2 * 9, 200);
    l.weights.scale.assign(3, 0.5f);
    l.weights.zero_point.assign(3, 100);
    l.weights.bias.assign(3, 0);
    n.layers = {l};
    return n;
}

std::string refusal(const std::function<void(Network&)>& change) {
    Network n = small();
    change(n);
    try {
        check(n);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

TEST(NetworkCheck, AcceptsAndCounts) {
    EXPECT_EQ(refusal([](Network&) {}), "");
    EXPECT_EQ(small().macs_per_image(), 3u * 2 * 9 * 4);
    EXPECT_STREQ(to_string(LayerKind::average_pool), "average_pool");
}

TEST(NetworkCheck, NamesWhatIsWrong) {
    const std::string conv = "net: layer conv (convolution): got ";
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].input = 1; }),
              conv + "an input that no earlier layer writes, expected layers in topological order");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].input = 2; }),
              conv + "input tensor 2, expected an integer in [0, 1]");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].output = 0; }),
              conv + "a tensor that is written twice, expected one writer");
    EXPECT_EQ(refusal([](Network& n) { n.layers.clear(); }),
              "net: got an output that no layer writes, expected logits from the last layer");
    EXPECT_EQ(refusal([](Network& n) { n.tensors[1].height = 3; }),
              conv + "shape 3x3x2 of out, expected 3x2x2");
    EXPECT_EQ(refusal([](Network& n) { n.tensors[0].quantization.scale = -1.0f; }),
              "net: tensor in: got scale -1.000000, expected a finite scale above 0");
    EXPECT_EQ(refusal([](Network& n) { n.tensors[0].quantization.zero_point = 256; }),
              "net: tensor in: got zero point 256, expected an integer in [0, 255]");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].clamp_min = 300; }),
              conv + "clamp_min 300, expected an integer in [0, 255]");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].weights.codes.pop_back(); }),
              conv + "53 weights, expected 54");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].weights.signed_codes = true; }),
              conv + "weight 200, expected an integer in [-128, 127]");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].groups = 2; }),
              conv + "2 groups, expected a divisor of input and output channels");
    EXPECT_EQ(refusal([](Network& n) { n.layers[0].stride_x = 0; }),
              conv + "stride_x 0, expected an integer in [1, 65535]");
    EXPECT_EQ(
        refusal([](Network& n) {
            n.layers[0].kind = LayerKind::max_pool;
            n.tensors[1].quantization.scale = 2.0f;
        }),
        "net: layer conv (max_pool): got another quantisation at the output, expected that of the input");
}

}  // namespace
}  // namespace approxtlm::workloads::test
