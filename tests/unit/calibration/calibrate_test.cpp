#include "workloads/calibration/calibrate.h"

#include <gtest/gtest.h>

#include <random>

#include "models/kernels/functional_model.h"
#include "tests/unit/compiler/random_network.h"
#include "workloads/calibration/adapt.h"

namespace approxtlm::workloads {
namespace {

const DesignPoint kDesign{{MultiplierFamily::truncated, 8},
                          Encoding::unsigned_codes,
                          CorrectionMethod::calibrated,
                          Variate::any_low};
constexpr std::size_t kImages = 20;  // more than share a thread

std::vector<std::uint8_t> random_images(const Network& network, std::size_t count, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> codes(count * network.tensors[static_cast<std::size_t>(network.input)].size());
    for (std::uint8_t& c : codes) c = static_cast<std::uint8_t>(random());
    return codes;
}

std::vector<std::uint8_t> outputs(const Program& p, const std::vector<std::uint8_t>& images,
                                  std::size_t count) {
    std::vector<std::uint8_t> out(count * p.output.size());
    FunctionalModel(p.layers, p.memory_image, array_config(p, {}))
        .run(p.input_address, images.data(), p.input.size(), p.output_address, out.data(), p.output.size(),
             count);
    return out;
}

double distance(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum;
}

void expect_same(const Calibration& a, const Calibration& b, std::uint32_t seed) {
    ASSERT_EQ(a.layers.size(), b.layers.size());
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
        EXPECT_EQ(a.layers[l].coefficient, b.layers[l].coefficient) << "seed " << seed << ", layer " << l;
        EXPECT_EQ(a.layers[l].constant, b.layers[l].constant) << "seed " << seed << ", layer " << l;
        EXPECT_EQ(a.layers[l].zero_point_shift, b.layers[l].zero_point_shift) << "seed " << seed;
        EXPECT_EQ(a.layers[l].gain, b.layers[l].gain) << "seed " << seed << ", layer " << l;
        EXPECT_EQ(a.layers[l].codes, b.layers[l].codes) << "seed " << seed << ", layer " << l;
    }
}

TEST(Calibrate, ThreadsDoNotChangeTheResult) {
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
        const Network network = testing::random_network(seed);
        const auto images = random_images(network, kImages, seed);
        expect_same(calibrate(network, {}, kDesign, images, 1), calibrate(network, {}, kDesign, images, 5),
                    seed);
        AdaptOptions one{300, seed, 2, 1}, many{300, seed, 2, 5};
        expect_same(adapt(network, {}, kDesign, images, one), adapt(network, {}, kDesign, images, many),
                    seed);
    }
}

TEST(Calibrate, ComesCloserToTheExactNetworkThanNoCorrection) {
    double bare = 0, calibrated = 0, adapted = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        const Network network = testing::random_network(seed);
        const auto images = random_images(network, kImages, seed),
                   fresh = random_images(network, kImages, 99);
        DesignPoint none = kDesign;
        none.correction = CorrectionMethod::none;
        const auto exact =
            outputs(compile(network, {}, {{}, kDesign.encoding, CorrectionMethod::none, {}}), fresh, kImages);
        const auto got = [&](const DesignPoint& design, const Calibration& c) {
            return distance(outputs(compile(network, {}, design, c), fresh, kImages), exact);
        };
        bare += got(none, {});
        calibrated += got(kDesign, calibrate(network, {}, kDesign, images, 2));
        adapted += got(kDesign, adapt(network, {}, kDesign, images, {2000, 1, 3, 2, false}));
    }
    EXPECT_LT(calibrated, 0.5 * bare);
    EXPECT_LT(adapted, calibrated);
}

/// The exact multiplier leaves nothing to correct.
TEST(Calibrate, FindsNothingWhereNothingIsMissing) {
    const Network network = testing::random_network(2);
    DesignPoint exact = kDesign;
    exact.multiplier = {};
    for (const LayerCalibration& l : calibrate(network, {}, exact, random_images(network, 4, 1), 1).layers) {
        EXPECT_EQ(l.coefficient, std::vector<std::int32_t>(l.coefficient.size(), 0));
        EXPECT_EQ(l.constant, std::vector<std::int32_t>(l.constant.size(), 0));
        EXPECT_EQ(l.zero_point_shift, std::vector<std::int32_t>(l.coefficient.size(), 0));
        EXPECT_EQ(l.gain, std::vector<float>(l.coefficient.size(), 1.0f));
    }
}

TEST(Calibrate, CompilingTheExactDesignReadsNoCalibration) {
    const Network network = testing::random_network(3);
    const auto images = random_images(network, 4, 1);
    const Calibration adapted = adapt(network, {}, kDesign, images, {200, 1, 2, 1});
    const DesignPoint exact{{}, Encoding::unsigned_codes, CorrectionMethod::none, {}};
    EXPECT_EQ(compile(network, {}, exact, adapted).memory_image, compile(network, {}, exact).memory_image);
}

TEST(Adapt, GoesOnWhereItStopped) {
    const Network network = testing::random_network(4);
    const auto images = random_images(network, 8, 1);
    const AdaptOptions options{200, 1, 2, 2};
    std::vector<Calibration> steps;
    const Calibration whole = adapt(network, {}, kDesign, images, options, {},
                                    [&](const Calibration& found) { steps.push_back(found); });
    ASSERT_EQ(steps.size(), network.layers.size());
    expect_same(adapt(network, {}, kDesign, images, options, steps[steps.size() / 2]), whole, 4);
}

}  // namespace
}  // namespace approxtlm::workloads
