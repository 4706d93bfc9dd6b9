#include "models/kernels/fold_engine.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <numeric>

#include "models/kernels/changed_bits.h"
#include "models/kernels/product_form.h"
#include "models/kernels/product_matrix.h"
#include "models/kernels/row_segments.h"
#include "models/kernels/stream_chunk.h"
#include "models/kernels/weight_registers.h"
#include "models/kernels/zero_gating.h"

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

std::size_t whole_blocks(std::size_t n) { return (n + kActivityBlock - 1) / kActivityBlock * kActivityBlock; }

/// A column that adds up one byte of every row: sum A or sum x.
struct SumColumn {
    std::vector<std::uint32_t> registers, next;  ///< [row]

    /// Registers from array row `top` down take the sums of `values` [row]; returns the bits flipped.
    std::uint64_t take(const std::uint8_t* values, std::uint32_t rows, std::uint32_t top,
                       const ArrayKernels& kernels) {
        next.resize(rows);
        std::uint32_t sum = 0;
        for (std::uint32_t r = 0; r < rows; ++r) next[r] = sum += values[r];
        const auto bytes = [](const std::uint32_t* p) { return reinterpret_cast<const std::uint8_t*>(p); };
        const std::uint64_t flips = kernels.flipped_bits(bytes(registers.data() + top), bytes(next.data()),
                                                         rows * sizeof(std::uint32_t));
        std::copy(next.begin(), next.end(), registers.begin() + top);
        return flips;
    }
};

}  // namespace

struct FoldEngine::State {
    State(const Config& c, const ArrayKernels& k)
        : config(c),
          kernels(k),
          products(c.multiplier, c.encoding, c.variate, k),
          slots(c.multiplier.family == MultiplierFamily::table ? ProductSlots{}
                                                               : product_slots(c.multiplier, c.encoding)),
          read_bits(registered_activation_bits(c.multiplier, c.variate, false)),
          registered_bits(registered_activation_bits(c.multiplier, c.variate, c.sum_x && c.sum_x_per_mac)),
          weights(c.rows, c.columns, c.shadow_weights, k) {
        for (int a = 0; a < 256; ++a) {
            x[static_cast<std::size_t>(a)] =
                static_cast<std::uint8_t>(variate_value(c.variate, c.multiplier, a));
        }
        for (std::uint32_t r = 0; r < c.rows; ++r) psum_masks.push_back(psum_mask(r) >> slots.shift);
        for (std::uint32_t g = 0; g < slots.groups; ++g) {
            weight_nibbles[g] = slot_nibbles(slots.weight, g);
            activation_nibbles[g] = slot_nibbles(slots.activation, g);
        }
    }

    void stream_function(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out);
    void stream_counting(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput* out,
                         ActivityCounts& activity);
    void stream_table(const std::uint8_t* activations, std::uint32_t vectors, std::int32_t* out);
    void expand_weights();
    void expand(const std::array<SlotNibbles, 2>& table, const std::uint8_t* in, std::size_t n,
                std::size_t plane, AlignedVector<std::uint32_t>& words) const;
    void exchange_registers(bool load);
    void stream_psums(std::int32_t* out);
    std::uint64_t stream_sums(const std::uint8_t* transposed, std::uint32_t rows, std::int32_t* out);
    void count_held_flips(const std::uint8_t* activations, std::uint32_t vectors);
    void count_activation_flips(const std::uint8_t* first, const std::uint8_t* last, const bool* silent,
                                ActivityCounts& activity);
    void count_ones_of_changes(const std::uint8_t* activations, const bool* silent, std::uint32_t vectors,
                               PeCounts& counts);
    void count_zeros(const std::uint8_t* activations, std::uint32_t vectors, PeCounts& counts);
    void count_edges(const std::uint8_t* first, const std::uint8_t* last, const bool* silent,
                     std::uint32_t vectors, PeCounts& counts);
    std::uint64_t stream_sum_x_per_mac(PeCounts* counts, std::int32_t* out);
    std::uint64_t take_sum_x_per_mac(const std::uint8_t* values, PeCounts* counts);
    std::uint32_t top_row() const { return config.rows - fold_rows; }  ///< array row of the fold's row 0

    const Config config;
    const ArrayKernels& kernels;
    const ProductMatrix products;
    const ProductSlots slots;
    std::array<SlotNibbles, 2> weight_nibbles, activation_nibbles;  ///< [group]
    alignas(64) std::array<std::uint8_t, 256> x{};
    std::vector<std::uint32_t> psum_masks;  ///< [row]
    const std::uint8_t read_bits;           ///< of an activation, that the multiplier reads
    const std::uint8_t registered_bits;     ///< of an activation, that a PE's register holds

    // Registers.
    WeightRegisters weights;
    std::vector<std::uint32_t> psum;       ///< [row][column], in units of 2^slots.shift
    std::vector<std::uint8_t> activation;  ///< [row][column]
    SumColumn sum_a, sum_x;
    std::vector<std::uint8_t> edge, zero_flag;  ///< [row], in front of the row
    std::vector<std::uint8_t> new_weights;      ///< [fold row], 1 until the first activation meets them
    std::vector<std::uint32_t> mac_sum_x;       ///< [row][column], when in every PE

    // The loaded fold.
    std::uint32_t fold_rows = 0, fold_columns = 0;
    std::vector<std::uint8_t> codes;  ///< [fold_rows][fold_columns]
    bool packed = false;              ///< packed_weights are the loaded fold's
    PackedWeights packed_weights;
    std::vector<RowSegment> segments;
    std::vector<PsumSegment> psum_flips;  ///< [segment], of the vectors that stream

    // Scratch.
    PixelSums pixel_sums;
    StreamChunk chunk;
    std::uint32_t padded_columns = 0;  ///< whole blocks of lanes
    AlignedVector<std::uint8_t> padded, mapped;
    AlignedVector<std::uint32_t> activation_words, weight_words, block_registers;
    AlignedVector<std::int32_t> block_psum, table_psum;
    std::array<std::uint16_t, 2 * kActivityBlock> sums{};
    std::vector<std::uint32_t> flips;  ///< [bit][fold row]
    HeldActivations held;
    ChangedBits changed;
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
    s.edge.assign(s.config.rows, 0);
    s.zero_flag.assign(s.config.rows, 0);
    s.sum_a.registers.assign(s.config.rows, 0);
    s.sum_x.registers.assign(s.config.rows, 0);
}

void FoldEngine::load_weights(const std::uint8_t* codes, std::uint32_t fold_rows, std::uint32_t fold_columns,
                              ActivityCounts* activity) {
    State& s = *state_;
    s.fold_rows = fold_rows;
    s.fold_columns = fold_columns;
    s.codes.assign(codes, codes + std::size_t{fold_rows} * fold_columns);
    s.packed = false;
    s.segments = row_segments(s.config.rows, fold_rows);
    s.new_weights.assign(fold_rows, 1);
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

/// `out`: [vector][column] of the fold.
void FoldEngine::State::stream_table(const std::uint8_t* activations, std::uint32_t vectors,
                                     std::int32_t* out) {
    TableStream job;
    job.codes = codes.data();
    job.activations = activations;
    job.masks = psum_masks.data() + top_row();
    job.registers = psum.data() + std::size_t{top_row()} * config.columns;
    job.register_stride = config.columns;
    job.psum = out;
    job.rows = fold_rows;
    job.columns = fold_columns;
    job.vectors = vectors;
    job.segments = psum_flips.data();
    job.segment_count = static_cast<std::uint32_t>(psum_flips.size());
    products.table()->stream(job);
}

void FoldEngine::State::expand(const std::array<SlotNibbles, 2>& table, const std::uint8_t* in, std::size_t n,
                               std::size_t plane, AlignedVector<std::uint32_t>& words) const {
    words.resize(plane * slots.groups);
    for (std::uint32_t g = 0; g < slots.groups; ++g)
        kernels.expand_slots(in, n, table[g], words.data() + g * plane);
}

/// Columns up to whole blocks get weight 0, so their sums stay 0.
void FoldEngine::State::expand_weights() {
    padded_columns = (fold_columns + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
    const std::size_t n = std::size_t{fold_rows} * padded_columns;
    padded.assign(whole_blocks(n), 0);
    for (std::size_t r = 0; r < fold_rows; ++r)
        std::copy_n(codes.data() + r * fold_columns, fold_columns, padded.data() + r * padded_columns);
    expand(weight_nibbles, padded.data(), n, whole_blocks(n), weight_words);
}

void FoldEngine::State::exchange_registers(bool load) {
    if (load) block_registers.resize(std::size_t{fold_rows} * padded_columns);
    for (std::size_t r = 0; r < fold_rows; ++r) {
        std::uint32_t* array = psum.data() + (top_row() + r) * config.columns;
        std::uint32_t* block = block_registers.data() + r * padded_columns;
        std::copy_n(load ? array : block, fold_columns, load ? block : array);
        if (load) std::fill(block + fold_columns, block + padded_columns, 0);
    }
}

/// Of the chunk. `out`: [vector][column] of the fold, or null.
void FoldEngine::State::stream_psums(std::int32_t* out) {
    const std::size_t n = std::size_t{chunk.count()} * fold_rows;
    expand(activation_nibbles, chunk.vectors(), n, whole_blocks(n), activation_words);
    block_psum.resize(std::size_t{chunk.count()} * padded_columns);
    PsumJob job;
    job.activations = activation_words.data();
    job.activation_plane = whole_blocks(n);
    job.weights = weight_words.data();
    job.weight_plane = whole_blocks(std::size_t{fold_rows} * padded_columns);
    job.registers = block_registers.data();
    job.masks = psum_masks.data() + top_row();
    job.psum = block_psum.data();
    job.groups = slots.groups;
    job.rows = fold_rows;
    job.columns = padded_columns;
    job.vectors = chunk.count();
    job.unsigned_weights = config.encoding == Encoding::unsigned_codes;
    job.signed_sums = !job.unsigned_weights;
    job.segments = psum_flips.data();
    job.segment_count = static_cast<std::uint32_t>(psum_flips.size());
    kernels.psum_toggles(job);
    for (std::size_t t = 0; out != nullptr && t < chunk.count(); ++t) {
        const std::int32_t* from = block_psum.data() + t * padded_columns;
        std::int32_t* to = out + t * fold_columns;
        for (std::uint32_t c = 0; c < fold_columns; ++c)
            to[c] = static_cast<std::int32_t>(static_cast<std::uint32_t>(from[c]) << slots.shift);
    }
}

/// The first `rows` rows of a sum-A or sum-x column between the vectors of the chunk.
std::uint64_t FoldEngine::State::stream_sums(const std::uint8_t* transposed, std::uint32_t rows,
                                             std::int32_t* out) {
    SumJob job;
    job.values = transposed;
    job.stride = chunk.stride();
    job.rows = rows;
    job.steps = chunk.count();
    job.sums = sums.data();
    const std::uint64_t toggles = kernels.sum_toggles(job);
    if (out != nullptr) std::copy_n(sums.data() + 1, chunk.count(), out);
    return toggles;
}

/// flips of what the PEs hold where zeros pass.
void FoldEngine::State::count_held_flips(const std::uint8_t* activations, std::uint32_t vectors) {
    held.hold(activations, fold_rows, vectors);
    for (std::uint32_t t = 0; t < vectors; t += StreamChunk::kMostVectors) {
        chunk.load(held.data(), fold_rows, t, std::min(StreamChunk::kMostVectors, vectors - t),
                   kernels.word_lanes);
        kernels.bit_flips(chunk.with_previous(), fold_rows, chunk.count(), flips.data());
    }
}

/// Activation registers, and the kept partial products, which follow them bit by bit; of a table, whose
/// circuit is unknown, all 64. `flips` has what all columns of a row see alike; before the first vector they
/// may hold different activations: a narrower fold may have gone before. `silent` rows (may be null) keep
/// their activation.
void FoldEngine::State::count_activation_flips(const std::uint8_t* first, const std::uint8_t* last,
                                               const bool* silent, ActivityCounts& activity) {
    std::array<std::uint8_t, 8> kept{};
    for (int i = 0; i < 8; ++i) kept[static_cast<std::size_t>(i)] = kept_weight_mask(config.multiplier, i);
    struct Flips {
        std::uint64_t activation = 0, registered = 0, weighted = 0;
        std::array<std::uint64_t, 8> partial{};  ///< [activation bit]
    };
    const auto count = [&](const std::array<std::uint64_t, 8>& of_bit, const std::uint8_t* row,
                           std::uint32_t columns, Flips& total) {
        std::uint64_t weight_ones = 0;
        const std::uint64_t weight_sum = std::accumulate(row, row + columns, std::uint64_t{0});
        for (std::size_t i = 0; i < 8; ++i) {  // many bits keep the same weight bits
            if (i == 0 || kept[i] != kept[i - 1]) weight_ones = kernels.count_ones(row, columns, kept[i]);
            total.activation += of_bit[i] * columns;
            total.partial[i] += of_bit[i] * weight_ones;
            if ((registered_bits >> i & 1) == 0) continue;
            total.registered += of_bit[i] * columns;
            total.weighted += of_bit[i] * weight_sum;
        }
    };
    std::uint64_t activation_flips = 0, partial_flips = 0;
    for (const RowSegment& segment : segments) {
        Flips total;
        for (std::uint32_t r = segment.first; r < segment.first + segment.rows; ++r) {
            if (silent != nullptr && silent[r]) continue;
            const std::uint8_t* row = codes.data() + std::size_t{r} * fold_columns;
            std::uint8_t* before = activation.data() + std::size_t{top_row() + r} * config.columns;
            std::array<std::uint64_t, 8> of_bit{};
            for (std::size_t i = 0; i < 8; ++i) of_bit[i] = flips[i * fold_rows + r];
            const auto add_first = [&](std::uint8_t from, std::array<std::uint64_t, 8>& bits) {
                for (std::size_t i = 0; i < 8; ++i)
                    bits[i] += static_cast<std::uint64_t>(from ^ first[r]) >> i & 1;
            };
            if (std::memcmp(before, before + 1, fold_columns - 1) == 0) {
                add_first(before[0], of_bit);
            } else {
                for (std::uint32_t c = 0; c < fold_columns; ++c) {
                    std::array<std::uint64_t, 8> bits{};
                    add_first(before[c], bits);
                    count(bits, row + c, 1, total);
                }
            }
            count(of_bit, row, fold_columns, total);
            std::fill_n(before, fold_columns, last[r]);
        }
        activity.pe.at(segment.row_class, PeFeature::activation_toggles) += total.registered;
        activity.pe.at(segment.row_class, PeFeature::weighted_activation_toggles) += total.weighted;
        for (std::size_t i = 0; i < 8; ++i) {
            activity.pe.at(segment.row_class, partial_products_of(i)) += total.partial[i];
            partial_flips += total.partial[i];
        }
        activation_flips += total.activation;
    }
    activity.add(Activity::activation_toggles, activation_flips);
    activity.add(Activity::streaming_toggles, activation_flips);
    activity.add(Activity::partial_product_toggles, partial_flips);
}

/// Before count_edges: what stood in front of the row tells whether the first activation differs.
void FoldEngine::State::count_ones_of_changes(const std::uint8_t* activations, const bool* silent,
                                              std::uint32_t vectors, PeCounts& counts) {
    for (std::uint32_t r = 0; r < fold_rows; ++r)
        if (((edge[top_row() + r] ^ activations[r]) & read_bits) != 0) new_weights[r] = 1;
    changed.count(activations, fold_rows, vectors, new_weights.data(), read_bits, kernels);
    for (const RowSegment& segment : segments) {
        std::uint64_t total = 0;
        for (std::uint32_t r = segment.first; r < segment.first + segment.rows; ++r) {
            if (silent != nullptr && silent[r]) continue;
            new_weights[r] = 0;
            for (std::size_t i = 0; i < 8; ++i)
                if (const std::uint64_t n = changed.of(r, i); n != 0)
                    total +=
                        n * kernels.count_ones(codes.data() + std::size_t{r} * fold_columns, fold_columns,
                                               kept_weight_mask(config.multiplier, static_cast<int>(i)));
        }
        counts.at(segment.row_class, PeFeature::partial_product_ones) += total;
    }
}

void FoldEngine::State::count_zeros(const std::uint8_t* activations, std::uint32_t vectors,
                                    PeCounts& counts) {
    for (const RowSegment& segment : segments) {
        std::uint64_t zeros = 0, changes = 0;
        std::uint8_t* flags = zero_flag.data() + top_row() + segment.first;
        for (std::uint32_t t = 0; t < vectors; ++t) {
            const std::uint8_t* now = activations + std::size_t{t} * fold_rows + segment.first;
            for (std::uint32_t r = 0; r < segment.rows; ++r) {
                const std::uint8_t zero = now[r] == 0 ? 1 : 0;
                zeros += zero;
                changes += zero ^ flags[r];
                flags[r] = zero;
            }
        }
        counts.at(segment.row_class, RowCount::zero_cycles) += zeros * fold_columns;
        counts.at(segment.row_class, RowCount::zero_flag_toggles) += changes * fold_columns;
    }
}

/// Row r's activations pass r registers, which see `flips`; column c's sums the C - 1 - c behind it.
void FoldEngine::State::count_edges(const std::uint8_t* first, const std::uint8_t* last, const bool* silent,
                                    std::uint32_t vectors, PeCounts& counts) {
    std::uint64_t skew = 0, skew_flips = 0, deskew = 0;
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        const std::uint64_t registers = top_row() + r;
        skew += registers;
        if (silent != nullptr && silent[r]) continue;
        std::uint64_t of_row = ones(static_cast<std::uint32_t>(edge[registers] ^ first[r]));
        for (std::size_t i = 0; i < 8; ++i) of_row += flips[i * fold_rows + r];
        skew_flips += registers * of_row;
        edge[registers] = last[r];
    }
    for (std::uint32_t c = 0; c < fold_columns; ++c) deskew += config.columns - 1 - c;
    counts.at(EdgeCount::skew_captures) += skew * vectors;
    counts.at(EdgeCount::skew_toggles) += skew_flips;
    counts.at(EdgeCount::deskew_captures) += deskew * vectors;
    counts.at(EdgeCount::deskew_toggles_twice) +=
        psum_flips.back().last_row_flips * (2 * config.columns - 1 - fold_columns);
}

/// Sum x in every PE, of the chunk's x in `mapped`: a class's flips are those of all rows down to its last
/// less those down to the class before.
std::uint64_t FoldEngine::State::stream_sum_x_per_mac(PeCounts* counts, std::int32_t* out) {
    std::uint64_t before = 0;
    for (const RowSegment& segment : segments) {
        const std::uint64_t down_to =
            stream_sums(mapped.data(), segment.first + segment.rows, out) * fold_columns;
        counts->at(segment.row_class, PeFeature::sum_x_toggles) += down_to - before;
        before = down_to;
    }
    return before;
}

/// Sum x in every PE takes the sums of `values` [row]; returns the bits flipped, 0 without `counts`.
std::uint64_t FoldEngine::State::take_sum_x_per_mac(const std::uint8_t* values, PeCounts* counts) {
    std::uint64_t flipped = 0;
    std::uint32_t sum = 0;
    for (const RowSegment& segment : segments) {
        std::uint64_t of_class = 0;
        for (std::uint32_t r = segment.first; r < segment.first + segment.rows; ++r) {
            sum += x[values[r]];
            std::uint32_t* before = mac_sum_x.data() + std::size_t{top_row() + r} * config.columns;
            for (std::uint32_t c = 0; counts != nullptr && c < fold_columns; ++c)
                of_class += ones(before[c] ^ sum);
            std::fill_n(before, fold_columns, sum);
        }
        if (counts != nullptr) counts->at(segment.row_class, PeFeature::sum_x_toggles) += of_class;
        flipped += of_class;
    }
    return flipped;
}

/// `out` may be null.
void FoldEngine::State::stream_counting(const std::uint8_t* activations, std::uint32_t vectors,
                                        FoldOutput* out, ActivityCounts& activity) {
    const std::uint64_t n = vectors;
    activity.add(Activity::streamed_vectors, n);
    activity.add(Activity::pe_cycles, n * fold_rows * fold_columns);
    activity.add(Activity::row_cycles, n * fold_rows);
    activity.add(Activity::column_cycles, n * fold_columns);
    for (const RowSegment& segment : segments) {
        activity.pe.at(segment.row_class, PeFeature::cycles) += n * segment.rows * fold_columns;
        activity.pe.at(segment.row_class, RowCount::row_cycles) += n * segment.rows;
    }
    if (out != nullptr) {
        out->psum.resize(std::size_t{vectors} * fold_columns);
        out->sum_a.resize(vectors);
        out->sum_x.assign(vectors, 0);
    }
    if (vectors == 0) return;
    const std::uint8_t* last = activations + std::size_t{vectors - 1} * fold_rows;
    const bool table = products.table() != nullptr;
    std::uint64_t sum_a_flips = 0, sum_x_flips = 0;
    psum_flips = psum_segments(segments);
    if (table) {
        table_psum.resize(out == nullptr ? std::size_t{vectors} * fold_columns : 0);
        stream_table(activations, vectors, out == nullptr ? table_psum.data() : out->psum.data());
    } else {
        expand_weights();
        exchange_registers(true);
    }
    flips.assign(std::size_t{8} * fold_rows, 0);
    for (std::uint32_t t = 0; t < vectors; t += StreamChunk::kMostVectors) {
        chunk.load(activations, fold_rows, t, std::min(StreamChunk::kMostVectors, vectors - t),
                   kernels.word_lanes);
        if (!config.zero_gating)
            kernels.bit_flips(chunk.with_previous(), fold_rows, chunk.count(), flips.data());
        if (!table) stream_psums(out == nullptr ? nullptr : out->psum.data() + std::size_t{t} * fold_columns);
        sum_a_flips +=
            stream_sums(chunk.transposed(), fold_rows, out == nullptr ? nullptr : out->sum_a.data() + t);
        if (!config.sum_x) continue;
        mapped.resize(whole_blocks(chunk.transposed_bytes()));
        kernels.translate(chunk.transposed(), chunk.transposed_bytes(), x.data(), mapped.data());
        std::int32_t* const sums_out = out == nullptr ? nullptr : out->sum_x.data() + t;
        sum_x_flips += config.sum_x_per_mac ? stream_sum_x_per_mac(&activity.pe, sums_out)
                                            : stream_sums(mapped.data(), fold_rows, sums_out);
    }
    if (!table) exchange_registers(false);

    const std::uint8_t *first_held = activations, *last_held = last;
    const bool* silent = nullptr;
    if (config.zero_gating) {
        count_zeros(activations, vectors, activity.pe);
        count_held_flips(activations, vectors);
        first_held = held.data();
        last_held = held.data() + (last - activations);
        silent = held.silent();
    }
    count_activation_flips(first_held, last_held, silent, activity);
    count_ones_of_changes(first_held, silent, vectors, activity.pe);
    count_edges(first_held, last_held, silent, vectors, activity.pe);
    activity.add(Activity::psum_toggles, add_psum_flips(segments, psum_flips, activity.pe));
    sum_a_flips += sum_a.take(activations, fold_rows, top_row(), kernels);
    sum_a.take(last, fold_rows, top_row(), kernels);
    if (config.sum_a) activity.add(Activity::sum_a_toggles, sum_a_flips);
    if (!config.sum_x) return;
    if (config.sum_x_per_mac) {
        sum_x_flips += take_sum_x_per_mac(activations, &activity.pe);
        take_sum_x_per_mac(last, nullptr);
    } else {
        mapped.resize(whole_blocks(fold_rows));
        const auto x_of = [&](const std::uint8_t* vector) {
            std::transform(vector, vector + fold_rows, mapped.begin(), [&](std::uint8_t a) { return x[a]; });
            return mapped.data();
        };
        sum_x_flips += sum_x.take(x_of(activations), fold_rows, top_row(), kernels);
        sum_x.take(x_of(last), fold_rows, top_row(), kernels);
    }
    activity.add(Activity::sum_x_toggles, sum_x_flips);
}

void FoldEngine::stream(const std::uint8_t* activations, std::uint32_t vectors, FoldOutput& out,
                        ActivityCounts* activity) {
    State& s = *state_;
    if (activity == nullptr) return s.stream_function(activations, vectors, out);
    s.stream_counting(activations, vectors, &out, *activity);
}

void FoldEngine::count(const std::uint8_t* activations, std::uint32_t vectors, ActivityCounts& activity) {
    state_->stream_counting(activations, vectors, nullptr, activity);
}

}  // namespace approxtlm
