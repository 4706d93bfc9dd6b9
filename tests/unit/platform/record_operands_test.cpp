#include "platform/simulation/record_operands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace approxtlm::platform {
namespace {

TEST(RecordOperands, AreFoldsOfTheEmbeddedNetwork) {
    const std::vector<power::RecordedFold> folds = record_operands();
    ASSERT_GE(folds.size(), 10u);
    std::set<std::string> names;
    for (const power::RecordedFold& f : folds) {
        EXPECT_TRUE(names.insert(f.name).second) << f.name;
        EXPECT_EQ(f.weights.size(), std::size_t{f.rows} * f.columns) << f.name;
        EXPECT_EQ(f.activations.size(), std::size_t{f.rows} * f.vectors) << f.name;
        EXPECT_GE(f.vectors, power::kBlockCycles) << f.name;
        EXPECT_LE(f.rows, 64u);
        // Something passes, and weights differ.
        EXPECT_GT(std::count_if(f.activations.begin(), f.activations.end(), [](int a) { return a != 0; }),
                  static_cast<std::ptrdiff_t>(f.activations.size() / 50))
            << f.name;
        EXPECT_GT(std::set<std::uint8_t>(f.weights.begin(), f.weights.end()).size(), 8u) << f.name;
    }
    const auto again = record_operands();
    for (std::size_t i = 0; i < folds.size(); ++i) {
        EXPECT_EQ(again[i].activations, folds[i].activations);
        EXPECT_EQ(again[i].weights, folds[i].weights);
    }
    EXPECT_EQ(power::held_out_streams(folds).size(), power::kHeldOutStreams);
    for (const power::StreamSpec& spec : power::held_out_streams(folds))
        EXPECT_NO_THROW(power::make_stream(spec, {}, 64)) << spec.name;
}

}  // namespace
}  // namespace approxtlm::platform
