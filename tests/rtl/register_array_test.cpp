// The register-level array against FoldEngine's sums and isolated_fold_cycles, tight on both sides.
#include "models/register_array/register_array.h"

#include <gtest/gtest.h>

#include <random>

#include "models/common/array_timing.h"
#include "models/kernels/fold_engine.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

class Bench {
public:
    Bench(const std::string& name, const FoldEngine::Config& config)
        : config_(config),
          weight_row_((name + "_weights").c_str(), config.columns),
          vector_((name + "_vector").c_str(), config.rows),
          array_(name.c_str(), config.rows, config.columns, config.multiplier, config.encoding) {
        array_.clk(clk_);
        array_.shift(shift_);
        array_.weight_row(weight_row_);
        array_.vector(vector_);
    }

    /// Streams one fold and compares the sums in the array's output registers after every cycle.
    void check(FoldEngine& engine, std::uint32_t rows, std::uint32_t columns, std::uint32_t vectors,
               unsigned seed) {
        std::mt19937 random(seed);
        std::vector<std::uint8_t> codes(std::size_t{rows} * columns),
            activations(std::size_t{vectors} * rows);
        for (auto* bytes : {&codes, &activations})
            for (std::uint8_t& b : *bytes) b = static_cast<std::uint8_t>(1 + random() % 255);
        FoldOutput want;
        engine.load_weights(codes.data(), rows, columns, nullptr);
        engine.stream(activations.data(), vectors, want, nullptr);

        PeArrayConfig array;
        array.rows = config_.rows;
        array.columns = config_.columns;
        array.shadow_weights = false;
        const std::uint64_t total = isolated_fold_cycles(array, vectors);
        for (std::uint64_t cycle = 0; cycle < total; ++cycle) {
            const bool loading = cycle < config_.rows;
            shift_.write(loading);
            for (std::uint32_t c = 0; c < config_.columns; ++c) {
                const bool used = loading && cycle < rows && c < columns;
                weight_row_[c].write(used ? codes[(rows - 1 - cycle) * columns + c] : std::uint8_t{0});
            }
            const std::int64_t t = static_cast<std::int64_t>(cycle) - (config_.rows - 1);
            for (std::uint32_t r = 0; r < config_.rows; ++r) {
                const bool used = t >= 0 && t < vectors && r >= config_.rows - rows;
                vector_[r].write(
                    used ? activations[static_cast<std::size_t>(t) * rows + r - (config_.rows - rows)]
                         : std::uint8_t{0});
            }
            tick();
            const std::int64_t out =
                static_cast<std::int64_t>(cycle + 1 + vectors) - static_cast<std::int64_t>(total) - 1;
            for (std::uint32_t c = 0; c < config_.columns; ++c) {
                const bool used = out >= 0 && c < columns;
                ASSERT_EQ(array_.psum(c), used ? want.psum[static_cast<std::size_t>(out) * columns + c] : 0)
                    << to_string(config_.multiplier) << ", vector " << out << ", column " << c
                    << ", after cycle " << cycle + 1 << " of " << total << ", fold " << rows << 'x' << columns
                    << 'x' << vectors << ", seed " << seed;
            }
        }
    }

private:
    void tick() {
        const sc_core::sc_time half(500, sc_core::SC_PS);
        sc_core::sc_start(half);
        clk_.write(true);
        sc_core::sc_start(half);
        clk_.write(false);
        sc_core::sc_start(half);
    }

    const FoldEngine::Config config_;
    sc_core::sc_signal<bool> clk_, shift_;
    sc_core::sc_vector<sc_core::sc_signal<std::uint8_t>> weight_row_, vector_;
    RegisterArray array_;
};

FoldEngine::Config config(std::uint32_t rows, std::uint32_t columns, const char* multiplier,
                          Encoding encoding) {
    FoldEngine::Config c;
    c.rows = rows;
    c.columns = columns;
    c.multiplier = parse_multiplier(multiplier);
    c.encoding = encoding;
    return c;
}

TEST(RegisterArray, EveryColumnEveryCycleEqualsTheFoldEngine) {
    const FoldEngine::Config configs[] = {config(4, 4, "exact", Encoding::unsigned_codes),
                                          config(5, 7, "truncated:7", Encoding::signed_codes),
                                          config(8, 3, "recursive:4", Encoding::signed_codes),
                                          config(1, 1, "perforated:2", Encoding::unsigned_codes)};
    std::vector<std::unique_ptr<Bench>> benches;
    for (const FoldEngine::Config& c : configs)
        benches.push_back(std::make_unique<Bench>("array_" + std::to_string(benches.size()), c));
    std::mt19937 random(1);
    for (std::size_t i = 0; i < benches.size(); ++i) {
        FoldEngine engine(configs[i]);
        for (unsigned seed = 1; seed <= 20; ++seed) {
            const std::uint32_t rows = 1 + static_cast<std::uint32_t>(random() % configs[i].rows);
            const std::uint32_t columns = 1 + static_cast<std::uint32_t>(random() % configs[i].columns);
            const std::uint32_t vectors = 1 + static_cast<std::uint32_t>(random() % 20);
            ASSERT_NO_FATAL_FAILURE(benches[i]->check(engine, rows, columns, vectors, seed));
        }
    }
}

}  // namespace
}  // namespace approxtlm
