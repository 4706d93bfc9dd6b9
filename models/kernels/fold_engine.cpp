#include "models/kernels/fold_engine.h"

#include <array>
#include <bitset>

namespace approxtlm {
namespace {

std::uint64_t ones(std::uint32_t bits) { return std::bitset<32>(bits).count(); }

std::uint32_t ceil_log2(std::uint32_t n) {
    std::uint32_t bits = 0;
    while ((std::uint32_t{1} << bits) < n) ++bits;
    return bits;
}

/// Registers of row r hold sums of r + 1 terms.
std::uint32_t psum_mask(std::uint32_t row) { return (std::uint32_t{1} << (16 + ceil_log2(row + 1))) - 1; }

}  // namespace

struct FoldEngine::State {
    Config config;
    std::uint32_t fold_rows = 0, fold_columns = 0;
    std::array<std::array<std::int32_t, 256>, 256> product{};  ///< [weight code][activation]
    std::array<std::int32_t, 256> x{};
    std::vector<std::uint8_t> weights;  ///< [row][column], the array's weight registers
    std::vector<std::uint32_t> psum;    ///< [row][column]
    std::vector<std::uint8_t> activation;  ///< [row]; all columns of a row see the same stream
    std::vector<std::uint32_t> sum_a, sum_x;  ///< [row]
};

FoldEngine::FoldEngine(const Config& config) : state_(std::make_unique<State>()) {
    State& s = *state_;
    s.config = config;
    for (int w = 0; w < 256; ++w) {
        for (int a = 0; a < 256; ++a) {
            s.product[static_cast<std::size_t>(w)][static_cast<std::size_t>(a)] = approximate_product(
                config.multiplier, weight_value(static_cast<std::uint8_t>(w), config.encoding), a);
        }
    }
    for (int a = 0; a < 256; ++a) {
        s.x[static_cast<std::size_t>(a)] = variate_value(config.variate, config.multiplier, a);
    }
    reset();
}

FoldEngine::~FoldEngine() = default;
FoldEngine::FoldEngine(FoldEngine&&) noexcept = default;

void FoldEngine::reset() {
    State& s = *state_;
    const std::size_t pes = std::size_t{s.config.rows} * s.config.columns;
    s.weights.assign(pes, 0);
    s.psum.assign(pes, 0);
    s.activation.assign(s.config.rows, 0);
    s.sum_a.assign(s.config.rows, 0);
    s.sum_x.assign(s.config.rows, 0);
}

void FoldEngine::load_weights(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                              ActivityCounts* activity) {
    State& s = *state_;
    s.fold_rows = fold_rows;
    s.fold_columns = fold_columns;
    std::uint64_t toggles = 0;
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        std::uint8_t* held = s.weights.data() + std::size_t{r} * s.config.columns;
        for (std::uint32_t c = 0; c < fold_columns; ++c) {
            const std::uint8_t code = *codes++;
            toggles += ones(std::uint32_t{held[c]} ^ code);
            held[c] = code;
        }
    }
    if (activity != nullptr) {
        activity->add(Activity::weight_loads, std::uint64_t{fold_rows} * fold_columns);
        activity->add(Activity::weight_toggles, toggles);
    }
}

void FoldEngine::stream(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out,
                        ActivityCounts* activity) {
    State& s = *state_;
    const std::uint32_t rows = s.fold_rows, columns = s.fold_columns;
    out.psum.assign(std::size_t{vectors} * columns, 0);
    out.sum_a.assign(vectors, 0);
    out.sum_x.assign(vectors, 0);
    std::uint64_t activation = 0, partial = 0, psum = 0, sum_a = 0, sum_x = 0;
    for (std::uint32_t r = 0; r < rows; ++r) {
        const std::uint8_t* weights = s.weights.data() + std::size_t{r} * s.config.columns;
        std::uint32_t* registers = s.psum.data() + std::size_t{r} * s.config.columns;
        const std::uint32_t mask = psum_mask(r);
        std::array<std::uint64_t, 8> kept{};  // partial-product bits of the row that follow activation bit i
        for (int i = 0; i < 8; ++i) {
            for (std::uint32_t c = 0; c < columns; ++c) {
                kept[static_cast<std::size_t>(i)] += ones(weights[c] & kept_weight_mask(s.config.multiplier, i));
            }
        }
        for (std::uint32_t t = 0; t < vectors; ++t) {
            const std::uint8_t a = activations[std::size_t{t} * rows + r];
            out.sum_a[t] += a;
            if (s.config.sum_x) out.sum_x[t] += s.x[a];
            std::int32_t* sums = out.psum.data() + std::size_t{t} * columns;
            for (std::uint32_t c = 0; c < columns; ++c) sums[c] += s.product[weights[c]][a];
            if (activity == nullptr) continue;

            const auto flipped = static_cast<std::uint8_t>(s.activation[r] ^ a);
            s.activation[r] = a;
            activation += ones(flipped) * columns;
            for (int i = 0; i < 8; ++i) {
                if (flipped >> i & 1) partial += kept[static_cast<std::size_t>(i)];
            }
            for (std::uint32_t c = 0; c < columns; ++c) {
                const std::uint32_t next = static_cast<std::uint32_t>(sums[c]) & mask;
                psum += ones(registers[c] ^ next);
                registers[c] = next;
            }
            sum_a += ones(s.sum_a[r] ^ static_cast<std::uint32_t>(out.sum_a[t]));
            s.sum_a[r] = static_cast<std::uint32_t>(out.sum_a[t]);
            sum_x += ones(s.sum_x[r] ^ static_cast<std::uint32_t>(out.sum_x[t]));
            s.sum_x[r] = static_cast<std::uint32_t>(out.sum_x[t]);
        }
    }
    if (activity == nullptr) return;
    const std::uint64_t n = vectors;
    activity->add(Activity::streamed_vectors, n);
    activity->add(Activity::pe_cycles, n * rows * columns);
    activity->add(Activity::row_cycles, n * rows);
    activity->add(Activity::column_cycles, n * columns);
    activity->add(Activity::activation_toggles, activation);
    activity->add(Activity::partial_product_toggles, partial);
    activity->add(Activity::psum_toggles, psum);
    if (s.config.sum_x) activity->add(Activity::sum_x_toggles, s.config.sum_x_per_mac ? sum_x * columns : sum_x);
    if (s.config.sum_a) activity->add(Activity::sum_a_toggles, sum_a);
}

}  // namespace approxtlm
