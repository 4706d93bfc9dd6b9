#include "models/kernels/output_stationary.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "models/kernels/array_kernels.h"
#include "models/kernels/flip_count.h"
#include "models/kernels/product_form.h"
#include "models/kernels/product_matrix.h"

namespace approxtlm {
namespace {

/// Finished sums [row][stride] of `pixels` rows move down and out: in phase i row r holds pixel r - i. Row r
/// passes on the pixels above it one after the other, so neighbouring pixels j - 1 and j meet in the R - j
/// rows from j on, and the rows below the tile first lose what they held. Returns the flipped bits; all rows
/// end with pixel 0.
std::uint64_t move_out(std::uint32_t* sums, std::size_t stride, std::uint32_t columns, std::uint32_t rows,
                       std::uint32_t pixels, FlipCount& count, const ArrayKernels& kernels) {
    std::uint64_t flipped = 0;
    for (std::uint32_t j = 1; j < pixels; ++j) {
        for (std::uint32_t c = 0; c < columns; ++c)
            count.add(sums[j * stride + c], sums[(j - 1) * stride + c]);
        flipped += count.take(kernels) * (rows - j);
    }
    for (std::uint32_t r = pixels; r < rows; ++r)
        for (std::uint32_t c = 0; c < columns; ++c)
            count.add(sums[r * stride + c], sums[(pixels - 1) * stride + c]);
    for (std::uint32_t r = 1; r < rows; ++r) std::copy_n(sums, columns, sums + r * stride);
    return flipped + count.take(kernels);
}

}  // namespace

struct OutputStationaryEngine::State {
    State(const FoldEngine::Config& c, const ArrayKernels& k)
        : config(c),
          kernels(k),
          products(c.multiplier, c.encoding, c.variate, k),
          slots(products.table() != nullptr ? ProductSlots{} : product_slots(c.multiplier, c.encoding)) {
        for (int a = 0; a < 256; ++a)
            x[static_cast<std::size_t>(a)] =
                static_cast<std::uint8_t>(variate_value(c.variate, c.multiplier, a));
        for (int i = 0; i < 8; ++i) kept |= std::uint64_t{kept_weight_mask(c.multiplier, i)} << (8 * i);
    }

    /// Side registers of one kind beside the rows.
    struct Side {
        std::vector<std::uint32_t> accumulator, output;  ///< [row]
    };

    void multiply(const OutputStationaryTile& t, FoldOutput& out);
    void count_operand_flips(const OutputStationaryTile& t, ActivityCounts& activity);
    void count_partial_products(const OutputStationaryTile& t, ActivityCounts& activity);
    void sum_block(const OutputStationaryTile& t, std::uint32_t first_filter, ActivityCounts& activity);
    void sum_table(const OutputStationaryTile& t, ActivityCounts& activity);
    void add_pe_counts(const OutputStationaryTile& t, const ActivityCounts& before,
                       ActivityCounts& activity) const;
    std::uint64_t sum_side(const OutputStationaryTile& t, const std::array<std::uint8_t, 256>* mapping,
                           Side& side, std::vector<std::int32_t>& sums);
    void add_product_flips(std::uint64_t flips, std::uint64_t ones, ActivityCounts& activity) const {
        activity.add(Activity::multiplier_register_toggles, flips * config.multiplier_stages);
        activity.pe.at(row_class(config.rows), PeFeature::product_toggles) += flips;
        activity.pe.at(row_class(config.rows), PeFeature::product_ones) += ones;
    }
    std::size_t at(std::uint32_t row, std::uint32_t column) const {
        return std::size_t{row} * config.columns + column;
    }

    const FoldEngine::Config config;
    const ArrayKernels& kernels;
    const ProductMatrix products;
    const ProductSlots slots;
    std::array<std::uint8_t, 256> x{};
    std::uint64_t kept = 0;  ///< partial products: byte i carries activation bit i, bit j of it weight bit j

    // Registers [row][column]; sums and products in units of 2^slots.shift.
    std::vector<std::uint8_t> activation, weight;
    std::vector<std::uint32_t> accumulator, output, product;
    Side sum_a, sum_x;

    // Scratch.
    FlipCount count;
    PackedWeights packed;
    PixelSums pixel_sums;
    std::vector<std::uint8_t> by_pixel, flipped;
    std::vector<std::uint32_t> activation_words, weight_words, block_accumulators, block_outputs,
        block_products;
    std::vector<std::uint64_t> spread, masked, partial;
};

OutputStationaryEngine::OutputStationaryEngine(const FoldEngine::Config& config, const ArrayKernels& kernels)
    : state_(std::make_unique<State>(config, kernels)) {
    reset();
}

OutputStationaryEngine::~OutputStationaryEngine() = default;
OutputStationaryEngine::OutputStationaryEngine(OutputStationaryEngine&&) noexcept = default;

void OutputStationaryEngine::reset() {
    State& s = *state_;
    const std::size_t pes = std::size_t{s.config.rows} * s.config.columns;
    s.activation.assign(pes, 0);
    s.weight.assign(pes, 0);
    s.accumulator.assign(pes, 0);
    s.output.assign(pes, 0);
    s.product.assign(pes, 0);
    for (State::Side* side : {&s.sum_a, &s.sum_x}) {
        side->accumulator.assign(s.config.rows, 0);
        side->output.assign(s.config.rows, 0);
    }
}

void OutputStationaryEngine::State::multiply(const OutputStationaryTile& t, FoldOutput& out) {
    by_pixel.resize(std::size_t{t.pixels} * t.steps + 3);  // the kernel reads whole quads
    for (std::uint32_t k = 0; k < t.steps; ++k)
        for (std::uint32_t p = 0; p < t.pixels; ++p)
            by_pixel[std::size_t{p} * t.steps + k] = t.activations[std::size_t{k} * t.pixels + p];
    products.pack(t.weights, t.steps, t.filters, packed);
    products.sum(by_pixel.data(), t.steps, t.pixels, config.sum_x, pixel_sums);
    products.multiply(packed, by_pixel.data(), pixel_sums, t.pixels, out.psum);
    out.sum_a = pixel_sums.sum_a;
    out.sum_x = pixel_sums.sum_x;
}

/// Activation and weight registers; the products' flips need what they held before.
void OutputStationaryEngine::State::count_operand_flips(const OutputStationaryTile& t,
                                                        ActivityCounts& activity) {
    // A stream [step][lane] through registers that hold the same from the first step on.
    const auto between_steps = [&](const std::uint8_t* stream, std::uint32_t lanes) {
        const std::size_t n = std::size_t{t.steps - 1} * lanes;
        flipped.resize(n);
        for (std::size_t i = 0; i < n; ++i) flipped[i] = stream[i] ^ stream[i + lanes];
        return std::uint64_t{kernels.count_ones(flipped.data(), n, 255)};
    };
    std::uint64_t activation_flips = between_steps(t.activations, t.pixels) * t.filters;
    std::uint64_t weight_flips = between_steps(t.weights, t.filters) * t.pixels;
    const std::uint8_t* last_activations = t.activations + std::size_t{t.steps - 1} * t.pixels;
    const std::uint8_t* last_weights = t.weights + std::size_t{t.steps - 1} * t.filters;
    for (std::uint32_t r = 0; r < t.pixels; ++r) {
        for (std::uint32_t c = 0; c < t.filters; ++c) {
            count.add(activation[at(r, c)], t.activations[r]);
            activation[at(r, c)] = last_activations[r];
        }
    }
    activation_flips += count.take(kernels);
    for (std::uint32_t r = 0; r < t.pixels; ++r) {
        for (std::uint32_t c = 0; c < t.filters; ++c) {
            count.add(weight[at(r, c)], t.weights[c]);
            weight[at(r, c)] = last_weights[c];
        }
    }
    weight_flips += count.take(kernels);
    activity.add(Activity::activation_toggles, activation_flips);
    activity.add(Activity::weight_toggles, weight_flips);
    activity.add(Activity::streaming_toggles, activation_flips + weight_flips);
}

/// A partial product is the and of two bits that both may flip. Before count_operand_flips.
void OutputStationaryEngine::State::count_partial_products(const OutputStationaryTile& t,
                                                           ActivityCounts& activity) {
    const auto bits_spread = [](std::uint8_t a) {
        std::uint64_t bytes = 0;
        for (int i = 0; i < 8; ++i)
            if ((a >> i & 1) != 0) bytes |= std::uint64_t{255} << (8 * i);
        return bytes;
    };
    const auto kept_of = [&](std::uint8_t w) { return w * 0x0101010101010101u & kept; };
    std::array<std::uint64_t, 256> spread_of;
    for (std::size_t a = 0; a < 256; ++a) spread_of[a] = bits_spread(static_cast<std::uint8_t>(a));

    const std::uint32_t lanes = kernels.lanes;
    spread.resize(std::size_t{t.pixels} * t.steps);
    for (std::uint32_t k = 0; k < t.steps; ++k)
        for (std::uint32_t p = 0; p < t.pixels; ++p)
            spread[std::size_t{p} * t.steps + k] = spread_of[t.activations[std::size_t{k} * t.pixels + p]];
    std::uint64_t total = 0;
    for (std::uint32_t first = 0; first < t.filters; first += lanes) {
        const std::uint32_t used = std::min(lanes, t.filters - first);
        masked.assign(std::size_t{t.steps} * lanes, 0);
        for (std::uint32_t k = 0; k < t.steps; ++k)
            for (std::uint32_t c = 0; c < used; ++c)
                masked[std::size_t{k} * lanes + c] =
                    kept_of(t.weights[std::size_t{k} * t.filters + first + c]);
        partial.assign(std::size_t{t.pixels} * lanes, 0);
        for (std::uint32_t p = 0; p < t.pixels; ++p)
            for (std::uint32_t c = 0; c < used; ++c)
                partial[std::size_t{p} * lanes + c] =
                    spread_of[activation[at(p, first + c)]] & kept_of(weight[at(p, first + c)]);
        PartialProductJob job;
        job.activations = spread.data();
        job.weights = masked.data();
        job.registers = partial.data();
        job.pixels = t.pixels;
        job.steps = t.steps;
        kernels.partial_product_flips(job);
        total += job.flips;
        activity.pe.at(row_class(config.rows), PeFeature::partial_product_ones) += job.ones;
    }
    activity.add(Activity::partial_product_toggles, total);
}

void OutputStationaryEngine::State::sum_block(const OutputStationaryTile& t, std::uint32_t first_filter,
                                              ActivityCounts& activity) {
    const std::uint32_t lanes = kernels.lanes, groups = slots.groups;
    const std::uint32_t used = std::min(lanes, t.filters - first_filter);
    weight_words.assign(std::size_t{t.steps} * groups * lanes, 0);
    for (std::uint32_t k = 0; k < t.steps; ++k) {
        const std::uint8_t* step = t.weights + std::size_t{k} * t.filters + first_filter;
        for (std::uint32_t g = 0; g < groups; ++g)
            for (std::uint32_t c = 0; c < used; ++c)
                weight_words[(std::size_t{k} * groups + g) * lanes + c] = slots.weight[step[c]][g];
    }
    const auto block_of = [&](const std::vector<std::uint32_t>& registers,
                              std::vector<std::uint32_t>& block) {
        block.assign(std::size_t{t.pixels} * lanes, 0);
        for (std::uint32_t p = 0; p < t.pixels; ++p)
            std::copy_n(registers.data() + at(p, first_filter), used, block.data() + std::size_t{p} * lanes);
        return block.data();
    };
    const auto put_back = [&](const std::vector<std::uint32_t>& block,
                              std::vector<std::uint32_t>& registers) {
        for (std::uint32_t p = 0; p < t.pixels; ++p)
            std::copy_n(block.data() + std::size_t{p} * lanes, used, registers.data() + at(p, first_filter));
    };
    OutputStationaryJob job;
    job.activations = activation_words.data();
    job.weights = weight_words.data();
    job.accumulators = block_of(accumulator, block_accumulators);
    job.outputs = block_of(output, block_outputs);
    job.products = block_of(product, block_products);
    job.sum_mask = ~0u >> slots.shift;
    job.product_mask = 0xFFFFu >> slots.shift;
    job.groups = groups;
    job.pixels = t.pixels;
    job.steps = t.steps;
    job.unsigned_weights = config.encoding == Encoding::unsigned_codes;
    kernels.output_stationary(job);
    put_back(block_accumulators, accumulator);
    put_back(block_outputs, output);
    put_back(block_products, product);
    activity.add(Activity::psum_toggles, job.sum_flips);
    add_product_flips(job.product_flips, job.product_ones, activity);
}

void OutputStationaryEngine::State::sum_table(const OutputStationaryTile& t, ActivityCounts& activity) {
    const ProductTable& table = *config.multiplier.table;
    std::uint64_t product_flips = 0, product_ones = 0;
    std::vector<std::uint32_t> products_of(t.steps);
    for (std::uint32_t p = 0; p < t.pixels; ++p) {
        for (std::uint32_t c = 0; c < t.filters; ++c) {
            for (std::uint32_t k = 0; k < t.steps; ++k)
                products_of[k] = static_cast<std::uint32_t>(table.product(
                    t.weights[std::size_t{k} * t.filters + c], t.activations[std::size_t{k} * t.pixels + p]));
            std::uint32_t sum = 0;
            for (std::uint32_t k = 0; k < t.steps; ++k) {
                sum += products_of[k];
                std::uint32_t& held = k + 1 < t.steps ? accumulator[at(p, c)] : output[at(p, c)];
                count.add(held, sum);
                held = sum;
            }
            activity.add(Activity::psum_toggles, count.take(kernels));
            for (const std::uint32_t now : products_of) {
                count.add(product[at(p, c)], now & 0xFFFFu);
                product[at(p, c)] = now & 0xFFFFu;
            }
            product_flips += count.take(kernels);
            for (const std::uint32_t now : products_of) count.add(0, now & 0xFFFFu);
            product_ones += count.take(kernels);
        }
    }
    add_product_flips(product_flips, product_ones, activity);
}

/// Every PE is taken as one of the widest row: it sums as many terms. Sums come back to their own adder.
void OutputStationaryEngine::State::add_pe_counts(const OutputStationaryTile& t, const ActivityCounts& before,
                                                  ActivityCounts& activity) const {
    const std::size_t k = row_class(config.rows);
    const auto since = [&](Activity a) { return activity[a] - before[a]; };
    activity.pe.at(k, PeFeature::cycles) += std::uint64_t{t.steps} * t.pixels * t.filters;
    activity.pe.at(k, RowCount::row_cycles) += std::uint64_t{t.steps} * t.pixels;
    activity.pe.at(k, PeFeature::activation_toggles) += since(Activity::streaming_toggles);
    // Not known bit by bit: by the bits that the multiplier keeps, and with the middle weight.
    std::uint64_t left = since(Activity::partial_product_toggles);
    int kept_left = kept_partial_products(config.multiplier);
    for (std::size_t i = 0; i < 8 && kept_left > 0; ++i) {
        const auto of_bit = static_cast<int>(
            std::bitset<8>(kept_weight_mask(config.multiplier, static_cast<int>(i))).count());
        const std::uint64_t share =
            left * static_cast<std::uint64_t>(of_bit) / static_cast<std::uint64_t>(kept_left);
        activity.pe.at(k, partial_products_of(i)) += share;
        left -= share;
        kept_left -= of_bit;
    }
    activity.pe.at(k, PeFeature::weighted_activation_toggles) += 128 * since(Activity::streaming_toggles);
    activity.pe.at(k, PeFeature::psum_in_toggles) += since(Activity::psum_toggles);
    activity.pe.at(k, PeFeature::psum_toggles) += since(Activity::psum_toggles);
}

std::uint64_t OutputStationaryEngine::State::sum_side(const OutputStationaryTile& t,
                                                      const std::array<std::uint8_t, 256>* mapping,
                                                      Side& side, std::vector<std::int32_t>& sums) {
    sums.clear();
    for (std::uint32_t p = 0; p < t.pixels; ++p) {
        std::uint32_t sum = 0;
        for (std::uint32_t k = 0; k < t.steps; ++k) {
            const std::uint8_t a = t.activations[std::size_t{k} * t.pixels + p];
            sum += mapping != nullptr ? (*mapping)[a] : a;
            std::uint32_t& held = k + 1 < t.steps ? side.accumulator[p] : side.output[p];
            count.add(held, sum);
            held = sum;
        }
        sums.push_back(static_cast<std::int32_t>(sum));
    }
    const std::uint64_t summing = count.take(kernels);
    return summing + move_out(side.output.data(), 1, 1, config.rows, t.pixels, count, kernels);
}

void OutputStationaryEngine::run(const OutputStationaryTile& tile, FoldOutput& out,
                                 ActivityCounts* activity) {
    State& s = *state_;
    if (activity == nullptr) return s.multiply(tile, out);

    const std::uint64_t n = tile.steps, pixels = tile.pixels, filters = tile.filters;
    activity->add(Activity::streamed_vectors, n);
    activity->add(Activity::pe_cycles, n * pixels * filters);
    activity->add(Activity::weight_loads, n * pixels * filters);
    activity->add(Activity::row_cycles, n * pixels);
    activity->add(Activity::column_cycles, pixels * filters);
    const ActivityCounts before = *activity;
    s.count_partial_products(tile, *activity);
    s.count_operand_flips(tile, *activity);
    if (s.products.table() != nullptr) {
        s.sum_table(tile, *activity);
    } else {
        const std::uint32_t groups = s.slots.groups;
        s.activation_words.resize(std::size_t{tile.pixels} * tile.steps * groups);
        for (std::uint32_t k = 0; k < tile.steps; ++k)
            for (std::uint32_t p = 0; p < tile.pixels; ++p)
                for (std::uint32_t g = 0; g < groups; ++g)
                    s.activation_words[(std::size_t{p} * tile.steps + k) * groups + g] =
                        s.slots.activation[tile.activations[std::size_t{k} * tile.pixels + p]][g];
        for (std::uint32_t f = 0; f < tile.filters; f += s.kernels.lanes) s.sum_block(tile, f, *activity);
    }
    out.psum.resize(std::size_t{tile.pixels} * tile.filters);
    for (std::uint32_t p = 0; p < tile.pixels; ++p)
        for (std::uint32_t f = 0; f < tile.filters; ++f)
            out.psum[std::size_t{p} * tile.filters + f] =
                static_cast<std::int32_t>(s.output[s.at(p, f)] << s.slots.shift);
    activity->add(Activity::psum_toggles, move_out(s.output.data(), s.config.columns, tile.filters,
                                                   s.config.rows, tile.pixels, s.count, s.kernels));
    const std::uint64_t sum_a = s.sum_side(tile, nullptr, s.sum_a, out.sum_a);
    if (s.config.sum_a) activity->add(Activity::sum_a_toggles, sum_a);
    out.sum_x.assign(tile.pixels, 0);
    if (s.config.sum_x) activity->add(Activity::sum_x_toggles, s.sum_side(tile, &s.x, s.sum_x, out.sum_x));
    s.add_pe_counts(tile, before, *activity);
}

}  // namespace approxtlm
