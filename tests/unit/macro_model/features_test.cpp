#include <gtest/gtest.h>

#include "power/macro_model/macro_model.h"

namespace approxtlm::power {
namespace {

double at(const PeFeatures& features, PeFeature f) { return features[static_cast<std::size_t>(f)]; }

/// Activations alternate between `low` and `high`, what comes from above between 0 and `above`.
StreamBlock alternating(std::uint8_t weight, std::uint8_t low, std::uint8_t high, std::uint32_t above,
                        std::uint32_t sum_x = 0) {
    StreamBlock block;
    block.weight = weight;
    for (unsigned t = 0; t < 16; ++t) {
        block.activations.push_back(t % 2 == 0 ? low : high);
        block.psum_in.push_back(t % 2 == 0 ? 0 : above);
        block.sum_x_in.push_back(t % 2 == 0 ? 0 : sum_x);
    }
    return block;
}

TEST(Features, OfTheExactPeByHand) {
    // 5 (0101) against 9 (1001): two activation bits, each over the three ones of 0x15; 105 ^ 189 =
    // 0b11010100.
    const PeFeatures f = features_of(alternating(0x15, 5, 9, 3), {}, 4, false);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::cycles), 1);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::activation_toggles), 2);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::weighted_activation_toggles), 2 * 0x15);
    for (std::size_t i = 0; i < 8; ++i)
        EXPECT_DOUBLE_EQ(at(f, partial_products_of(i)), i == 2 || i == 3 ? 3 : 0) << i;
    EXPECT_DOUBLE_EQ(at(f, PeFeature::product_toggles), 4);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::partial_product_ones), 6);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::product_ones), 5);  // 4 of 105 and 6 of 189, in turns
    EXPECT_DOUBLE_EQ(at(f, PeFeature::psum_in_toggles), 2);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::psum_toggles), 4);  // 105 ^ 192 = 0b10101001
    EXPECT_DOUBLE_EQ(at(f, PeFeature::sum_x_toggles), 0);
}

TEST(Features, DroppedBitsNeverFlip) {
    const StreamDesign perforated{
        {MultiplierFamily::perforated, 3}, Encoding::unsigned_codes, Variate::low_bits};
    const StreamBlock block = alternating(255, 0, 7, 0);
    for (const bool per_mac : {false, true}) {
        const PeFeatures f = features_of(block, perforated, 1, per_mac);
        EXPECT_DOUBLE_EQ(at(f, PeFeature::activation_toggles), per_mac ? 3 : 0);
        for (std::size_t i = 0; i < 8; ++i) EXPECT_DOUBLE_EQ(at(f, partial_products_of(i)), 0);
        EXPECT_DOUBLE_EQ(at(f, PeFeature::psum_toggles), 0);
        EXPECT_DOUBLE_EQ(at(f, PeFeature::sum_x_toggles), per_mac ? 3 : 0);
    }
    // truncated:7 keeps of activation bit 0 only weight bit 7.
    const StreamDesign truncated{
        {MultiplierFamily::truncated, 7}, Encoding::unsigned_codes, Variate::any_low};
    const PeFeatures f = features_of(alternating(255, 0, 1, 0), truncated, 1, false);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::partial_products_0), 1);
    EXPECT_DOUBLE_EQ(at(f, PeFeature::product_toggles), 1);
}

TEST(Features, SumsKeepTheWidthOfTheirRow) {
    // Signed: -1 x 1 flips all 18 bits of a row-4 sum against 0, 16 of the product, 16 of a row-1 sum.
    StreamDesign design;
    design.encoding = Encoding::signed_codes;
    EXPECT_DOUBLE_EQ(at(features_of(alternating(255, 0, 1, 0), design, 4, false), PeFeature::psum_toggles),
                     18);
    EXPECT_DOUBLE_EQ(at(features_of(alternating(255, 0, 1, 0), design, 1, false), PeFeature::psum_toggles),
                     16);
    EXPECT_DOUBLE_EQ(at(features_of(alternating(255, 0, 1, 0), design, 4, false), PeFeature::product_toggles),
                     16);
}

TEST(Features, FirstCyclesAreLeftOut) {
    StreamBlock block = alternating(255, 3, 3, 0);
    for (unsigned t = 0; t + 1 < kSkippedCycles; ++t) block.activations[t] = 255;
    EXPECT_DOUBLE_EQ(at(features_of(block, {}, 1, false), PeFeature::activation_toggles), 0);
    block.activations[kSkippedCycles - 1] = 2;
    EXPECT_DOUBLE_EQ(at(features_of(block, {}, 1, false), PeFeature::activation_toggles),
                     1.0 / (16 - kSkippedCycles));
    block.activations.resize(kSkippedCycles);
    EXPECT_THROW(features_of(block, {}, 1, false), std::invalid_argument);
}

TEST(RowClass, SixteenBitsAndOneMoreEachDoubling) {
    EXPECT_EQ(row_class(1), 0u);
    EXPECT_EQ(row_class(2), 1u);
    EXPECT_EQ(row_class(3), 2u);
    EXPECT_EQ(row_class(4), 2u);
    EXPECT_EQ(row_class(5), 3u);
    EXPECT_EQ(row_class(64), 6u);
    EXPECT_EQ(row_class(65), 7u);
    EXPECT_EQ(row_class(256), 8u);
    static_assert(row_class(256) + 1 == kRowClasses);
}

}  // namespace
}  // namespace approxtlm::power
