#include "models/kernels/fold_engine.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "models/kernels/product_form.h"
#include "models/kernels/product_matrix.h"
#include "models/kernels/weight_registers.h"

namespace approxtlm {
namespace {

std::uint32_t ceil_log2(std::uint32_t n) {
    std::uint32_t bits = 0;
    while ((std::uint32_t{1} << bits) < n) ++bits;
    return bits;
}

std::uint64_t ones(std::uint32_t bits) { return std::bitset<32>(bits).count(); }

/// Registers of row r hold sums of r + 1 terms of 16 bits.
std::uint32_t psum_mask(std::uint32_t row) { return (std::uint32_t{1} << (16 + ceil_log2(row + 1))) - 1; }

}  // namespace

struct FoldEngine::State {
    State(const Config& c, const ArrayKernels& k)
        : config(c),
          kernels(k),
          products(c.multiplier, c.encoding, c.variate, k),
          slots(c.multiplier.family == MultiplierFamily::table ? ProductSlots{}
                                                               : product_slots(c.multiplier, c.encoding)),
          weights(c.rows, c.columns, c.shadow_weights, k) {
        for (int a = 0; a < 256; ++a) {
            x[static_cast<std::size_t>(a)] =
                static_cast<std::uint8_t>(variate_value(c.variate, c.multiplier, a));
        }
        for (std::uint32_t r = 0; r < c.rows; ++r) psum_masks.push_back(psum_mask(r) >> slots.shift);
    }

    void stream_function(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out);
    std::uint64_t stream_psums(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out);
    std::uint64_t stream_table(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out);
    std::uint64_t stream_block(std::uint32_t first_column, std::uint32_t vectors, FoldOutput& out);
    void count_activation_flips(const std::uint8_t* activations, std::uint32_t vectors,
                                ActivityCounts& activity);
    std::uint64_t stream_sums(const std::uint8_t* activations, std::uint32_t vectors,
                              const std::array<std::uint8_t, 256>* mapping,
                              std::vector<std::uint32_t>& registers, std::vector<std::int32_t>& out);
    std::uint64_t sum_x_per_mac_flips(const std::uint8_t* first, std::uint64_t column_flips,
                                      const std::vector<std::uint32_t>& column_before);
    std::uint32_t top_row() const { return config.rows - fold_rows; }  ///< array row of the fold's row 0

    const Config config;
    const ArrayKernels& kernels;
    const ProductMatrix products;
    const ProductSlots slots;
    std::array<std::uint8_t, 256> x{};
    std::vector<std::uint32_t> psum_masks;  ///< [row]

    // Registers.
    WeightRegisters weights;
    std::vector<std::uint32_t> psum;          ///< [row][column], in units of 2^slots.shift
    std::vector<std::uint8_t> activation;     ///< [row][column]
    std::vector<std::uint32_t> sum_a, sum_x;  ///< [row]; sum_x of the left column when in every PE
    std::vector<std::uint32_t> mac_sum_x;     ///< [row][column], when in every PE

    // The loaded fold.
    std::uint32_t fold_rows = 0, fold_columns = 0;
    std::vector<std::uint8_t> codes;  ///< [fold_rows][fold_columns]
    bool packed = false;              ///< packed_weights are the loaded fold's
    PackedWeights packed_weights;

    // Scratch.
    PixelSums pixel_sums;
    std::vector<std::uint8_t> padded, transposed;
    std::vector<std::uint32_t> activation_words, weight_words, block_registers, running;
    std::vector<std::int32_t> block_psum;
};

FoldEngine::FoldEngine(const Config& config, const ArrayKernels& kernels)
    : state_(std::make_unique<State>(config, kernels)) {
    reset();
}

FoldEngine::~FoldEngine() = default;
FoldEngine::FoldEngine(FoldEngine&&) noexcept = default;

void FoldEngine::reset() {
    State& s = *state_;
    const std::size_t pes = std::size_t{s.config.rows} * s.config.columns;
    s.weights.reset();
    s.psum.assign(pes, 0);
    s.activation.assign(pes, 0);
    if (s.config.sum_x_per_mac) s.mac_sum_x.assign(pes, 0);
    s.sum_a.assign(s.config.rows, 0);
    s.sum_x.assign(s.config.rows, 0);
}

void FoldEngine::load_weights(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                              ActivityCounts* activity) {
    State& s = *state_;
    s.fold_rows = fold_rows;
    s.fold_columns = fold_columns;
    s.codes.assign(codes, codes + std::size_t{fold_rows} * fold_columns);
    s.packed = false;
    const std::uint64_t toggles = s.weights.load(codes, fold_rows, fold_columns, activity != nullptr);
    if (activity != nullptr) {
        activity->add(Activity::weight_loads, std::uint64_t{fold_rows} * fold_columns);
        activity->add(Activity::weight_toggles, toggles);
    }
}

void FoldEngine::State::stream_function(const std::uint8_t* activations, std::uint32_t vectors,
                                        FoldOutput& out) {
    if (!packed) products.pack(codes.data(), fold_rows, fold_columns, packed_weights);
    packed = true;
    if (fold_rows % 4 != 0) {  // the kernel reads whole quads
        padded.resize(std::size_t{vectors} * fold_rows + 3);
        std::copy_n(activations, std::size_t{vectors} * fold_rows, padded.data());
        activations = padded.data();
    }
    products.sum(activations, fold_rows, vectors, config.sum_x, pixel_sums);
    products.multiply(packed_weights, activations, pixel_sums, vectors, out.psum);
    out.sum_a = pixel_sums.sum_a;
    out.sum_x = pixel_sums.sum_x;
}

std::uint64_t FoldEngine::State::stream_block(std::uint32_t first_column, std::uint32_t vectors,
                                              FoldOutput& out) {
    const std::uint32_t lanes = kernels.lanes, groups = slots.groups;
    const std::uint32_t used = std::min(lanes, fold_columns - first_column);
    weight_words.assign(std::size_t{fold_rows} * groups * lanes, 0);
    block_registers.assign(std::size_t{fold_rows} * lanes, 0);
    block_psum.resize(std::size_t{vectors} * lanes);
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        const std::uint8_t* row = codes.data() + std::size_t{r} * fold_columns + first_column;
        for (std::uint32_t g = 0; g < groups; ++g) {
            std::uint32_t* words = weight_words.data() + (std::size_t{r} * groups + g) * lanes;
            for (std::uint32_t c = 0; c < used; ++c) words[c] = slots.weight[row[c]][g];
        }
        std::copy_n(psum.data() + std::size_t{top_row() + r} * config.columns + first_column, used,
                    block_registers.data() + std::size_t{r} * lanes);
    }
    ToggleJob job;
    job.activations = activation_words.data();
    job.weights = weight_words.data();
    job.registers = block_registers.data();
    job.masks = psum_masks.data() + top_row();
    job.psum = block_psum.data();
    job.groups = groups;
    job.rows = fold_rows;
    job.vectors = vectors;
    job.unsigned_weights = config.encoding == Encoding::unsigned_codes;
    const std::uint64_t toggles = kernels.psum_toggles(job);
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        std::copy_n(block_registers.data() + std::size_t{r} * lanes, used,
                    psum.data() + std::size_t{top_row() + r} * config.columns + first_column);
    }
    const std::int32_t unit = 1 << slots.shift;
    for (std::uint32_t t = 0; t < vectors; ++t) {
        const std::int32_t* from = block_psum.data() + std::size_t{t} * lanes;
        std::int32_t* to = out.psum.data() + std::size_t{t} * fold_columns + first_column;
        for (std::uint32_t c = 0; c < used; ++c) to[c] = from[c] * unit;
    }
    return toggles;
}

std::uint64_t FoldEngine::State::stream_table(const std::uint8_t* activations, std::uint32_t vectors,
                                              FoldOutput& out) {
    out.psum.resize(std::size_t{vectors} * fold_columns);
    TableStream job;
    job.codes = codes.data();
    job.activations = activations;
    job.masks = psum_masks.data() + top_row();
    job.registers = psum.data() + std::size_t{top_row()} * config.columns;
    job.register_stride = config.columns;
    job.psum = out.psum.data();
    job.rows = fold_rows;
    job.columns = fold_columns;
    job.vectors = vectors;
    return products.table()->stream(job);
}

std::uint64_t FoldEngine::State::stream_psums(const std::uint8_t* activations, std::uint32_t vectors,
                                              FoldOutput& out) {
    if (products.table() != nullptr) return stream_table(activations, vectors, out);
    const std::size_t operands = std::size_t{vectors} * fold_rows;
    activation_words.resize(operands * slots.groups);
    if (slots.groups == 1) {
        for (std::size_t i = 0; i < operands; ++i) activation_words[i] = slots.activation[activations[i]][0];
    } else {
        for (std::size_t i = 0; i < operands; ++i) {
            activation_words[2 * i] = slots.activation[activations[i]][0];
            activation_words[2 * i + 1] = slots.activation[activations[i]][1];
        }
    }
    out.psum.resize(std::size_t{vectors} * fold_columns);
    std::uint64_t toggles = 0;
    for (std::uint32_t c = 0; c < fold_columns; c += kernels.lanes) toggles += stream_block(c, vectors, out);
    return toggles;
}

/// Activation registers, and the kept partial products, which follow them bit by bit; of a table, whose
/// circuit is unknown, all 64. All columns of a row see the same stream, but before its first vector they may
/// hold different activations: a narrower fold may have gone before.
void FoldEngine::State::count_activation_flips(const std::uint8_t* activations, std::uint32_t vectors,
                                               ActivityCounts& activity) {
    if (vectors == 0) return;
    std::vector<std::uint32_t> counts(std::size_t{8} * fold_rows, 0);
    std::uint32_t* flips[8];
    for (std::size_t i = 0; i < 8; ++i) flips[i] = counts.data() + i * fold_rows;
    std::vector<std::uint8_t> last(activations, activations + fold_rows);
    kernels.bit_flips(activations, fold_rows, vectors, last.data(), flips);
    std::uint64_t activation_flips = 0, partial_flips = 0;
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        const std::uint8_t* row = codes.data() + std::size_t{r} * fold_columns;
        std::uint8_t* held = activation.data() + std::size_t{top_row() + r} * config.columns;
        for (int i = 0; i < 8; ++i) {
            if (flips[i][r] == 0) continue;
            activation_flips += std::uint64_t{flips[i][r]} * fold_columns;
            partial_flips += std::uint64_t{flips[i][r]} *
                             kernels.count_ones(row, fold_columns, kept_weight_mask(config.multiplier, i));
        }
        for (std::uint32_t c = 0, end = 0; c < fold_columns; c = end) {  // columns that hold the same
            for (end = c + 1; end < fold_columns && held[end] == held[c];) ++end;
            const auto flipped = static_cast<std::uint8_t>(held[c] ^ activations[r]);
            for (int i = 0; i < 8; ++i) {
                if ((flipped >> i & 1) == 0) continue;
                activation_flips += end - c;
                partial_flips += kernels.count_ones(row + c, end - c, kept_weight_mask(config.multiplier, i));
            }
        }
        std::fill_n(held, fold_columns, last[r]);
    }
    activity.add(Activity::activation_toggles, activation_flips);
    activity.add(Activity::streaming_toggles, activation_flips);
    activity.add(Activity::partial_product_toggles, partial_flips);
}

/// The sum-A or sum-x column: running sums down the rows.
std::uint64_t FoldEngine::State::stream_sums(const std::uint8_t* activations, std::uint32_t vectors,
                                             const std::array<std::uint8_t, 256>* mapping,
                                             std::vector<std::uint32_t>& registers,
                                             std::vector<std::int32_t>& out) {
    const std::size_t stride = std::size_t{vectors} + 64;
    transposed.resize(stride * fold_rows);
    for (std::uint32_t t = 0; t < vectors; ++t) {
        const std::uint8_t* vector = activations + std::size_t{t} * fold_rows;
        for (std::uint32_t r = 0; r < fold_rows; ++r) {
            transposed[r * stride + t] = mapping != nullptr ? (*mapping)[vector[r]] : vector[r];
        }
    }
    running.assign(stride + 64, 0);
    const std::uint64_t toggles = kernels.running_sum_toggles(transposed.data(), stride, fold_rows, vectors,
                                                              registers.data() + top_row(), running.data());
    out.assign(running.begin() + 1, running.begin() + 1 + vectors);
    return toggles;
}

/// Flips of sum x in every PE, from those of its left column: columns differ in what they held before.
/// `first`: the first vector; `column_before`: the left column's registers before it.
std::uint64_t FoldEngine::State::sum_x_per_mac_flips(const std::uint8_t* first, std::uint64_t column_flips,
                                                     const std::vector<std::uint32_t>& column_before) {
    std::uint64_t flips = column_flips * fold_columns;
    std::uint32_t sum = 0;
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        sum += x[first[r]];
        std::uint32_t* held = mac_sum_x.data() + std::size_t{top_row() + r} * config.columns;
        const std::uint64_t of_left = ones(column_before[top_row() + r] ^ sum);
        for (std::uint32_t c = 0; c < fold_columns; ++c) flips += ones(held[c] ^ sum) - of_left;
        std::fill_n(held, fold_columns, sum_x[top_row() + r]);
    }
    return flips;
}

void FoldEngine::stream(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out,
                        ActivityCounts* activity) {
    State& s = *state_;
    if (activity == nullptr) return s.stream_function(activations, vectors, out);

    const std::uint64_t n = vectors, rows = s.fold_rows, columns = s.fold_columns;
    activity->add(Activity::streamed_vectors, n);
    activity->add(Activity::pe_cycles, n * rows * columns);
    activity->add(Activity::row_cycles, n * rows);
    activity->add(Activity::column_cycles, n * columns);
    s.count_activation_flips(activations, vectors, *activity);
    activity->add(Activity::psum_toggles, s.stream_psums(activations, vectors, out));
    const std::uint64_t sum_a = s.stream_sums(activations, vectors, nullptr, s.sum_a, out.sum_a);
    if (s.config.sum_a) activity->add(Activity::sum_a_toggles, sum_a);
    out.sum_x.assign(vectors, 0);
    if (s.config.sum_x) {
        const std::vector<std::uint32_t> before = s.sum_x;
        std::uint64_t sum_x = s.stream_sums(activations, vectors, &s.x, s.sum_x, out.sum_x);
        if (s.config.sum_x_per_mac && vectors > 0) sum_x = s.sum_x_per_mac_flips(activations, sum_x, before);
        activity->add(Activity::sum_x_toggles, sum_x);
    }
}

}  // namespace approxtlm
