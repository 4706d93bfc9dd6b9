// The RTL twin against ArrayEngines and the timing functions: every value, the cycle of every sum, every
// register flip. APPROXTLM_RTL_FOLDS sets the number of random folds (500), APPROXTLM_RTL_SEED the first seed
// (1).
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <systemc>

#include "tests/rtl/twin_run.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm::testing {

namespace {

std::uint32_t from_environment(const char* name, std::uint32_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::stoul(text));
}

class RtlTwin : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RtlTwin, EqualsTheModelOnRandomFolds) {
    Twin& twin = *twins().at(GetParam());
    const auto variants = static_cast<std::uint32_t>(twins().size());
    const std::uint32_t folds = from_environment("APPROXTLM_RTL_FOLDS", 500);
    std::uint32_t seed = from_environment("APPROXTLM_RTL_SEED", 1) * 1000003u +
                         static_cast<std::uint32_t>(GetParam()) * 65537u;
    ArrayEngines engine(twin.shape().engine);
    twin.reset();
    std::size_t done = 0, found = 0, runs = 0;
    std::uint64_t sums = 0;
    for (; done < (folds + variants - 1) / variants; ++seed, ++runs) {
        const RandomRun run = random_run(twin.shape(), seed);
        std::vector<std::uint64_t> accepted;
        const RunResult got = simulate(twin, run, accepted);
        const RunResult want = predict(engine, twin.shape(), run, accepted);
        for (const std::string& line : mismatches(twin.shape(), run, got, want)) {
            if (++found <= 10) ADD_FAILURE() << line;
        }
        if (got.hung) break;
        done += run.folds.size();
        sums += got.deliveries.size();
    }
    EXPECT_EQ(found, 0u);
    std::cout << twin.shape().name << ": " << done << " folds in " << runs << " runs, " << sums
              << " vectors of sums, " << found << " mismatches, last seed " << seed - 1 << '\n';
}

INSTANTIATE_TEST_SUITE_P(Variants, RtlTwin, ::testing::Range(std::size_t{0}, twin_names().size()),
                         [](const auto& test) { return twin_names()[test.param]; });

}  // namespace
}  // namespace approxtlm::testing
