#include "platform/logging/logging.h"

#include <gtest/gtest.h>

#include <systemc>

int sc_main(int, char**) { return 0; }  // libsystemc asks for one

namespace approxtlm::platform {
namespace {

TEST(Logging, WarningsAreCountedAndShownWithTime) {
    testing::internal::CaptureStderr();
    set_up_logging("warning");
    SC_REPORT_INFO("dma", "not shown");
    SC_REPORT_WARNING("dma", "late");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "approxtlm: warning: 0 s dma: late\n");
    EXPECT_EQ(sc_warning_count(), 1u);
}

TEST(Logging, HiddenWarningsAreCountedToo) {
    testing::internal::CaptureStderr();
    set_up_logging("off");
    SC_REPORT_WARNING("dma", "late");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    EXPECT_EQ(sc_warning_count(), 1u);
    set_up_logging("off");
    EXPECT_EQ(sc_warning_count(), 0u);
}

TEST(Logging, ErrorsStillThrow) {
    set_up_logging("off");
    EXPECT_THROW(SC_REPORT_ERROR("dma", "broken"), sc_core::sc_report);
}

}  // namespace
}  // namespace approxtlm::platform
