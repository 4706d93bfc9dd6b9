#include <gtest/gtest.h>

#include "platform/cli/progress_bar.h"

namespace approxtlm::platform {
namespace {

TEST(ProgressLine, ShowsShareRateAndTimeLeft) {
    EXPECT_EQ(progress_line("classifying", 500, 1000, 4.0),
              "classifying [############------------]  50 %  500/1000  125.0/s  4 s left");
}

TEST(ProgressLine, HasNoRateBeforeTheFirstStep) {
    EXPECT_EQ(progress_line("simulating", 0, 33, 0.0), "simulating [------------------------]   0 %  0/33");
}

TEST(ProgressLine, SaysHundredOnlyWhenDone) {
    EXPECT_NE(progress_line("s", 999, 1000, 1.0).find(" 99 %"), std::string::npos);
    EXPECT_NE(progress_line("s", 1000, 1000, 1.0).find("100 %"), std::string::npos);
}

}  // namespace
}  // namespace approxtlm::platform
