#include "models/common/parallel_for.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace approxtlm {
namespace {

TEST(ParallelFor, VisitsEveryIndexOnce) {
    for (const unsigned threads : {1u, 2u, 7u})
        for (const std::size_t count : {0u, 1u, 5u, 1000u}) {
            std::vector<int> visits(count, 0);
            parallel_for(count, threads, [&](std::size_t i) { ++visits[i]; });
            EXPECT_EQ(visits, std::vector<int>(count, 1)) << threads << " threads, " << count;
        }
}

TEST(ParallelFor, FirstExceptionIsRethrownAndStopsTheRest) {
    std::atomic<std::size_t> visited{0};
    EXPECT_THROW(parallel_for(1'000'000, 3,
                              [&](std::size_t i) {
                                  ++visited;
                                  if (i == 10) throw std::runtime_error("ten");
                              }),
                 std::runtime_error);
    EXPECT_LT(visited, 1'000'000u);
}

}  // namespace
}  // namespace approxtlm
