#include "workloads/calibration/stretch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace approxtlm::workloads {
namespace {

struct Stretched {
    double gain = 0;
    std::vector<std::int16_t> codes;
};

Stretched stretched(const std::vector<std::int16_t>& own, int zero_point, double share, int lowest = 0,
                    bool may_move = true) {
    Stretched s;
    s.codes.resize(own.size());
    s.gain = stretch_codes({own.data(), own.size(), zero_point, lowest, may_move, 1.0 / 1024}, share,
                           s.codes.data());
    return s;
}

TEST(StretchCodes, FillsTheRange) {
    const Stretched s = stretched({100, 151, 110, 120}, 110, 1.0);
    EXPECT_EQ(s.gain, 51.0 / 255);
    EXPECT_EQ(s.codes, (std::vector<std::int16_t>{0, 255, 50, 100}));
}

TEST(StretchCodes, ASmallerShareCutsBothEnds) {
    const Stretched s = stretched({100, 151, 110, 120}, 110, 0.5);
    EXPECT_EQ(s.gain, 0.1);
    // The middle, 125.5, comes to 127.5, but for the rounding of the zero point.
    EXPECT_EQ(s.codes, (std::vector<std::int16_t>{0, 255, 0, 72}));
}

TEST(StretchCodes, KeepsZeroAmongTheCodes) {
    const Stretched s = stretched({160, 210}, 110, 1.0);
    EXPECT_EQ(s.gain, 100.0 / 255);
    EXPECT_EQ(s.codes, (std::vector<std::int16_t>{128, 255}));
}

TEST(StretchCodes, ZeroPointThatMayNotMoveStays) {
    const Stretched s = stretched({-20, 0, 10}, 0, 1.0, -128, false);
    EXPECT_EQ(s.gain, 20.0 / 127);
    EXPECT_EQ(s.codes, (std::vector<std::int16_t>{-127, 0, 64}));
}

/// Code 0 is the one that every multiplier multiplies exactly.
TEST(StretchCodes, WeightsThatAreAllZeroBecomeCodeZero) {
    for (const int lowest : {0, -128}) {
        const Stretched s = stretched({128, 128}, 128, 0.8, lowest);
        EXPECT_EQ(s.gain, 1.0 / 1024) << lowest;
        EXPECT_EQ(s.codes, (std::vector<std::int16_t>{0, 0})) << lowest;
    }
}

}  // namespace
}  // namespace approxtlm::workloads
