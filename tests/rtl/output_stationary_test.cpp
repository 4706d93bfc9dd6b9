// The output-stationary RTL array against OutputStationaryEngine: every sum, the cycle of every sum, every
// register flip. APPROXTLM_RTL_FOLDS sets the number of random tiles (500), APPROXTLM_RTL_SEED the first seed
// (1).
#include "models/kernels/output_stationary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "Vos_exact_4x4.h"
#include "Vos_exact_4x4___024root.h"
#include "Vos_perforated_5x7.h"
#include "Vos_perforated_5x7___024root.h"
#include "Vos_pipelined_6x5.h"
#include "Vos_pipelined_6x5___024root.h"
#include "Vos_recursive_1x3.h"
#include "Vos_recursive_1x3___024root.h"
#include "Vos_truncated_8x8.h"
#include "Vos_truncated_8x8___024root.h"
#include "models/arithmetic/control_variate.h"
#include "models/common/array_timing.h"
#include "tests/rtl/twin_adapter.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm::testing {
namespace {

struct OsShape {
    std::string name;
    std::uint32_t rows = 0, columns = 0;
    Multiplier multiplier;
    Encoding encoding = Encoding::unsigned_codes;
    Variate variate = Variate::low_bits;
    int fraction_bits = 8;
    std::uint32_t stages = 0;
};

/// `rows` pixels and `columns` filters over `steps` products.
struct OsTile {
    std::uint32_t rows = 0, columns = 0, steps = 0;
    std::vector<std::uint8_t> activations;   ///< [step][row]
    std::vector<std::uint8_t> weights;       ///< [step][column]
    std::vector<std::int32_t> coefficients;  ///< [column], empty: not corrected
};

/// One pixel as it leaves the array or MAC+.
struct OsPixel {
    std::uint64_t cycle = 0;          ///< since the first step of the run
    std::vector<std::int32_t> lanes;  ///< columns, sum A, sum x; corrected: columns
    friend bool operator==(const OsPixel& a, const OsPixel& b) {
        return a.cycle == b.cycle && a.lanes == b.lanes;
    }
};
std::ostream& operator<<(std::ostream& out, const OsPixel& p) {
    out << "cycle " << p.cycle << ':';
    for (const std::int32_t lane : p.lanes) out << ' ' << lane;
    return out;
}

enum OsBank : std::size_t { kActivation, kWeight, kSums, kSumA, kSumX, kProduct, kOsBanks };
struct OsResult {
    std::vector<OsPixel> sums, corrected;
    std::array<std::uint64_t, kOsBanks> flips{};
    bool hung = false;
};

class OsTwin {
public:
    virtual ~OsTwin() = default;
    /// Feeds the tiles as fast as the array takes them, but for cycles in which the feeder stalls.
    virtual OsResult simulate(const std::vector<OsTile>& tiles, unsigned stall_percent, std::uint32_t seed,
                              std::vector<std::uint64_t>& accepted) = 0;
    virtual const OsShape& shape() const = 0;
};

template <class Model>
class OsAdapter : public OsTwin {
public:
    explicit OsAdapter(OsShape shape) : shape_(std::move(shape)), model_(shape_.name.c_str()) {
        model_.clk(clk_);
        model_.reset(reset_);
        model_.step_valid(step_valid_);
        model_.step_ready(step_ready_);
        model_.step_last(step_last_);
        model_.tile_rows(tile_rows_);
        model_.tile_columns(tile_columns_);
        model_.activations(activations_);
        model_.weights(weights_);
        model_.sums_valid(sums_valid_);
        model_.column_valid(column_valid_);
        model_.psum(psum_);
        model_.sum_a(sum_a_);
        model_.sum_x(sum_x_);
        model_.correct(correct_);
        model_.coefficient(coefficient_);
        model_.corrected_valid(corrected_valid_);
        model_.corrected(corrected_);
    }
    const OsShape& shape() const override { return shape_; }

    OsResult simulate(const std::vector<OsTile>& tiles, unsigned stall_percent, std::uint32_t seed,
                      std::vector<std::uint64_t>& accepted) override {
        reset_.write(true);
        clock();
        reset_.write(false);
        settle();
        flips_ = {};
        OsResult result;
        std::mt19937 random(seed);
        std::size_t tile = 0, step = 0, out_tile = 0, out_pixel = 0;
        std::uint32_t idle = 0;
        std::deque<std::uint32_t> in_mac_plus;  // columns of the tiles there
        std::uint64_t first = 0;
        for (std::uint64_t cycle = 0; idle < 3 * shape_.rows + shape_.columns + 4; ++cycle) {
            result.hung = cycle > 1000000;
            if (result.hung) break;
            const bool offer = tile < tiles.size() && random() % 100 >= stall_percent;
            step_valid_.write(offer);
            if (offer) {
                const OsTile& t = tiles[tile];
                step_last_.write(step + 1 == t.steps);
                write_slots(tile_rows_, std::vector<std::uint32_t>{t.rows}, 16);
                write_slots(tile_columns_, std::vector<std::uint32_t>{t.columns}, 16);
                std::vector<std::uint8_t> a(shape_.rows, 0), w(shape_.columns, 0);
                std::copy_n(t.activations.data() + step * t.rows, t.rows, a.data());
                std::copy_n(t.weights.data() + step * t.columns, t.columns, w.data());
                write_slots(activations_, a, 8);
                write_slots(weights_, w, 8);
            }
            settle();
            if (offer && step_ready_.read()) {
                if (accepted.empty()) first = cycle;
                accepted.push_back(cycle - first);
                if (++step == tiles[tile].steps) {
                    step = 0;
                    ++tile;
                }
            }
            if (corrected_valid_.read() && !in_mac_plus.empty()) {
                OsPixel p;
                p.cycle = cycle - first;
                for (std::uint32_t c = 0; c < in_mac_plus.front(); ++c)
                    p.lanes.push_back(static_cast<std::int32_t>(slot(get_bits(corrected_.read()), c, 32)));
                in_mac_plus.pop_front();
                result.corrected.push_back(std::move(p));
            }
            correct_.write(false);
            if (sums_valid_.read() && out_tile < tiles.size()) {
                const OsTile& t = tiles[out_tile];
                OsPixel p;
                p.cycle = cycle - first;
                for (std::uint32_t c = 0; c < shape_.columns; ++c) {
                    EXPECT_EQ(slot(get_bits(column_valid_.read()), c, 1), c < t.columns ? 1u : 0u);
                    if (c < t.columns)
                        p.lanes.push_back(static_cast<std::int32_t>(slot(get_bits(psum_.read()), c, 32)));
                }
                p.lanes.push_back(static_cast<std::int32_t>(get_bits(sum_a_.read())[0]));
                p.lanes.push_back(static_cast<std::int32_t>(get_bits(sum_x_.read())[0]));
                result.sums.push_back(std::move(p));
                if (!t.coefficients.empty()) {
                    std::vector<std::int32_t> coefficients = t.coefficients;
                    coefficients.resize(shape_.columns, 0);
                    correct_.write(true);
                    write_slots(coefficient_, coefficients, 20);
                    in_mac_plus.push_back(t.columns);
                }
                if (++out_pixel == t.rows) {
                    out_pixel = 0;
                    ++out_tile;
                }
            } else if (sums_valid_.read()) {
                ADD_FAILURE() << "more sums than pixels";
                break;
            }
            clock();
            if (out_tile == tiles.size()) ++idle;
        }
        result.flips = flips_;
        return result;
    }

private:
    void clock() {
        settle();
        clk_.write(true);
        settle();
        const auto* root = model_.rootp;
        flips_[kActivation] += counters_[0].update(root->os_array__DOT__activation_q);
        flips_[kWeight] += counters_[1].update(root->os_array__DOT__weight_q);
        flips_[kSums] += counters_[2].update(root->os_array__DOT__accumulator_q) +
                         counters_[3].update(root->os_array__DOT__output_q);
        flips_[kSumA] += counters_[4].update(root->os_array__DOT__a_accumulator_q) +
                         counters_[5].update(root->os_array__DOT__a_output_q);
        flips_[kSumX] += counters_[6].update(root->os_array__DOT__x_accumulator_q) +
                         counters_[7].update(root->os_array__DOT__x_output_q);
        flips_[kProduct] += counters_[8].update(root->os_array__DOT__product_q);
        clk_.write(false);
        settle();
    }
#define APPROXTLM_SIGNAL(port) typename SignalOf<decltype(Model::port)>::type port##_
    APPROXTLM_SIGNAL(clk);
    APPROXTLM_SIGNAL(reset);
    APPROXTLM_SIGNAL(step_valid);
    APPROXTLM_SIGNAL(step_ready);
    APPROXTLM_SIGNAL(step_last);
    APPROXTLM_SIGNAL(tile_rows);
    APPROXTLM_SIGNAL(tile_columns);
    APPROXTLM_SIGNAL(activations);
    APPROXTLM_SIGNAL(weights);
    APPROXTLM_SIGNAL(sums_valid);
    APPROXTLM_SIGNAL(column_valid);
    APPROXTLM_SIGNAL(psum);
    APPROXTLM_SIGNAL(sum_a);
    APPROXTLM_SIGNAL(sum_x);
    APPROXTLM_SIGNAL(correct);
    APPROXTLM_SIGNAL(coefficient);
    APPROXTLM_SIGNAL(corrected_valid);
    APPROXTLM_SIGNAL(corrected);
#undef APPROXTLM_SIGNAL
    const OsShape shape_;
    Model model_;
    std::array<FlipCounter, 9> counters_;
    std::array<std::uint64_t, kOsBanks> flips_{};
};

/// OutputStationaryEngine's sums and flips, in the cycles that docs/rtl.md states.
class OsModel {
public:
    explicit OsModel(const OsShape& shape) : shape_(shape), engine_(config(shape)) {}

    /// `last_step`: the cycle in which the tile's last step went in.
    void run(const OsTile& t, std::uint64_t last_step, OsResult& result) {
        OutputStationaryTile tile;
        tile.pixels = t.rows;
        tile.filters = t.columns;
        tile.steps = t.steps;
        tile.activations = t.activations.data();
        tile.weights = t.weights.data();
        FoldOutput out;
        ActivityCounts activity;
        engine_.run(tile, out, &activity);
        result.flips[kActivation] += activity[Activity::activation_toggles];
        result.flips[kWeight] += activity[Activity::weight_toggles];
        result.flips[kSums] += activity[Activity::psum_toggles];
        result.flips[kSumA] += activity[Activity::sum_a_toggles];
        result.flips[kSumX] += activity[Activity::sum_x_toggles];
        result.flips[kProduct] += activity[Activity::multiplier_register_toggles];
        for (std::uint32_t p = t.rows; p-- > 0;) deliver(t, p, last_step, out, result);
    }

private:
    static FoldEngine::Config config(const OsShape& shape) {
        FoldEngine::Config c;
        c.rows = shape.rows;
        c.columns = shape.columns;
        c.multiplier = shape.multiplier;
        c.encoding = shape.encoding;
        c.variate = shape.variate;
        c.sum_x = true;
        c.multiplier_stages = shape.stages;
        return c;
    }
    /// The last pixel leaves first.
    void deliver(const OsTile& t, std::uint32_t pixel, std::uint64_t last_step, const FoldOutput& out,
                 OsResult& result) const {
        OsPixel p, corrected;
        p.cycle = last_step + 2 * shape_.rows + shape_.columns - 1 - pixel + shape_.stages;
        corrected.cycle = p.cycle + 1;
        for (std::uint32_t c = 0; c < t.columns; ++c) {
            const std::int32_t sum = out.psum[pixel * t.columns + c];
            p.lanes.push_back(sum);
            if (!t.coefficients.empty())
                corrected.lanes.push_back(static_cast<std::int32_t>(
                    sum + correction_term(t.coefficients[c], out.sum_x[pixel], shape_.fraction_bits)));
        }
        p.lanes.push_back(out.sum_a[pixel]);
        p.lanes.push_back(out.sum_x[pixel]);
        result.sums.push_back(p);
        if (!t.coefficients.empty()) result.corrected.push_back(corrected);
    }

    const OsShape shape_;
    OutputStationaryEngine engine_;
};

OsShape os_shape(const char* name, std::uint32_t rows, std::uint32_t columns, const char* multiplier,
                 Encoding encoding, Variate variate) {
    return {name, rows, columns, parse_multiplier(multiplier), encoding, variate, 8};
}

const std::vector<std::unique_ptr<OsTwin>>& os_twins() {
    static const std::vector<std::unique_ptr<OsTwin>> all = [] {
        constexpr auto kUnsigned = Encoding::unsigned_codes, kSigned = Encoding::signed_codes;
        std::vector<std::unique_ptr<OsTwin>> t;
        t.push_back(std::make_unique<OsAdapter<Vos_exact_4x4>>(
            os_shape("exact_4x4", 4, 4, "exact", kUnsigned, Variate::low_bits)));
        t.push_back(std::make_unique<OsAdapter<Vos_recursive_1x3>>(
            os_shape("recursive_1x3", 1, 3, "recursive:3", kSigned, Variate::popcount)));
        t.push_back(std::make_unique<OsAdapter<Vos_perforated_5x7>>(
            os_shape("perforated_5x7", 5, 7, "perforated:3", kUnsigned, Variate::low_bits)));
        t.push_back(std::make_unique<OsAdapter<Vos_truncated_8x8>>(
            os_shape("truncated_8x8", 8, 8, "truncated:7", kSigned, Variate::any_low)));
        OsShape pipelined = os_shape("pipelined_6x5", 6, 5, "truncated:6", kSigned, Variate::popcount);
        pipelined.stages = 2;
        t.push_back(std::make_unique<OsAdapter<Vos_pipelined_6x5>>(pipelined));
        return t;
    }();
    return all;
}

OsTile random_tile(const OsShape& shape, std::mt19937& random, std::uint32_t rows, std::uint32_t columns,
                   std::uint32_t steps, bool corrected) {
    OsTile t;
    t.rows = rows;
    t.columns = columns;
    t.steps = steps;
    t.activations.resize(std::size_t{steps} * rows);
    t.weights.resize(std::size_t{steps} * columns);
    for (auto* bytes : {&t.activations, &t.weights})
        for (std::uint8_t& b : *bytes) b = static_cast<std::uint8_t>(random());
    for (std::uint32_t c = 0; corrected && c < shape.columns; ++c)
        t.coefficients.push_back(static_cast<std::int32_t>(random() % (1u << 20)) - (1 << 19));
    return t;
}

std::uint32_t from_environment(const char* name, std::uint32_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::stoul(text));
}

class RtlOutputStationary : public ::testing::TestWithParam<std::size_t> {
protected:
    RtlOutputStationary() : twin(*os_twins()[GetParam()]), shape(twin.shape()) {}
    std::uint64_t last_cycle(const std::vector<OsTile>& tiles) {
        std::vector<std::uint64_t> accepted;
        const OsResult got = twin.simulate(tiles, 0, 1, accepted);
        EXPECT_FALSE(got.hung);
        return got.corrected.empty() ? got.sums.back().cycle : got.corrected.back().cycle;
    }
    PeArrayConfig array() const {
        PeArrayConfig a;
        a.rows = shape.rows;
        a.columns = shape.columns;
        a.multiplier_stages = shape.stages;
        return a;
    }
    OsTwin& twin;
    const OsShape shape;
};

TEST_P(RtlOutputStationary, EqualsTheModelOnRandomTiles) {
    const std::uint32_t tiles_wanted =
        (from_environment("APPROXTLM_RTL_FOLDS", 500) + static_cast<std::uint32_t>(os_twins().size()) - 1) /
        static_cast<std::uint32_t>(os_twins().size());
    std::uint32_t seed = from_environment("APPROXTLM_RTL_SEED", 1) * 1000003u;
    OsModel model(shape);
    std::size_t done = 0, runs = 0;
    for (; done < tiles_wanted && !HasFailure(); ++seed, ++runs) {
        std::mt19937 random(seed);
        const auto up_to = [&](std::uint32_t n) { return 1 + static_cast<std::uint32_t>(random() % n); };
        const unsigned stall = random() % 4 == 0 ? up_to(60) : 0;
        std::vector<OsTile> tiles(up_to(5));
        for (OsTile& t : tiles) {
            t = random_tile(shape, random, random() % 2 != 0 ? shape.rows : up_to(shape.rows),
                            random() % 2 != 0 ? shape.columns : up_to(shape.columns),
                            up_to(3 * shape.rows + 2), random() % 2 != 0);
        }
        done += tiles.size();
        std::vector<std::uint64_t> accepted;
        const OsResult got = twin.simulate(tiles, stall, seed, accepted);
        OsResult want;
        std::uint64_t end = 0;  // cycle of the tile's last step
        std::size_t steps = 0;
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            steps += tiles[i].steps;
            // A tile follows the one before after max(K, R) cycles.
            end = i == 0 ? tiles[i].steps - 1 : end + std::max(tiles[i].steps, shape.rows);
            model.run(tiles[i], stall == 0 ? end : accepted.at(steps - 1), want);
        }
        const std::string where = shape.name + ", " + std::to_string(tiles.size()) + " tiles, stalls " +
                                  std::to_string(stall) + " %, seed " + std::to_string(seed);
        EXPECT_FALSE(got.hung) << where;
        EXPECT_EQ(got.sums, want.sums) << where;
        EXPECT_EQ(got.corrected, want.corrected) << where;
        EXPECT_EQ(got.flips, want.flips)
            << "activation, weight, sum, sum A, sum x, product registers, " << where;
    }
    std::cout << shape.name << ": " << done << " tiles in " << runs << " runs, last seed " << seed - 1
              << '\n';
}

TEST_P(RtlOutputStationary, TileTakesStepsPlusTwiceRowsPlusColumnsMinusTwo) {
    std::mt19937 random(1);
    for (const std::uint32_t steps : {1u, 2u, shape.rows, 3 * shape.rows}) {
        const OsTile t = random_tile(shape, random, shape.rows, shape.columns, steps, false);
        EXPECT_EQ(last_cycle({t}), isolated_fold_cycles(array(), steps, Dataflow::output_stationary))
            << shape.name << ", K " << steps;
    }
}

TEST_P(RtlOutputStationary, FurtherTilesCostMaxOfStepsAndRowsAndCorrectionOneCycle) {
    std::mt19937 random(2);
    for (const std::uint32_t steps : {1u, 2u, shape.rows, 3 * shape.rows}) {
        for (const bool corrected : {false, true}) {
            const OsTile t = random_tile(shape, random, shape.rows, shape.columns, steps, corrected);
            EXPECT_EQ(last_cycle({t, t, t, t}), steps + 2 * shape.rows + shape.columns - 2 + shape.stages +
                                                    3 * std::max(steps, shape.rows) + (corrected ? 1 : 0))
                << shape.name << ", K " << steps;
        }
    }
}

TEST_P(RtlOutputStationary, LayersTakeArrayCycles) {
    std::mt19937 random(3);
    const auto up_to = [&](std::uint32_t n) { return 1 + static_cast<std::uint32_t>(random() % n); };
    AcceleratorConfig config;
    config.pe_array = array();
    config.weight_buffer.port_bytes = config.activation_buffer.port_bytes = 2048;
    for (int i = 0; i < 8; ++i) {
        LayerDescriptor d;
        d.opcode = Opcode::matrix;
        d.dataflow = Dataflow::output_stationary;
        d.input_channels = up_to(3 * shape.rows);
        d.output_channels = up_to(3 * shape.columns);
        d.input_height = d.output_height = d.tile_rows = 1;
        d.input_width = d.output_width = up_to(4 * shape.rows);
        const Tiling t = tiling_of(d, shape.rows, shape.columns);
        std::vector<OsTile> tiles;
        for_each_fold(t, d.output_width, [&](const FoldPosition& p) {
            if (p.fold == 0)
                tiles.push_back(
                    random_tile(shape, random, p.pixels, t.fold_columns(p.filter_tile), t.reduction, false));
        });
        EXPECT_EQ(last_cycle(tiles), array_cycles(config, d))
            << shape.name << ", K " << t.reduction << ", pixels " << d.output_width << ", filters "
            << t.filters;
    }
}

std::string variant_name(const ::testing::TestParamInfo<std::size_t>& variant) {
    return std::array{"exact_4x4", "recursive_1x3", "perforated_5x7", "truncated_8x8", "pipelined_6x5"}.at(
        variant.param);
}
INSTANTIATE_TEST_SUITE_P(Variants, RtlOutputStationary, ::testing::Range(std::size_t{0}, std::size_t{5}),
                         variant_name);

}  // namespace
}  // namespace approxtlm::testing
