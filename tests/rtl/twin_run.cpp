#include "tests/rtl/twin_run.h"

#include <algorithm>
#include <random>
#include <tuple>
#include <utility>

#include "models/arithmetic/control_variate.h"
#include "models/common/array_timing.h"
#include "models/correction/correction_timing.h"

namespace approxtlm::testing {
namespace {

std::uint32_t up_to(std::mt19937& random, std::uint32_t largest) {
    return 1 + static_cast<std::uint32_t>(random() % largest);
}

/// Half of all folds fill the array; a third of their vectors are sparse or extreme.
std::vector<std::uint8_t> random_bytes(std::mt19937& random, std::size_t n) {
    std::vector<std::uint8_t> bytes(n);
    const auto kind = random() % 6;
    for (std::uint8_t& b : bytes) {
        b = static_cast<std::uint8_t>(random());
        if (kind == 0 && random() % 3 != 0) b = 0;
        if (kind == 1) b = random() % 2 != 0 ? 255 : 128;
    }
    return bytes;
}

std::int32_t wrapping_sum(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// Sums over the reduction folds of a tile, as the accumulator buffer holds them.
class Accumulators {
public:
    /// `lanes`: psum and sum x per column. Returns the totals in the same order.
    const std::vector<std::int32_t>& add(const RandomFold& fold, std::uint32_t vector,
                                         const std::vector<std::int32_t>& lanes) {
        if (totals_.size() <= vector) totals_.resize(vector + 1);
        std::vector<std::int32_t>& total = totals_[vector];
        if (fold.first) total.assign(lanes.size(), 0);
        for (std::size_t i = 0; i < lanes.size(); ++i) total[i] = wrapping_sum(total[i], lanes[i]);
        return total;
    }

private:
    std::vector<std::vector<std::int32_t>> totals_;
};

/// `fold`: its place among the `folds` of its tile.
RandomFold random_fold(std::mt19937& random, std::uint32_t rows, std::uint32_t columns, std::uint32_t vectors,
                       std::uint32_t fold, std::uint32_t folds, bool corrected, std::uint32_t array_columns) {
    RandomFold f;
    f.rows = rows;
    f.columns = columns;
    f.vectors = vectors;
    f.codes = random_bytes(random, std::size_t{rows} * columns);
    f.activations = random_bytes(random, std::size_t{rows} * vectors);
    f.first = fold == 0;
    f.last = fold + 1 == folds;
    for (std::uint32_t c = 0; corrected && f.last && c < array_columns; ++c)
        f.coefficients.push_back(static_cast<std::int32_t>(random() % (1u << 20)) - (1 << 19));
    return f;
}

PeArrayConfig array_config(const TwinShape& shape) {
    PeArrayConfig array;
    array.rows = shape.engine.rows;
    array.columns = shape.engine.columns;
    array.shadow_weights = shape.engine.shadow_weights;
    array.multiplier_stages = shape.engine.multiplier_stages;
    return array;
}

/// Cycle in which fold f's first vector is in the array, from the timing functions.
std::vector<std::uint64_t> fold_starts(const TwinShape& shape, const RandomRun& run) {
    const PeArrayConfig array = array_config(shape);
    std::vector<std::uint64_t> starts;
    std::uint64_t start = shift_in_cycles(array);
    for (const RandomFold& fold : run.folds) {
        starts.push_back(start);
        start += shape.engine.shadow_weights ? back_to_back_fold_cycles(array, fold.vectors)
                                             : isolated_fold_cycles(array, fold.vectors);
    }
    return starts;
}

}  // namespace

RandomRun random_run(const TwinShape& shape, std::uint32_t seed) {
    std::mt19937 random(seed);
    RandomRun run;
    run.seed = seed;
    if (random() % 5 == 0) run.stall_percent = up_to(random, 60);
    const std::uint32_t rows = shape.engine.rows, columns = shape.engine.columns;
    const std::uint32_t tiles = up_to(random, 3);
    for (std::uint32_t tile = 0; tile < tiles; ++tile) {
        const std::uint32_t vectors = up_to(random, random() % 2 != 0 ? rows : 3 * rows + 4);
        const std::uint32_t used_columns = random() % 2 != 0 ? columns : up_to(random, columns);
        const std::uint32_t folds = up_to(random, 3);
        const bool corrected = shape.engine.sum_x && random() % 4 != 0;
        for (std::uint32_t f = 0; f < folds; ++f) {
            const std::uint32_t used_rows = random() % 2 != 0 ? rows : up_to(random, rows);
            run.folds.push_back(
                random_fold(random, used_rows, used_columns, vectors, f, folds, corrected, columns));
        }
    }
    return run;
}

RandomRun layer_run(const TwinShape& shape, std::uint32_t reduction, std::uint32_t columns,
                    std::uint32_t vectors, bool corrected, std::uint32_t seed) {
    std::mt19937 random(seed);
    RandomRun run;
    run.seed = seed;
    const std::uint32_t rows = shape.engine.rows, folds = (reduction + rows - 1) / rows;
    for (std::uint32_t f = 0; f < folds; ++f) {
        run.folds.push_back(random_fold(random, std::min(rows, reduction - f * rows), columns, vectors, f,
                                        folds, corrected, shape.engine.columns));
    }
    return run;
}

RunResult simulate(Twin& twin, const RandomRun& run, std::vector<std::uint64_t>& accepted) {
    const TwinShape& shape = twin.shape();
    const std::uint32_t rows = shape.engine.rows, columns = shape.engine.columns;
    const auto flips_before = twin.flips();
    const std::uint64_t pe_cycles_before = twin.pe_cycles();
    std::mt19937 random(run.seed);
    RunResult result;
    Accumulators accumulators;
    std::size_t expected_vectors = 0;
    for (const RandomFold& fold : run.folds) expected_vectors += fold.vectors;
    const std::uint64_t limit = 100 * (expected_vectors + run.folds.size() * (2 * rows + columns) + 100);

    std::uint64_t cycle = 0, first_load = 0;
    std::uint32_t load_fold = 0, load_row = 0, stream_fold = 0, stream_vector = 0, out_fold = 0,
                  out_vector = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> in_mac_plus;
    for (std::uint32_t idle = 0; idle < rows + columns + 4; ++cycle) {
        if (cycle > limit) {
            result.hung = true;
            break;
        }
        const bool stall = random() % 100 < run.stall_percent;
        // Weights: a load, once begun, goes on.
        TwinInputs in;
        if (load_fold < run.folds.size() && (load_row > 0 || !stall)) {
            const RandomFold& fold = run.folds[load_fold];
            in.load_valid = true;
            in.load_rows = fold.rows;
            in.load_columns = fold.columns;
            if (load_row < fold.rows) {
                const auto* row = fold.codes.data() + std::size_t{fold.rows - 1 - load_row} * fold.columns;
                in.weight_row.assign(row, row + fold.columns);
            }
        }
        const bool loading = in.load_valid && (load_row > 0 || twin.load_ready());
        if (loading && load_fold == 0 && load_row == 0) first_load = cycle;
        twin.drive_load(in);
        if (loading && ++load_row == rows) {
            load_row = 0;
            ++load_fold;
        }
        // Vectors.
        if (stream_fold < run.folds.size() && !stall) {
            const RandomFold& fold = run.folds[stream_fold];
            in.vector_valid = true;
            in.vector_last = stream_vector + 1 == fold.vectors;
            in.activations.assign(rows, 0);
            std::copy_n(fold.activations.data() + std::size_t{stream_vector} * fold.rows, fold.rows,
                        in.activations.data() + (rows - fold.rows));
        }
        twin.drive_vector(in);
        if (in.vector_valid && twin.vector_ready()) {
            accepted.push_back(cycle - first_load);
            if (in.vector_last) {
                ++stream_fold;
                stream_vector = 0;
            } else {
                ++stream_vector;
            }
        }
        // Sums.
        if (twin.corrected_valid()) {
            Delivery d;
            d.cycle = cycle - first_load;
            d.corrected = true;
            if (in_mac_plus.empty()) {
                result.complaint = "MAC+ delivered what it was not given";
                break;
            }
            std::tie(d.fold, d.vector) = in_mac_plus.front();
            in_mac_plus.erase(in_mac_plus.begin());
            d.lanes = twin.corrected();
            d.lanes.resize(run.folds[d.fold].columns);
            result.deliveries.push_back(std::move(d));
        }
        const TwinSums sums = twin.sums();
        TwinTotals totals;
        if (sums.valid) {
            if (out_fold == run.folds.size()) {
                result.complaint = "more sums than vectors";
                break;
            }
            const RandomFold& fold = run.folds[out_fold];
            Delivery d;
            d.cycle = cycle - first_load;
            d.fold = out_fold;
            d.vector = out_vector;
            for (std::uint32_t c = 0; c < columns; ++c) {
                if (sums.column_valid[c] != (c < fold.columns))
                    result.complaint = "a column's valid bit is wrong";
            }
            d.lanes.assign(sums.psum.begin(), sums.psum.begin() + fold.columns);
            d.lanes.insert(d.lanes.end(), sums.sum_x.begin(), sums.sum_x.begin() + fold.columns);
            const std::vector<std::int32_t> total = accumulators.add(fold, out_vector, d.lanes);
            d.lanes.push_back(sums.sum_a);
            result.deliveries.push_back(std::move(d));
            if (!fold.coefficients.empty()) {
                totals.correct = true;
                totals.total.assign(total.begin(), total.begin() + fold.columns);
                totals.total_x.assign(total.begin() + fold.columns, total.end());
                totals.total.resize(columns, 0);
                totals.total_x.resize(columns, 0);
                totals.coefficient = fold.coefficients;
                in_mac_plus.emplace_back(out_fold, out_vector);
            }
            if (++out_vector == fold.vectors) {
                out_vector = 0;
                ++out_fold;
            }
        }
        twin.drive_totals(totals);
        twin.clock();
        if (out_fold == run.folds.size()) ++idle;
    }
    for (std::size_t b = 0; b < kBanks; ++b) result.flips[b] = twin.flips()[b] - flips_before[b];
    result.pe_cycles = twin.pe_cycles() - pe_cycles_before;
    return result;
}

RunResult predict(ArrayEngines& engine, const TwinShape& shape, const RandomRun& run,
                  const std::vector<std::uint64_t>& accepted) {
    const PeArrayConfig array = array_config(shape);
    const std::vector<std::uint64_t> starts = fold_starts(shape, run);
    RunResult result;
    ActivityCounts activity;
    Accumulators accumulators;
    std::size_t vector_of_run = 0;
    for (std::uint32_t f = 0; f < run.folds.size(); ++f) {
        const RandomFold& fold = run.folds[f];
        FoldOutput out;
        if (shape.holds_activations) {
            engine.input_stationary().load(fold.codes.data(), fold.rows, fold.columns, true, &activity);
            engine.input_stationary().stream(fold.activations.data(), fold.vectors, out, &activity);
            out.sum_x.assign(fold.vectors, 0);
        } else {
            engine.run_fold(fold.codes.data(), fold.rows, fold.columns, fold.activations.data(), fold.vectors,
                            out, &activity);
        }
        for (std::uint32_t t = 0; t < fold.vectors; ++t, ++vector_of_run) {
            Delivery d;
            const std::uint64_t entered =
                run.stall_percent > 0 ? accepted.at(vector_of_run) + 1 : starts[f] + t;
            d.cycle = entered + 1 + array_drain_cycles(array);
            d.fold = f;
            d.vector = t;
            const auto psum = out.psum.begin() + static_cast<std::ptrdiff_t>(std::size_t{t} * fold.columns);
            d.lanes.assign(psum, psum + fold.columns);
            d.lanes.insert(d.lanes.end(), fold.columns, out.sum_x[t]);
            const std::vector<std::int32_t> total = accumulators.add(fold, t, d.lanes);
            d.lanes.push_back(shape.engine.sum_a ? out.sum_a[t] : 0);
            result.deliveries.push_back(d);
            if (fold.coefficients.empty()) continue;
            d.corrected = true;
            d.cycle += mac_plus_latency_cycles(true);
            d.lanes.clear();
            for (std::uint32_t c = 0; c < fold.columns; ++c) {
                d.lanes.push_back(static_cast<std::int32_t>(
                    total[c] +
                    correction_term(fold.coefficients[c], total[fold.columns + c], shape.fraction_bits)));
            }
            result.deliveries.push_back(std::move(d));
        }
    }
    const auto flips = [&](Bank bank, Activity kind) {
        result.flips[static_cast<std::size_t>(bank)] = activity[kind];
    };
    // The RTL names banks as in the weight-stationary array.
    const bool exchanged = shape.holds_activations;
    flips(exchanged ? Bank::weight : Bank::activation, Activity::activation_toggles);
    flips(exchanged ? Bank::activation : Bank::weight, Activity::weight_toggles);
    flips(Bank::psum, Activity::psum_toggles);
    flips(Bank::sum_x, Activity::sum_x_toggles);
    flips(Bank::sum_a, Activity::sum_a_toggles);
    flips(Bank::product, Activity::multiplier_register_toggles);
    result.pe_cycles = activity[Activity::pe_cycles];
    return result;
}

std::vector<std::string> mismatches(const TwinShape& shape, const RandomRun& run, const RunResult& got,
                                    const RunResult& want) {
    std::vector<std::string> lines;
    const auto report = [&](const std::string& what, const std::string& got_text,
                            const std::string& want_text) {
        lines.push_back(shape.name + ": " + what + ": got " + got_text + ", want " + want_text + ", " +
                        std::to_string(run.folds.size()) + " folds, stalls " +
                        std::to_string(run.stall_percent) + " %, seed " + std::to_string(run.seed));
    };
    if (got.hung) report("run", "no end", "an end");
    if (!got.complaint.empty()) report("run", got.complaint, "nothing of the kind");
    // MAC+ delivers one cycle later than the array: compare in order of time.
    const auto order = [](const Delivery& a, const Delivery& b) {
        return std::tie(a.corrected, a.fold, a.vector) < std::tie(b.corrected, b.fold, b.vector);
    };
    std::vector<Delivery> g = got.deliveries, w = want.deliveries;
    std::sort(g.begin(), g.end(), order);
    std::sort(w.begin(), w.end(), order);
    if (g.size() != w.size()) report("sums", std::to_string(g.size()), std::to_string(w.size()));
    for (std::size_t i = 0; i < std::min(g.size(), w.size()); ++i) {
        const RandomFold& fold = run.folds[w[i].fold];
        const std::string where = std::string{w[i].corrected ? "corrected " : ""} + "fold " +
                                  std::to_string(w[i].fold) + " (" + std::to_string(fold.rows) + "x" +
                                  std::to_string(fold.columns) + "x" + std::to_string(fold.vectors) +
                                  ") vector " + std::to_string(w[i].vector);
        if (g[i].cycle != w[i].cycle)
            report(where + " cycle", std::to_string(g[i].cycle), std::to_string(w[i].cycle));
        for (std::size_t lane = 0; lane < w[i].lanes.size(); ++lane) {
            if (lane >= g[i].lanes.size() || g[i].lanes[lane] != w[i].lanes[lane])
                report(where + " lane " + std::to_string(lane),
                       lane < g[i].lanes.size() ? std::to_string(g[i].lanes[lane]) : "nothing",
                       std::to_string(w[i].lanes[lane]));
        }
    }
    static constexpr std::array<const char*, kBanks> kNames{"activation", "weight", "psum",
                                                            "sum x",      "sum A",  "product"};
    for (std::size_t b = 0; b < kBanks; ++b) {
        if (got.flips[b] != want.flips[b])
            report(std::string{kNames[b]} + " register flips", std::to_string(got.flips[b]),
                   std::to_string(want.flips[b]));
    }
    if (got.pe_cycles != want.pe_cycles)
        report("PE cycles", std::to_string(got.pe_cycles), std::to_string(want.pe_cycles));
    return lines;
}

}  // namespace approxtlm::testing
