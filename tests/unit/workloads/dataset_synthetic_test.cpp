#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/common/error.h"
#include "workloads/datasets/dataset.h"
#include "workloads/datasets/shapes.h"

namespace approxtlm::workloads::test {
namespace {

std::uint64_t fnv1a(const Dataset& d) {
    std::uint64_t hash = 0xcbf29ce484222325ull;
    const auto add = [&](const std::vector<std::uint8_t>& bytes) {
        for (std::uint8_t b : bytes) hash = (hash ^ b) * 0x100000001b3ull;
    };
    add(d.pixels);
    add(d.labels);
    return hash;
}

// A change here means another data set: the embedded network must be trained again (workloads/zoo/README.md).
TEST(SyntheticSet, HasTheSameBitsEverywhere) {
    EXPECT_EQ(fnv1a(synthetic_dataset(Split::test, 0, 64)), 5781634986359987236ull);
    EXPECT_EQ(fnv1a(synthetic_dataset(Split::train, 0, 64)), 13197373056842041140ull);
}

TEST(SyntheticSet, AnImageDependsOnSplitAndIndexAlone) {
    const Dataset all = synthetic_dataset(Split::test, 0, 10), part = synthetic_dataset(Split::test, 7, 2);
    EXPECT_TRUE(std::equal(part.image(0), part.image(0) + part.image_bytes(), all.image(7)));
    EXPECT_EQ(part.labels[1], all.labels[8]);
    EXPECT_NE(fnv1a(synthetic_dataset(Split::train, 0, 1)), fnv1a(synthetic_dataset(Split::test, 0, 1)));
}

TEST(SyntheticSet, HasTenClassesOfLikeSize) {
    std::array<int, 10> count{};
    for (std::uint8_t label : synthetic_dataset(Split::train, 0, 2000).labels) ++count.at(label);
    for (int c : count) {
        EXPECT_GT(c, 150);
        EXPECT_LT(c, 250);
    }
}

TEST(SyntheticSet, LoadsByName) {
    EXPECT_EQ(load_dataset("synthetic", Split::test, 3).size(), 3u);
    EXPECT_EQ(load_dataset("synthetic", Split::test, 0).size(), 1000u);
    EXPECT_THROW(load_dataset("synthetic", Split::test, 100000000), InputError);
}

TEST(Sine, IsNearTheRealOne) {
    for (int d = -720; d <= 720; ++d)
        EXPECT_NEAR(sine_4096(d) / 4096.0, std::sin(d * 3.14159265358979 / 180), 0.002) << d;
}

}  // namespace
}  // namespace approxtlm::workloads::test
