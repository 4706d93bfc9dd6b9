#include "models/kernels/input_stationary.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "models/kernels/array_kernels.h"
#include "models/kernels/changed_bits.h"
#include "models/kernels/flip_count.h"
#include "models/kernels/multiplier_pipeline.h"
#include "models/kernels/product_form.h"
#include "models/kernels/product_matrix.h"
#include "models/kernels/row_segments.h"
#include "models/kernels/weight_registers.h"

namespace approxtlm {
namespace {

/// Registers of row r hold sums of r + 1 terms of 16 bits.
std::uint32_t psum_mask(std::uint32_t row) {
    std::uint32_t growth = 0;
    while ((std::uint32_t{1} << growth) < row + 1) ++growth;
    return (std::uint32_t{1} << (16 + growth)) - 1;
}

std::size_t whole_blocks(std::size_t n) { return (n + kActivityBlock - 1) / kActivityBlock * kActivityBlock; }

}  // namespace

struct InputStationaryEngine::State {
    State(const FoldEngine::Config& c, const ArrayKernels& k)
        : config(c),
          kernels(k),
          products(c.multiplier, c.encoding, c.variate, k),
          slots(products.table() != nullptr ? ProductSlots{} : product_slots(c.multiplier, c.encoding)),
          held(c.rows, c.columns, c.shadow_weights, k),
          pipeline(c, HeldOperand::activation, k) {
        for (int a = 0; a < 256; ++a)
            x[static_cast<std::size_t>(a)] =
                static_cast<std::uint8_t>(variate_value(c.variate, c.multiplier, a));
        for (int i = 0; i < 8; ++i)
            for (std::size_t j = 0; j < 8; ++j)
                if ((kept_weight_mask(c.multiplier, i) >> j & 1) != 0)
                    kept_activation_mask[j] = static_cast<std::uint8_t>(kept_activation_mask[j] | 1 << i);
        for (std::uint32_t r = 0; r < c.rows; ++r) psum_masks.push_back(psum_mask(r) >> slots.shift);
        for (std::uint32_t g = 0; g < slots.groups; ++g) {
            weight_nibbles[g] = slot_nibbles(slots.weight, g);
            activation_nibbles[g] = slot_nibbles(slots.activation, g);
        }
    }

    /// A cell above each column.
    struct Side {
        std::vector<std::uint32_t> accumulator, output;  ///< [column]
    };

    std::uint64_t load_side(bool first, const std::array<std::uint8_t, 256>* mapping, Side& side);
    void multiply(const std::uint8_t* weights, std::uint32_t filters, FoldOutput& out);
    void count_weight_flips(const std::uint8_t* weights, std::uint32_t filters, ActivityCounts& activity);
    void stream_table(const std::uint8_t* weights, std::uint32_t filters, FoldOutput& out);
    void stream_psums(const std::uint8_t* weights, std::uint32_t filters, FoldOutput& out);
    void expand(const std::array<SlotNibbles, 2>& table, const AlignedVector<std::uint8_t>& in,
                std::size_t plane, AlignedVector<std::uint32_t>& words) const;
    std::uint32_t top_row() const { return config.rows - fold_rows; }  ///< array row of the fold's row 0

    const FoldEngine::Config config;
    const ArrayKernels& kernels;
    const ProductMatrix products;
    const ProductSlots slots;
    std::array<SlotNibbles, 2> weight_nibbles, activation_nibbles;  ///< [group]
    std::array<std::uint8_t, 256> x{};
    std::array<std::uint8_t, 8> kept_activation_mask{};  ///< [weight bit]
    std::vector<std::uint32_t> psum_masks;               ///< [row]

    // Registers.
    WeightRegisters held;
    MultiplierPipeline pipeline;
    std::vector<std::uint32_t> psum;   ///< [row][column], in units of 2^slots.shift
    std::vector<std::uint8_t> weight;  ///< [row][column]
    Side sum_a, sum_x;

    // The loaded fold.
    std::uint32_t fold_rows = 0, fold_pixels = 0;
    std::vector<std::uint8_t> codes;  ///< [row][pixel]
    std::vector<RowSegment> segments;
    std::vector<PsumSegment> psum_flips;  ///< [segment]

    // Scratch.
    FlipCount count;
    PackedWeights packed;
    PixelSums pixel_sums;
    std::vector<std::uint8_t> by_row, by_pixel;
    std::vector<std::int32_t> by_filter;
    AlignedVector<std::uint8_t> streamed, held_codes;
    AlignedVector<std::uint32_t> weight_words, activation_words, block_registers;
    AlignedVector<std::int32_t> block_psum;
    std::vector<std::uint32_t> bit_flips;  ///< [bit][fold row]
    ChangedBits changed;
    std::vector<std::uint8_t> first_counts;
};

InputStationaryEngine::InputStationaryEngine(const FoldEngine::Config& config, const ArrayKernels& kernels)
    : state_(std::make_unique<State>(config, kernels)) {
    reset();
}

InputStationaryEngine::~InputStationaryEngine() = default;
InputStationaryEngine::InputStationaryEngine(InputStationaryEngine&&) noexcept = default;

void InputStationaryEngine::reset() {
    State& s = *state_;
    const std::size_t pes = std::size_t{s.config.rows} * s.config.columns;
    s.held.reset();
    s.pipeline.reset();
    s.psum.assign(pes, 0);
    s.weight.assign(pes, 0);
    for (State::Side* side : {&s.sum_a, &s.sum_x}) {
        side->accumulator.assign(s.config.columns, 0);
        side->output.assign(s.config.columns, 0);
    }
}

/// Activations pass the cell on their way in, the last row first.
std::uint64_t InputStationaryEngine::State::load_side(bool first,
                                                      const std::array<std::uint8_t, 256>* mapping,
                                                      Side& side) {
    for (std::uint32_t c = 0; c < fold_pixels; ++c) {
        std::uint32_t& held_sum = side.accumulator[c];
        std::uint32_t sum = first ? 0 : held_sum;
        for (std::uint32_t r = fold_rows; r-- > 0;) {
            const std::uint8_t a = codes[std::size_t{r} * fold_pixels + c];
            sum += mapping != nullptr ? (*mapping)[a] : a;
            count.add(held_sum, sum);
            held_sum = sum;
        }
        count.add(side.output[c], sum);
        side.output[c] = sum;
    }
    return count.take(kernels);
}

void InputStationaryEngine::load(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t pixels,
                                 bool first, ActivityCounts* activity) {
    State& s = *state_;
    s.fold_rows = rows;
    s.fold_pixels = pixels;
    s.codes.assign(codes, codes + std::size_t{rows} * pixels);
    s.segments = row_segments(s.config.rows, rows);
    const std::uint64_t held_flips = s.held.load(codes, rows, pixels, activity != nullptr);
    const std::uint64_t sum_a = s.load_side(first, nullptr, s.sum_a);
    const std::uint64_t sum_x = s.config.sum_x ? s.load_side(first, &s.x, s.sum_x) : 0;
    if (activity == nullptr) return;
    const std::uint64_t cells = std::uint64_t{rows} * pixels;
    activity->add(Activity::weight_loads, cells);
    activity->add(Activity::row_cycles, cells);
    for (const RowSegment& segment : s.segments)
        activity->pe.at(segment.row_class, RowCount::row_cycles) += std::uint64_t{segment.rows} * pixels;
    activity->add(Activity::activation_toggles, held_flips);
    if (s.config.sum_a) activity->add(Activity::sum_a_toggles, sum_a);
    activity->add(Activity::sum_x_toggles, sum_x);
}

void InputStationaryEngine::State::multiply(const std::uint8_t* weights, std::uint32_t filters,
                                            FoldOutput& out) {
    by_row.resize(std::size_t{fold_rows} * filters);
    for (std::uint32_t f = 0; f < filters; ++f)
        for (std::uint32_t r = 0; r < fold_rows; ++r)
            by_row[std::size_t{r} * filters + f] = weights[std::size_t{f} * fold_rows + r];
    by_pixel.resize(std::size_t{fold_pixels} * fold_rows + 3);  // the kernel reads whole quads
    for (std::uint32_t r = 0; r < fold_rows; ++r)
        for (std::uint32_t c = 0; c < fold_pixels; ++c)
            by_pixel[std::size_t{c} * fold_rows + r] = codes[std::size_t{r} * fold_pixels + c];
    products.pack(by_row.data(), fold_rows, filters, packed);
    products.sum(by_pixel.data(), fold_rows, fold_pixels, false, pixel_sums);
    products.multiply(packed, by_pixel.data(), pixel_sums, fold_pixels, by_filter);
    for (std::uint32_t f = 0; f < filters; ++f)
        for (std::uint32_t c = 0; c < fold_pixels; ++c)
            out.psum[std::size_t{f} * fold_pixels + c] = by_filter[std::size_t{c} * filters + f];
}

/// Weight registers, and the kept partial products, which follow them bit by bit, as in FoldEngine. To what
/// the array is priced by, weights are activations and activations weights: that is how such PEs would be
/// built.
void InputStationaryEngine::State::count_weight_flips(const std::uint8_t* weights, std::uint32_t filters,
                                                      ActivityCounts& activity) {
    // The kernel compares with the vector before: the first follows itself here, the registers come below.
    const std::size_t bytes = std::size_t{filters} * fold_rows;
    streamed.resize(bytes + fold_rows + kActivityBlock);
    std::copy_n(weights, fold_rows, streamed.data());
    std::copy_n(weights, bytes, streamed.data() + fold_rows);
    bit_flips.assign(std::size_t{8} * fold_rows, 0);
    kernels.bit_flips(streamed.data(), fold_rows, filters, bit_flips.data());
    const std::uint8_t* last = weights + bytes - fold_rows;
    std::uint8_t read_bits = 0;
    for (std::size_t j = 0; j < 8; ++j)
        if (kept_activation_mask[j] != 0) read_bits = static_cast<std::uint8_t>(read_bits | 1u << j);
    first_counts.assign(fold_rows, 1);
    changed.count(weights, fold_rows, filters, first_counts.data(), read_bits, kernels);
    std::uint64_t weight_flips = 0, partial_flips = 0;
    for (std::uint32_t r = 0; r < fold_rows; ++r) {
        const std::uint8_t* row = codes.data() + std::size_t{r} * fold_pixels;
        std::uint8_t* before = weight.data() + std::size_t{top_row() + r} * config.columns;
        const std::size_t k = row_class(top_row() + r + 1);
        const auto add = [&](std::size_t bit, std::uint64_t flips, const std::uint8_t* held_codes_of,
                             std::uint32_t n) {
            const std::uint64_t partial =
                flips * kernels.count_ones(held_codes_of, n, kept_activation_mask[bit]);
            weight_flips += flips * n;
            partial_flips += partial;
            activity.pe.at(k, PeFeature::activation_toggles) += flips * n;
            activity.pe.at(k, PeFeature::weighted_activation_toggles) +=
                flips * std::accumulate(held_codes_of, held_codes_of + n, std::uint64_t{0});
            activity.pe.at(k, partial_products_of(bit)) += partial;
        };
        for (std::size_t j = 0; j < 8; ++j)
            activity.pe.at(k, PeFeature::partial_product_ones) +=
                changed.of(r, j) * kernels.count_ones(row, fold_pixels, kept_activation_mask[j]);
        for (std::size_t j = 0; j < 8; ++j)
            if (const std::uint64_t of_bit = bit_flips[j * fold_rows + r]; of_bit != 0)
                add(j, of_bit, row, fold_pixels);
        for (std::uint32_t c = 0, end = 0; c < fold_pixels; c = end) {  // columns that hold the same
            for (end = c + 1; end < fold_pixels && before[end] == before[c];) ++end;
            const std::uint32_t flipped = before[c] ^ weights[r];
            for (std::size_t j = 0; j < 8; ++j)
                if ((flipped >> j & 1) != 0) add(j, 1, row + c, end - c);
        }
        std::fill_n(before, fold_pixels, last[r]);
    }
    activity.add(Activity::weight_toggles, weight_flips);
    activity.add(Activity::streaming_toggles, weight_flips);
    activity.add(Activity::partial_product_toggles, partial_flips);
}

void InputStationaryEngine::State::stream_table(const std::uint8_t* weights, std::uint32_t filters,
                                                FoldOutput& out) {
    const ProductTable& table = *config.multiplier.table;
    const std::size_t sums = std::size_t{filters} * fold_pixels;
    std::fill_n(out.psum.begin(), sums, 0);
    for (std::size_t s = 0; s < segments.size(); ++s) {
        const std::uint32_t end = segments[s].first + segments[s].rows;
        for (std::uint32_t r = segments[s].first; r < end; ++r) {
            for (std::uint32_t f = 0; f < filters; ++f) {
                for (std::uint32_t c = 0; c < fold_pixels; ++c) {
                    std::int32_t& sum = out.psum[std::size_t{f} * fold_pixels + c];
                    sum += table.product(weights[std::size_t{f} * fold_rows + r],
                                         codes[std::size_t{r} * fold_pixels + c]);
                    std::uint32_t& before = psum[std::size_t{top_row() + r} * config.columns + c];
                    const std::uint32_t now = static_cast<std::uint32_t>(sum) & psum_masks[top_row() + r];
                    count.add(before, now);
                    before = now;
                }
            }
            const std::uint64_t flips = count.take(kernels);
            psum_flips[s].flips += flips;
            if (r + 1 == end) psum_flips[s].last_row_flips += flips;
        }
    }
}

void InputStationaryEngine::State::expand(const std::array<SlotNibbles, 2>& table,
                                          const AlignedVector<std::uint8_t>& in, std::size_t plane,
                                          AlignedVector<std::uint32_t>& words) const {
    words.resize(plane * slots.groups);
    for (std::uint32_t g = 0; g < slots.groups; ++g)
        kernels.expand_slots(in.data(), plane, table[g], words.data() + g * plane);
}

/// The kernel's "weights" are what the PEs hold. Pixels up to whole blocks of lanes are activations of 0.
void InputStationaryEngine::State::stream_psums(const std::uint8_t* weights, std::uint32_t filters,
                                                FoldOutput& out) {
    psum_flips = psum_segments(segments);
    if (products.table() != nullptr) return stream_table(weights, filters, out);
    const std::uint32_t padded = (fold_pixels + kernels.lanes - 1) / kernels.lanes * kernels.lanes;
    const std::size_t held_plane = whole_blocks(std::size_t{fold_rows} * padded);
    const std::size_t streamed_plane = whole_blocks(std::size_t{filters} * fold_rows);
    held_codes.assign(held_plane, 0);
    block_registers.assign(std::size_t{fold_rows} * padded, 0);
    const auto registers = [&](std::size_t r) { return psum.data() + (top_row() + r) * config.columns; };
    for (std::size_t r = 0; r < fold_rows; ++r) {
        std::copy_n(codes.data() + r * fold_pixels, fold_pixels, held_codes.data() + r * padded);
        std::copy_n(registers(r), fold_pixels, block_registers.data() + r * padded);
    }
    streamed.resize(streamed_plane);
    std::copy_n(weights, std::size_t{filters} * fold_rows, streamed.data());
    expand(activation_nibbles, held_codes, held_plane, activation_words);
    expand(weight_nibbles, streamed, streamed_plane, weight_words);
    block_psum.resize(std::size_t{filters} * padded);
    PsumJob job;
    job.activations = weight_words.data();
    job.activation_plane = streamed_plane;
    job.weights = activation_words.data();
    job.weight_plane = held_plane;
    job.registers = block_registers.data();
    job.masks = psum_masks.data() + top_row();
    job.psum = block_psum.data();
    job.groups = slots.groups;
    job.rows = fold_rows;
    job.columns = padded;
    job.vectors = filters;
    job.unsigned_weights = config.encoding != Encoding::unsigned_codes;
    job.signed_sums = config.encoding != Encoding::unsigned_codes;
    job.segments = psum_flips.data();
    job.segment_count = static_cast<std::uint32_t>(psum_flips.size());
    kernels.psum_toggles(job);
    for (std::size_t r = 0; r < fold_rows; ++r)
        std::copy_n(block_registers.data() + r * padded, fold_pixels, registers(r));
    for (std::size_t f = 0; f < filters; ++f)
        for (std::size_t c = 0; c < fold_pixels; ++c)
            out.psum[f * fold_pixels + c] = static_cast<std::int32_t>(
                static_cast<std::uint32_t>(block_psum[f * padded + c]) << slots.shift);
}

void InputStationaryEngine::stream(const std::uint8_t* weights, std::uint32_t filters, FoldOutput& out,
                                   ActivityCounts* activity) {
    State& s = *state_;
    const auto end = static_cast<std::ptrdiff_t>(s.fold_pixels);
    out.sum_a.assign(s.sum_a.output.begin(), s.sum_a.output.begin() + end);
    out.sum_x.assign(s.sum_x.output.begin(), s.sum_x.output.begin() + end);
    out.psum.resize(std::size_t{filters} * s.fold_pixels);
    if (activity == nullptr) return s.multiply(weights, filters, out);

    const std::uint64_t n = filters, pixels = s.fold_pixels;
    activity->add(Activity::streamed_vectors, n);
    activity->add(Activity::pe_cycles, n * s.fold_rows * pixels);
    activity->add(Activity::column_cycles, n * pixels);
    s.count_weight_flips(weights, filters, *activity);
    for (const RowSegment& segment : s.segments)
        activity->pe.at(segment.row_class, PeFeature::cycles) += n * segment.rows * pixels;
    s.stream_psums(weights, filters, out);
    activity->add(Activity::psum_toggles, add_psum_flips(s.segments, s.psum_flips, activity->pe));
    s.pipeline.stream(s.codes.data(), s.fold_rows, s.fold_pixels, weights, filters, nullptr, *activity);
}

}  // namespace approxtlm
