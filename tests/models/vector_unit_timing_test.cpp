// The vector unit's issue cycles, as pure functions.
#include "models/vector_unit/vector_unit_timing.h"

#include <gtest/gtest.h>

namespace approxtlm {
namespace {

TEST(VectorUnitTiming, AnAccumulatorEntryNeverSharesACycle) {
    const VectorUnitConfig config{16, 4};
    EXPECT_EQ(finish_cycles(config, 10, 1), 10u);
    EXPECT_EQ(finish_cycles(config, 10, 16), 10u);
    EXPECT_EQ(finish_cycles(config, 10, 17), 20u);
}

TEST(VectorUnitTiming, ElementsFillTheLanes) {
    const VectorUnitConfig config{16, 4};
    EXPECT_EQ(element_cycles(config, 32, 1), 2u);
    EXPECT_EQ(element_cycles(config, 33, 1), 3u);
    EXPECT_EQ(element_cycles(config, 32, 9), 18u);
}

}  // namespace
}  // namespace approxtlm
