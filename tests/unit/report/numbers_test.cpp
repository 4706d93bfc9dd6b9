#include "platform/report/numbers.h"

#include <gtest/gtest.h>

#include "platform/report/svg.h"

namespace approxtlm::platform {
namespace {

TEST(Numbers, Grouped) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Numbers, FixedHasNoNegativeZero) {
    EXPECT_EQ(fixed(-0.04, 1), "0.0");
    EXPECT_EQ(fixed(-0.06, 1), "-0.1");
    EXPECT_EQ(fixed(std::nullopt, 1), "-");
}

TEST(Numbers, Significant) {
    EXPECT_EQ(significant(0), "0");
    EXPECT_EQ(significant(0.0123456), "0.01235");
    EXPECT_EQ(significant(123.456), "123.5");
    EXPECT_EQ(significant(123456), "123456");
}

TEST(Numbers, TicksCoverTheTop) {
    EXPECT_EQ(ticks(430, 4), (std::vector<double>{0, 200, 400, 600}));
    EXPECT_EQ(ticks(100, 4), (std::vector<double>{0, 50, 100}));
    EXPECT_EQ(ticks(0, 4).size(), 2u);
    EXPECT_EQ(short_number(1200000), "1.2M");
    EXPECT_EQ(short_number(50000), "50k");
    EXPECT_EQ(short_number(300), "300");
}

}  // namespace
}  // namespace approxtlm::platform
