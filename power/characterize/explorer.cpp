#include "power/characterize/explorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/common/text_file.h"
#include "power/characterize/function_check.h"

namespace approxtlm::power {
namespace {

/// Change whenever sizing would give other cells, or simulation other energies, for the same netlist.
constexpr const char* kSizingVersion = "3";
constexpr const char* kEnergyVersion = "3";
constexpr std::size_t kLargestFile = std::size_t{64} << 20;

/// Delay targets for abc: as fast as it can, as small as it can.
constexpr double kFast = 1, kSmall = 100000;
/// Sizing shortens a period by up to about the first factor, and never by the second.
constexpr double kSizingGain = 1.2, kHopeless = 1.3;
/// So many candidates are sized; the others were dearer or slower by a quick look.
constexpr std::size_t kSizedCandidates = 12, kMostTried = 24, kFastestSized = 8;

double switched_cost(const Netlist& netlist, const Timing& timing, const std::vector<double>& toggles,
                     double voltage) {
    double sum = 0;
    for (std::size_t n = 2; n < netlist.nets.size(); ++n)
        sum += toggles[n] * timing.load_ff[n].rise * voltage * voltage / 2;
    // Internal energy goes about with area.
    return sum * (1 + 1e-6 * netlist.area_um2());
}

}  // namespace

std::string to_string(const Candidate& candidate) {
    return to_string(candidate.structure) + " " + to_string(candidate.mapping);
}

std::vector<Candidate> candidates_for(bool has_accumulation, bool at_speed_limit) {
    // What won or came close in a wider, partial exploration (docs/characterization.md); other structures may
    // be better.
    using A = FinalAdder;
    std::vector<Candidate> all;
    const auto add = [&](Accumulation accumulation, A adder, bool cells, const Mapping& mapping) {
        if (accumulation == Accumulation::fused || has_accumulation)
            all.push_back({{adder, accumulation, cells}, mapping});
    };
    constexpr Accumulation kFused = Accumulation::fused, kSeparate = Accumulation::separate;
    constexpr Mapping kMapFast{MapScript::map, kFast}, kNfFast{MapScript::nf, kFast},
        kMapSmall{MapScript::map, kSmall}, kAmapSmall{MapScript::amap, kSmall};
    if (!at_speed_limit) {
        for (const A adder : {A::ripple, A::brent_kung})
            for (const Accumulation accumulation : {kFused, kSeparate})
                for (const Mapping& mapping : {kMapSmall, kAmapSmall})
                    add(accumulation, adder, true, mapping);
        return all;
    }
    for (const A adder : {A::ripple, A::brent_kung, A::sklansky, A::kogge_stone}) {
        for (const bool cells : {true, false}) {
            for (const Accumulation accumulation : {kFused, kSeparate}) {
                if (adder == A::ripple && cells) continue;  // too slow
                add(accumulation, adder, cells, kMapFast);
            }
        }
        add(kFused, adder, false, kNfFast);
        if (adder != A::ripple) add(kFused, adder, true, kNfFast);
    }
    return all;
}

CircuitJob pe_job(const PeCircuit& circuit, const LibertyLibrary& library, const Synthesis& synthesis,
                  const ForeignMultiplier* foreign) {
    CircuitJob job;
    job.name = to_string(circuit);
    job.timing.abutted = true;
    job.generate = [circuit, &synthesis, foreign](const Structure& s) {
        return generate(circuit, s, synthesis.cells(), foreign);
    };
    job.toggles = [circuit](const Netlist& n) { return pe_toggles(n, circuit, reference_stream()); };
    job.energy_fj = [circuit, &library](const MappedCircuit& pe, double period_ps) {
        return mean_energy_fj(pe, library, circuit, period_ps, reference_stream());
    };
    job.check = [circuit](const Netlist& n) { check_function(n, circuit); };
    return job;
}

CircuitJob sum_cell_job(const SumCellCircuit& circuit, const LibertyLibrary& library,
                        const Synthesis& synthesis) {
    CircuitJob job;
    job.name = to_string(circuit);
    job.timing.abutted = true;
    job.generate = [circuit, &synthesis](const Structure& s) {
        return generate(circuit, s, synthesis.cells());
    };
    job.toggles = [circuit](const Netlist& n) { return sum_cell_toggles(n, circuit, reference_stream()); };
    job.energy_fj = [circuit, &library](const MappedCircuit& cell, double period_ps) {
        const std::vector<StreamSpec> reference{reference_stream()};
        const SumCell measured = measure_sum_cell(cell, library, circuit, period_ps, reference, reference);
        return measured.cycle_fj + measured.toggle_fj;
    };
    job.check = [circuit](const Netlist& n) { check_function(n, circuit); };
    return job;
}

CircuitJob mac_plus_job(const MacPlusCircuit& circuit, const StreamDesign& design, unsigned array_rows,
                        const LibertyLibrary& library, const Synthesis& synthesis) {
    CircuitJob job;
    job.name = to_string(circuit);
    job.operands =
        " of " + to_string(design.multiplier) + (design.encoding == Encoding::signed_codes ? "/signed" : "");
    job.generate = [circuit, &synthesis](const Structure& s) {
        return generate(circuit, s, synthesis.cells());
    };
    job.toggles = [circuit, design, array_rows](const Netlist& n) {
        return mac_plus_toggles(n, circuit, design, array_rows, reference_stream());
    };
    job.energy_fj = [circuit, design, array_rows, &library](const MappedCircuit& unit, double period_ps) {
        const MacPlus measured =
            measure_mac_plus(unit, library, circuit, design, array_rows, period_ps, {reference_stream()});
        return measured.clock_fj + measured.operation_fj;
    };
    job.check = [circuit](const Netlist& n) { check_function(n, circuit); };
    return job;
}

Explorer::Explorer(const LibertyLibrary& library, const Synthesis& synthesis, std::string folder)
    : library_(library), synthesis_(synthesis), folder_(std::move(folder)), strengths_(library) {}

Netlist Explorer::mapped(const CircuitJob& job, const Candidate& candidate, std::string& json) const {
    json = synthesis_.netlist(job.generate(candidate.structure), candidate.mapping);
    return read_netlist(json, library_);
}

Explorer::Quick Explorer::quick(const CircuitJob& job, const Candidate& candidate) const {
    std::string json;
    const Netlist netlist = mapped(job, candidate, json);
    const Timing timing = analyse(netlist, library_, job.timing);
    return {timing.shortest_period_ps,
            switched_cost(netlist, timing, job.toggles(netlist), library_.voltage_v)};
}

bool Explorer::restore(const std::string& file, Sized& result) const {
    using nlohmann::json;
    try {
        const json saved = json::parse(read_text_file(file, kLargestFile));
        std::vector<const Cell*> cells;
        for (const Instance& instance : result.netlist.instances) {
            const bool changed = saved.at("cells").contains(instance.name);
            cells.push_back(changed ? library_.find(saved.at("cells").at(instance.name).get<std::string>())
                                    : instance.cell);
            if (cells.back() == nullptr) return false;
        }
        result.shortest_ps = saved.at("shortest_ps");
        if (!saved.at("energy_fj").is_null() && saved.value("energy_version", "") == kEnergyVersion)
            result.energy_fj = saved.at("energy_fj").get<double>();
        for (std::size_t i = 0; i < cells.size(); ++i) result.netlist.instances[i].cell = cells[i];
        return true;
    } catch (const json::exception&) {
        return false;
    }
}

Explorer::Sized Explorer::sized(const CircuitJob& job, const Candidate& candidate, double target_ps) const {
    using nlohmann::json;
    Sized result;
    std::string path;
    result.netlist = mapped(job, candidate, path);
    const std::string stem = std::filesystem::path(path).stem().string();
    result.key = content_hash(
        fmt::format("{} {} {:.6g} {}", kSizingVersion, stem, target_ps, job.name + job.operands));
    const std::string file = folder_ + "/" + result.key + ".sized.json";
    const auto lock = locks_.lock(file);
    const std::vector<Instance> mapped_instances = result.netlist.instances;
    const bool found = std::filesystem::exists(file) && restore(file, result);
    if (found && (result.energy_fj || !(target_ps > 0 && result.shortest_ps <= target_ps))) return result;
    if (!found)
        result.shortest_ps = size_cells(result.netlist, library_, strengths_, job.timing, target_ps,
                                        job.toggles(result.netlist));
    json saved{{"circuit", job.name},
               {"candidate", to_string(candidate)},
               {"netlist", path},
               {"target_ps", target_ps},
               {"shortest_ps", result.shortest_ps},
               {"energy_fj", nullptr},
               {"energy_version", kEnergyVersion},
               {"cells", json::object()}};
    for (std::size_t i = 0; i < mapped_instances.size(); ++i)
        if (result.netlist.instances[i].cell != mapped_instances[i].cell)
            saved["cells"][result.netlist.instances[i].name] = result.netlist.instances[i].cell->name;
    if (target_ps > 0 && result.shortest_ps <= target_ps) {
        const MappedCircuit circuit{result.netlist, analyse(result.netlist, library_, job.timing), ""};
        result.energy_fj = job.energy_fj(circuit, target_ps);
        saved["energy_fj"] = *result.energy_fj;
    }
    write_file(file, saved.dump(1) + "\n");
    return result;
}

std::vector<Built> Explorer::explore(const CircuitJob& job, const std::vector<Candidate>& candidates,
                                     double period_ps, std::size_t keep, double* shortest_ps) const {
    struct Ranked {
        Candidate candidate;
        Quick quick;
    };
    std::vector<Ranked> ranked;
    for (const Candidate& candidate : candidates) ranked.push_back({candidate, quick(job, candidate)});
    const auto reaches = [&](const Ranked& r) { return r.quick.shortest_ps <= kSizingGain * period_ps; };
    std::stable_sort(ranked.begin(), ranked.end(), [&](const Ranked& a, const Ranked& b) {
        if (reaches(a) != reaches(b)) return reaches(a);
        return reaches(a) ? a.quick.cost < b.quick.cost : a.quick.shortest_ps < b.quick.shortest_ps;
    });
    struct Measured {
        Candidate candidate;
        Sized sized;
    };
    std::vector<Measured> met;
    std::size_t tried = 0;
    for (const Ranked& r : ranked) {
        // Until enough meet the clock; far too slow ones are not worth their sizing.
        if (met.size() >= kSizedCandidates || tried >= (reaches(r) ? kMostTried : kFastestSized)) break;
        if (r.quick.shortest_ps > kHopeless * period_ps && tried > 0) break;
        ++tried;
        Sized sized_circuit = sized(job, r.candidate, period_ps);
        if (shortest_ps != nullptr && (tried == 1 || sized_circuit.shortest_ps < *shortest_ps))
            *shortest_ps = sized_circuit.shortest_ps;
        if (sized_circuit.energy_fj) met.push_back({r.candidate, std::move(sized_circuit)});
    }
    std::stable_sort(met.begin(), met.end(), [](const Measured& a, const Measured& b) {
        return *a.sized.energy_fj < *b.sized.energy_fj;
    });
    std::vector<Built> built;
    for (Measured& m : met) {
        if (built.size() == keep) break;
        job.check(m.sized.netlist);
        Timing timing = analyse(m.sized.netlist, library_, job.timing);
        built.push_back({m.candidate,
                         {std::move(m.sized.netlist), std::move(timing), to_string(m.candidate)},
                         *m.sized.energy_fj,
                         m.sized.key});
    }
    return built;
}

double Explorer::fastest_ps(const CircuitJob& job, const std::vector<Candidate>& candidates) const {
    std::vector<std::pair<double, Candidate>> ranked;
    for (const Candidate& candidate : candidates)
        if (candidate.mapping.delay_target_ps == kFast)
            ranked.emplace_back(quick(job, candidate).shortest_ps, candidate);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    double fastest = 0;
    for (std::size_t i = 0; i < std::min(ranked.size(), kFastestSized); ++i) {
        const double reached = sized(job, ranked[i].second, 0).shortest_ps;
        if (i == 0 || reached < fastest) fastest = reached;
    }
    return fastest;
}

}  // namespace approxtlm::power
