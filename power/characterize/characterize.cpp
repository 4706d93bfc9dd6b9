#include "power/characterize/characterize.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>

#include "models/common/error.h"
#include "models/common/parallel_for.h"
#include "power/characterize/explorer.h"
#include "power/characterize/foreign_multiplier.h"
#include "power/characterize/library_profile.h"
#include "power/characterize/pe_row_cache.h"
#include "power/characterize/register_bit.h"
#include "power/liberty/liberty_reader.h"
#include "power/technology/variant_name.h"

namespace approxtlm::power {
namespace {

/// Rows of the array whose PEs are built: sums of 16, 18, 20 and 22 bits. Structures are explored at the
/// last.
constexpr std::array kRows{1u, 4u, 16u, 64u};
constexpr unsigned kWidest = kRows.back();
constexpr double kTightMargin = 1.1;
/// MAC+ as models/rtl/mac_plus.sv: coefficient of the accelerator's default width; sum x over all reduction
/// folds, up to 8,192 taps a filter.
constexpr unsigned kCoefficientBits = 20, kFractionBits = 8, kTotalBits = 13;
constexpr std::size_t kKeptCandidates = 3;
/// Changes whenever fitted figures of the same netlist would change.
constexpr const char* kFitVersion = "7";

std::string key_of(const Variant& v) { return variant_name(v.multiplier, v.weights, v.per_mac); }

PeCircuit circuit_of(const Variant& v, unsigned row) {
    PeCircuit circuit;
    circuit.multiplier = v.multiplier;
    circuit.weights = v.weights;
    circuit.array_row = row;
    if (v.per_mac) circuit.sum_x = default_variate(v.multiplier);
    return circuit;
}

LibertyLibrary library_of(const CharacterizeOptions& options) {
    LibertyLibrary library = read_liberty(options.liberty);
    if (const auto known = known_library(library); known && !known->not_to_use.empty())
        for (auto& [name, cell] : library.cells)
            if (name.find(known->not_to_use) != std::string::npos) cell.dont_use = true;
    return library;
}

/// Everything one run needs, and its steps.
class Run {
public:
    Run(const CharacterizeOptions& options, const CharacterizeProgress& progress)
        : options_(options),
          progress_(progress),
          library_(library_of(options)),
          synthesis_(library_, options.work),
          explorer_(library_, synthesis_, options.work),
          training_(training_streams(options.recorded)),
          held_out_(held_out_streams(options.recorded)) {
        variants_ = options.variants;
        if (!options.foreign_verilog.empty()) add_foreign();
        const bool has_exact = std::any_of(variants_.begin(), variants_.end(),
                                           [](const Variant& v) { return key_of(v) == "exact"; });
        if (!has_exact) variants_.insert(variants_.begin(), Variant{});
        for (const RecordedFold& fold : options.recorded)
            streams_key_ += content_hash(fold.name + std::string(fold.weights.begin(), fold.weights.end()) +
                                         std::string(fold.activations.begin(), fold.activations.end()));
    }

    TechnologyFile run() {
        header();
        widest();
        other_rows();
        sum_a();
        corrections();
        file_.flip_flop = measure_register_bit(library_, synthesis_, file_.period_ps);
        curve();
        return std::move(file_);
    }

private:
    template <class Body>
    void in_parallel(const char* stage, std::size_t count, const Body& body) {
        std::atomic<std::size_t> done{0};
        progress_(stage, 0, count);
        parallel_for(count, options_.jobs, [&](std::size_t i) {
            body(i);
            progress_(stage, ++done, count);
        });
    }

    const ForeignMultiplier* foreign(const Variant& v) const {
        return v.multiplier.family == MultiplierFamily::table ? foreign_.get() : nullptr;
    }

    void add_foreign() {
        foreign_ = std::make_unique<ForeignMultiplier>(
            read_foreign_multiplier(options_.foreign_verilog, options_.foreign_top, options_.work));
        const Multiplier table = extract_table(*foreign_, library_, synthesis_, options_.foreign_table);
        variants_.push_back({table, Encoding::unsigned_codes, false});
        variants_.push_back({table, Encoding::unsigned_codes, true});
    }

    void header() {
        const auto known = known_library(library_);
        if (!known && !options_.feature_nm)
            throw InputError("--feature-nm", "nothing for library " + library_.name,
                             "the node in nanometres, which a Liberty file does not say");
        file_.name = options_.name;
        file_.library = known ? known->name : library_.name;
        file_.corner = corner_text(library_);
        file_.voltage_v = library_.voltage_v;
        file_.temperature_c = library_.temperature_c;
        file_.feature_nm = options_.feature_nm ? *options_.feature_nm : known->feature_nm;
        file_.published = published_figures(file_.feature_nm, file_.voltage_v);
        file_.command = options_.command;
        progress_("fastest exact PE", 0, 1);
        file_.exact_fastest_ps = explorer_.fastest_ps(
            pe_job(circuit_of(Variant{}, kWidest), library_, synthesis_), candidates_for(true, true));
        progress_("fastest exact PE", 1, 1);
        const double tight = kTightMargin * file_.exact_fastest_ps;
        file_.period_ps = options_.clock.kind == ClockKind::period  ? options_.clock.period_ps
                          : options_.clock.kind == ClockKind::tight ? tight
                          : known                                   ? known->relaxed_ps
                                                                    : 2 * tight;
        file_.period_ps = std::round(10 * file_.period_ps) / 10;
        file_.tools = synthesis_.yosys_version() +
                      " with abc; own generator, sizing, static timing and event-driven gate simulation "
                      "(Liberty delays, glitches counted); before layout: no wires, ideal clock net, weight "
                      "registers' clock gated while streaming";
        file_.activity = fmt::format(
            "macro-models fitted on {} streams and judged on {} others, {} of each recorded from layers of a "
            "network; {} blocks of {} cycles, a weight a block, the first {} cycles left out; structures "
            "chosen by the reference stream (post-ReLU, 45 % zeros, correlated)",
            training_.size(), held_out_.size(), recorded_count(held_out_), kFittedBlocks, kBlockCycles,
            kSkippedCycles);
    }

    static std::size_t recorded_count(const std::vector<StreamSpec>& streams) {
        return static_cast<std::size_t>(
            std::count_if(streams.begin(), streams.end(),
                          [](const StreamSpec& s) { return s.kind == StreamKind::recorded; }));
    }

    std::vector<Built> built(const CircuitJob& job, const std::vector<Candidate>& candidates,
                             std::size_t keep) const {
        double shortest = 0;
        std::vector<Built> found = explorer_.explore(job, candidates, file_.period_ps, keep, &shortest);
        if (found.empty())
            throw InputError(job.name, fmt::format("a shortest period of {:.1f} ps", shortest),
                             fmt::format("at most the clock's {:.1f} ps", file_.period_ps));
        return found;
    }

    /// Between the exact PE's shortest period and this much more its gates must hurry.
    bool at_speed_limit(double period_ps) const {
        constexpr double kAtLimit = 1.5;
        return period_ps < kAtLimit * file_.exact_fastest_ps;
    }
    std::vector<Candidate> candidates(bool has_accumulation) const {
        return candidates_for(has_accumulation, at_speed_limit(file_.period_ps));
    }

    std::vector<Built> built_at(const Variant& v, unsigned row, const std::vector<Candidate>& candidates,
                                std::size_t keep) const {
        return built(pe_job(circuit_of(v, row), library_, synthesis_, foreign(v)), candidates, keep);
    }

    /// The best candidates of the unsigned plain PE suit the same multiplier's others.
    void widest() {
        std::vector<std::size_t> plain, others;
        for (std::size_t i = 0; i < variants_.size(); ++i)
            (variants_[i].per_mac || variants_[i].weights == Encoding::signed_codes ? others : plain)
                .push_back(i);
        widest_.resize(variants_.size());
        in_parallel("circuits", plain.size(), [&](std::size_t i) {
            widest_[plain[i]] = built_at(variants_[plain[i]], kWidest, candidates(true), kKeptCandidates);
        });
        in_parallel("signed and per-MAC circuits", others.size(), [&](std::size_t i) {
            const Variant& v = variants_[others[i]];
            std::vector<Candidate> ways;
            for (const std::size_t p : plain)
                if (variants_[p].multiplier == v.multiplier) ways = candidates_of(widest_[p]);
            if (ways.empty()) ways = candidates(true);
            double shortest = 0;
            const CircuitJob job = pe_job(circuit_of(v, kWidest), library_, synthesis_, foreign(v));
            widest_[others[i]] = explorer_.explore(job, ways, file_.period_ps, kKeptCandidates, &shortest);
            if (widest_[others[i]].empty())
                widest_[others[i]] = built(job, candidates(true), kKeptCandidates);
        });
    }

    static std::vector<Candidate> candidates_of(const std::vector<Built>& built) {
        std::vector<Candidate> candidates;
        for (const Built& b : built) candidates.push_back(b.candidate);
        return candidates;
    }

    /// The widest PE's structure; the next best where it misses the clock (narrower sums can be slower: the
    /// mapper's luck).
    Built at_row(std::size_t variant, unsigned row) const {
        const std::vector<Built>& wide = widest_[variant];
        if (row == kWidest) return wide.front();
        const CircuitJob job =
            pe_job(circuit_of(variants_[variant], row), library_, synthesis_, foreign(variants_[variant]));
        for (const Candidate& candidate : candidates_of(wide)) {
            std::vector<Built> found = explorer_.explore(job, {candidate}, file_.period_ps, 1);
            if (!found.empty()) return std::move(found.front());
        }
        return std::move(built(job, candidates(true), 1).front());
    }

    PeRow figures(const Built& pe, const PeCircuit& circuit) const {
        const std::string key = content_hash(fmt::format("{} {} {} {} {}", kFitVersion, pe.key, streams_key_,
                                                         training_.size(), held_out_.size()));
        return cached_pe_row(options_.work + "/" + key + ".figures.json", [&] {
            PeRow row;
            row.model = fit(observe(pe.circuit, library_, circuit, file_.period_ps, training_));
            row.error = judge(row.model, observe(pe.circuit, library_, circuit, file_.period_ps, held_out_));
            row.leakage_nw = pe.circuit.leakage_nw();
            row.area_um2 = pe.circuit.netlist.area_um2();
            row.slack_ps = pe.circuit.timing.slack_ps(file_.period_ps);
            return row;
        });
    }

    void other_rows() {
        std::mutex mutex;
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            const Variant& v = variants_[i];
            PeVariant& pe = file_.pe[key_of(v)];
            pe.structure = widest_[i].front().circuit.structure;
            if (v.per_mac) pe.variate = to_string(default_variate(v.multiplier));
            pe.weight_clock_fj = weight_clock_fj(widest_[i].front().circuit, library_, file_.period_ps);
        }
        in_parallel("macro-models", variants_.size() * kRows.size(), [&](std::size_t task) {
            const std::size_t variant = task / kRows.size();
            const unsigned row = kRows[task % kRows.size()];
            const PeRow found = figures(at_row(variant, row), circuit_of(variants_[variant], row));
            const std::lock_guard lock(mutex);
            file_.pe[key_of(variants_[variant])].rows[row] = found;
        });
    }

    std::map<unsigned, SumCell> sum_cells(const Variate& variate, unsigned low_bits, std::uint8_t own,
                                          std::string& structure) const {
        std::map<unsigned, SumCell> rows;
        std::vector<Candidate> ways = candidates(false);
        for (auto row = kRows.rbegin(); row != kRows.rend(); ++row) {
            const SumCellCircuit circuit{variate, low_bits, own, *row};
            const std::vector<Built> found =
                built(sum_cell_job(circuit, library_, synthesis_), ways, kKeptCandidates);
            rows[*row] = measure_sum_cell(found.front().circuit, library_, circuit, file_.period_ps,
                                          training_, held_out_);
            if (*row == kWidest) structure = found.front().circuit.structure;
            ways = candidates_of(found);
        }
        return rows;
    }

    void sum_a() {
        progress_("sum-A cells", 0, 1);
        file_.sum_a_rows = sum_cells(Variate::low_bits, 8, 0, file_.sum_a_structure);
        progress_("sum-A cells", 1, 1);
    }

    /// Few: it is by far the largest circuit, and there is one a column.
    std::vector<Candidate> mac_plus_candidates() const {
        std::vector<Candidate> few;
        for (const Candidate& c : candidates(false))
            if (c.mapping.script == MapScript::map && c.structure.adder != FinalAdder::ripple)
                few.push_back(c);
        return few;
    }

    /// The fewest stages that meet the clock.
    std::pair<MacPlus, std::string> mac_plus(const StreamDesign& design) const {
        MacPlusCircuit circuit;
        circuit.coefficient_bits = kCoefficientBits;
        circuit.fraction_bits = kFractionBits;
        circuit.sum_x_bits =
            static_cast<unsigned>(variate_bits(design.variate, design.multiplier)) + kTotalBits;
        for (circuit.stages = 1; circuit.stages <= 3; ++circuit.stages) {
            const CircuitJob job = mac_plus_job(circuit, design, kWidest, library_, synthesis_);
            const std::vector<Candidate> ways = mac_plus_candidates();
            const std::vector<Built> found =
                circuit.stages == 3 ? built(job, ways, 1) : explorer_.explore(job, ways, file_.period_ps, 1);
            if (found.empty()) continue;
            return {measure_mac_plus(found.front().circuit, library_, circuit, design, kWidest,
                                     file_.period_ps, held_out_),
                    fmt::format("{} bits of sum x, {} stage{}, {}", circuit.sum_x_bits, circuit.stages,
                                circuit.stages == 1 ? "" : "s", found.front().circuit.structure)};
        }
        throw std::logic_error("mac_plus");
    }

    void corrections() {
        std::vector<Variant> designs;
        for (const Variant& v : variants_)
            if (v.multiplier.family != MultiplierFamily::exact && !v.per_mac) designs.push_back(v);
        std::mutex mutex;
        in_parallel("corrections", designs.size(), [&](std::size_t i) {
            const Variant& v = designs[i];
            CorrectionCells cells;
            const Variate variate = default_variate(v.multiplier);
            cells.variate = to_string(variate);
            const auto low_bits = static_cast<unsigned>(std::min(v.multiplier.m, 8));
            const PeShape shape = pe_shape(circuit_of(v, kWidest));
            const unsigned read = variate.kind() == Variate::Kind::table ? 0xFF : (1u << low_bits) - 1;
            std::string sum_x_structure;
            cells.sum_x_rows = sum_cells(
                variate, low_bits, static_cast<std::uint8_t>(read & ~shape.activation_mask), sum_x_structure);
            const auto [unit, structure] = mac_plus({v.multiplier, v.weights, variate});
            cells.mac_plus_rows[kWidest] = unit;
            cells.structure = "sum x: " + sum_x_structure + "; MAC+: " + structure;
            const std::lock_guard lock(mutex);
            file_.correction[key_of(v)] = cells;
        });
    }

    /// Plain unsigned PEs at every period that they reach; none but the file's own without a sweep.
    void curve() {
        file_.curve_row = kWidest;
        std::vector<std::size_t> plain;
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            if (variants_[i].per_mac || variants_[i].weights == Encoding::signed_codes) continue;
            plain.push_back(i);
            file_.curve_fj[key_of(variants_[i])][file_.period_ps] = widest_[i].front().energy_fj;
        }
        std::mutex mutex;
        const std::size_t periods = options_.sweep_ps.size();
        if (periods == 0) return;
        in_parallel("sweep", plain.size() * periods, [&](std::size_t task) {
            const Variant& v = variants_[plain[task / periods]];
            const double period = options_.sweep_ps[task % periods];
            const std::vector<Built> found =
                explorer_.explore(pe_job(circuit_of(v, kWidest), library_, synthesis_, foreign(v)),
                                  candidates_for(true, at_speed_limit(period)), period, 1);
            if (found.empty()) return;
            const std::lock_guard lock(mutex);
            file_.curve_fj[key_of(v)][period] = found.front().energy_fj;
        });
    }

    const CharacterizeOptions& options_;
    const CharacterizeProgress& progress_;
    const LibertyLibrary library_;
    const Synthesis synthesis_;
    const Explorer explorer_;
    const std::vector<StreamSpec> training_, held_out_;
    std::string streams_key_;
    std::vector<Variant> variants_;
    std::unique_ptr<ForeignMultiplier> foreign_;
    std::vector<std::vector<Built>> widest_;  ///< by variant, best first
    TechnologyFile file_;
};

}  // namespace

TechnologyFile characterize(const CharacterizeOptions& options, const CharacterizeProgress& progress) {
    return Run(options, progress).run();
}

}  // namespace approxtlm::power
