#include "platform/report/confidence.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace approxtlm::platform {
namespace {

TEST(Wilson95, TextbookValues) {
    // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263 and 15/148 and 0/20 and 1/29.
    EXPECT_NEAR(wilson95(81, 263)[0], 0.2553, 5e-5);
    EXPECT_NEAR(wilson95(81, 263)[1], 0.3662, 5e-5);
    EXPECT_NEAR(wilson95(15, 148)[0], 0.0624, 5e-5);
    EXPECT_NEAR(wilson95(15, 148)[1], 0.1605, 5e-5);
    EXPECT_NEAR(wilson95(0, 20)[1], 0.1611, 5e-5);
    EXPECT_NEAR(wilson95(1, 29)[0], 0.0061, 5e-5);
    EXPECT_NEAR(wilson95(1, 29)[1], 0.1718, 5e-5);
}

TEST(Wilson95, StaysInsideAndIsSymmetric) {
    EXPECT_NEAR(wilson95(0, 10)[0], 0, 1e-15);
    EXPECT_DOUBLE_EQ(wilson95(10, 10)[1], 1);
    EXPECT_NEAR(wilson95(3, 10)[0], 1 - wilson95(7, 10)[1], 1e-12);
}

TEST(Wilson95, RefusesNonsense) {
    EXPECT_THROW(wilson95(0, 0), std::invalid_argument);
    EXPECT_THROW(wilson95(11, 10), std::invalid_argument);
}

}  // namespace
}  // namespace approxtlm::platform
