#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/common/accelerator_config.h"
#include "tests/rtl/twin.h"

namespace approxtlm::testing {

struct RandomFold {
    std::uint32_t rows = 0, columns = 0, vectors = 0;
    std::vector<std::uint8_t> codes;         ///< [row][column]
    std::vector<std::uint8_t> activations;   ///< [vector][row]
    bool first = true, last = true;          ///< of the reduction folds of one tile
    std::vector<std::int32_t> coefficients;  ///< [column] with the last fold of a corrected tile, else empty
};

/// Folds that go through an array one behind the other, and how eagerly they are fed.
struct RandomRun {
    std::uint32_t seed = 0;
    std::vector<RandomFold> folds;
    unsigned stall_percent = 0;  ///< cycles in which the feeder has no vector, no weights
};
RandomRun random_run(const TwinShape& shape, std::uint32_t seed);
/// The reduction folds of one tile: all but the last fill the array's rows.
RandomRun layer_run(const TwinShape& shape, std::uint32_t reduction, std::uint32_t columns,
                    std::uint32_t vectors, bool corrected, std::uint32_t seed);

/// One vector's sums as they leave the array or MAC+.
struct Delivery {
    std::uint64_t cycle = 0;  ///< since the first weight row of the run
    std::uint32_t fold = 0, vector = 0;
    bool corrected = false;
    std::vector<std::int32_t> lanes;  ///< psum, sum x of each used column, sum A; corrected: totals
};
struct RunResult {
    std::vector<Delivery> deliveries;
    std::array<std::uint64_t, kBanks> flips{};
    std::uint64_t pe_cycles = 0;
    bool hung = false;
    std::string complaint;  ///< anything else that must not happen
};

/// Through the RTL. `accepted` gets the cycle in which each vector went in.
RunResult simulate(Twin& twin, const RandomRun& run, std::vector<std::uint64_t>& accepted);

/// Through ArrayEngines and the timing functions; `accepted` is used instead where the feeder stalled.
RunResult predict(ArrayEngines& engine, const TwinShape& shape, const RandomRun& run,
                  const std::vector<std::uint64_t>& accepted);

/// One line a mismatch: index, got, want, shape, seed.
std::vector<std::string> mismatches(const TwinShape& shape, const RandomRun& run, const RunResult& got,
                                    const RunResult& want);

}  // namespace approxtlm::testing
