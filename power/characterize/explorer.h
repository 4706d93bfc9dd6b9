#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "power/characterize/measure.h"
#include "power/circuits/sizing.h"
#include "power/circuits/synthesis.h"

namespace approxtlm::power {

/// One way to build a circuit.
struct Candidate {
    Structure structure;
    Mapping mapping;
};
std::string to_string(const Candidate& candidate);  ///< "fused/sklansky/cells map/D1"

/// The ways worth trying, the same for every design: accumulation (of a PE), final adder, adders as cells or
/// gates, way through abc. At the exact PE's speed limit other ones than at leisure.
std::vector<Candidate> candidates_for(bool has_accumulation, bool at_speed_limit);

/// A circuit as the explorer sees it.
struct CircuitJob {
    std::string name;
    std::string operands;  ///< whose, where the circuit alone does not say: part of what is remembered
    TimingOptions timing;
    std::function<GeneratedCircuit(const Structure&)> generate;
    std::function<std::vector<double>(const Netlist&)> toggles;     ///< a cycle, by net
    std::function<double(const MappedCircuit&, double)> energy_fj;  ///< a cycle at that period
    std::function<void(const Netlist&)> check;                      ///< its function
};
CircuitJob pe_job(const PeCircuit& circuit, const LibertyLibrary& library, const Synthesis& synthesis,
                  const ForeignMultiplier* foreign = nullptr);
CircuitJob sum_cell_job(const SumCellCircuit& circuit, const LibertyLibrary& library,
                        const Synthesis& synthesis);
CircuitJob mac_plus_job(const MacPlusCircuit& circuit, const StreamDesign& design, unsigned array_rows,
                        const LibertyLibrary& library, const Synthesis& synthesis);

/// A netlist that meets the clock.
struct Built {
    Candidate candidate;
    MappedCircuit circuit;
    double energy_fj = 0;  ///< a cycle of the reference stream
    std::string key;       ///< names it in the work folder
};

/// Builds candidates of a circuit, gives their gates the drive that a period asks for, and measures them.
/// Sized netlists are kept in the work folder and found again.
class Explorer {
public:
    Explorer(const LibertyLibrary& library, const Synthesis& synthesis, std::string folder);

    /// Those that meet the period, least energy first, at most `keep`. Every one kept has passed its function
    /// check. Empty when none meets it; `*shortest_ps` is then the shortest period reached.
    std::vector<Built> explore(const CircuitJob& job, const std::vector<Candidate>& candidates,
                               double period_ps, std::size_t keep, double* shortest_ps = nullptr) const;
    /// The shortest period that any candidate reaches.
    double fastest_ps(const CircuitJob& job, const std::vector<Candidate>& candidates) const;

private:
    struct Sized {
        Netlist netlist;
        double shortest_ps = 0;
        std::optional<double> energy_fj;
        std::string key;
    };
    Netlist mapped(const CircuitJob& job, const Candidate& candidate, std::string& json) const;
    /// Drive strengths and figures as kept in `file`; false, and `result` as it was, when that is damaged.
    bool restore(const std::string& file, Sized& result) const;
    Sized sized(const CircuitJob& job, const Candidate& candidate, double target_ps) const;
    /// Without sizing: shortest period, and what the nets cost without glitches.
    struct Quick {
        double shortest_ps = 0, cost = 0;
    };
    Quick quick(const CircuitJob& job, const Candidate& candidate) const;

    const LibertyLibrary& library_;
    const Synthesis& synthesis_;
    const std::string folder_;
    const DriveStrengths strengths_;
    mutable KeyLocks locks_;
};

}  // namespace approxtlm::power
