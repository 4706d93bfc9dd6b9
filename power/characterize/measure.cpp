#include "power/characterize/measure.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "power/circuits/bit_simulator.h"

namespace approxtlm::power {
namespace {

constexpr unsigned kRegisterLatency = 1;

/// Which of the model's components each of the netlist's belongs to: its logic, its registers' data.
struct ComponentOf {
    Component logic = Component::multiplier, registers = Component::multiplier;
    bool streams = true;  ///< clocked while streaming
};

ComponentOf component_of(const std::string& name) {
    if (name == "accumulator") return {Component::accumulator, Component::accumulator, true};
    if (name == "activation_register")
        return {Component::activation_registers, Component::activation_registers, true};
    if (name == "weight_register")
        return {Component::activation_registers, Component::activation_registers, false};
    if (name == "psum_register") return {Component::psum_registers, Component::psum_registers, true};
    if (name == "correction") return {Component::correction, Component::correction, true};
    return {};
}

/// Plays streams to a PE at its gates, cycle by cycle.
class PeBench {
public:
    PeBench(const MappedCircuit& pe, const LibertyLibrary& library, const PeCircuit& circuit,
            double period_ps)
        : simulator_(pe.netlist, library, pe.timing, period_ps),
          circuit_(circuit),
          activation_(simulator_.port_index("activation_in")),
          weight_(simulator_.port_index("weight_in")),
          psum_(simulator_.port_index("psum_in")),
          sum_x_(circuit.sum_x ? simulator_.port_index("sum_x_in") : -1),
          streaming_{simulator_.port_index("clk")},
          loading_{simulator_.port_index("clk"), simulator_.port_index("weight_clk")} {
        for (const std::string& name : pe.netlist.components) components_.push_back(component_of(name));
        const PeShape shape = pe_shape(circuit);
        psum_mask_ = ((std::uint64_t{1} << shape.psum_bits) - 1) &
                     ~((std::uint64_t{1} << shape.constant_low_bits) - 1);
    }

    /// Mean energies from cycle kSkippedCycles on.
    ComponentEnergies block(const StreamBlock& block) {
        const std::size_t cycles = block.activations.size();
        // The weight and the first activation stand at the ports before the edge that takes them.
        simulator_.set(weight_, block.weight);
        simulator_.set(activation_, block.activations[0]);
        simulator_.clock(streaming_);
        ComponentEnergies sum{};
        for (std::size_t t = 0; t < cycles; ++t) {
            simulator_.set(activation_, block.activations[std::min(t + kRegisterLatency, cycles - 1)]);
            simulator_.set(psum_, block.psum_in[t] & psum_mask_);
            if (sum_x_ >= 0) simulator_.set(sum_x_, block.sum_x_in[t]);
            simulator_.clock(t == 0 ? loading_ : streaming_);
            if (t >= kSkippedCycles) add(sum);
        }
        for (double& energy : sum) energy /= static_cast<double>(cycles - kSkippedCycles);
        return sum;
    }

private:
    void add(ComponentEnergies& sum) {
        const std::vector<ComponentEnergy>& all = simulator_.cycle_energy();
        const auto at = [&](Component c) -> double& { return sum[static_cast<std::size_t>(c)]; };
        for (std::size_t i = 0; i < all.size(); ++i) {
            at(components_[i].logic) += all[i].combinational_fj();
            at(components_[i].registers) += all[i].register_fj;
            at(Component::clock) += all[i].clock_fj;
            at(Component::leakage) += all[i].leakage_fj;
        }
    }

    GateSimulator simulator_;
    const PeCircuit& circuit_;
    const int activation_, weight_, psum_, sum_x_;
    const std::vector<int> streaming_, loading_;
    std::vector<ComponentOf> components_;
    std::uint64_t psum_mask_ = 0;
};

double total(const ComponentEnergies& energies) {
    double sum = 0;
    for (const double energy : energies) sum += energy;
    return sum;
}

/// Sums of a stream at the foot of the column: what MAC+ is given.
struct MacPlusOperands {
    std::vector<std::uint64_t> sum, sum_x;
    std::uint64_t coefficient = 0;
};

MacPlusOperands mac_plus_operands(const StreamBlock& block, const MacPlusCircuit& circuit,
                                  const StreamDesign& design, unsigned array_rows) {
    MacPlusOperands operands;
    const int w = weight_value(block.weight, design.encoding);
    unsigned growth = 0;
    while ((1u << growth) < array_rows) ++growth;
    const std::uint32_t mask = (std::uint32_t{1} << (16 + growth)) - 1,
                        sign = std::uint32_t{1} << (15 + growth);
    for (std::size_t t = 0; t < block.activations.size(); ++t) {
        const int a = block.activations[t];
        std::uint32_t sum =
            (block.psum_in[t] + static_cast<std::uint32_t>(approximate_product(design.multiplier, w, a))) &
            mask;
        if (design.encoding == Encoding::signed_codes) sum = (sum ^ sign) - sign;
        operands.sum.push_back(sum);
        operands.sum_x.push_back(block.sum_x_in[t] + static_cast<std::uint32_t>(variate_value(
                                                         design.variate, design.multiplier, a)));
    }
    // One coefficient a column; this block's weight stands for its filter.
    const std::int32_t c =
        to_fixed_point(analytic_coefficient(design.multiplier, design.variate, w),
                       static_cast<int>(circuit.fraction_bits), static_cast<int>(circuit.coefficient_bits));
    operands.coefficient =
        static_cast<std::uint64_t>(c) & ((std::uint64_t{1} << circuit.coefficient_bits) - 1);
    return operands;
}

/// Energy of clock pins, of leakage and of everything else, one cycle.
struct CellCycle {
    double clock_fj = 0, leakage_fj = 0, other_fj = 0;
};

CellCycle last_cycle(const GateSimulator& simulator) {
    const ComponentEnergy total = simulator.cycle_total();
    return {total.clock_fj, total.leakage_fj, total.combinational_fj() + total.register_fj};
}

struct SumObservation {
    std::string stream;
    double toggles = 0, clock_fj = 0, other_fj = 0;  ///< mean per cycle
};

StreamDesign sum_design(const SumCellCircuit& circuit) {
    // Its activations and those of the rows above are what counts; x of the rows is summed by sum_cell_in().
    StreamDesign design;
    design.variate = circuit.variate;
    return design;
}

/// x of the rows above: sum A comes with the stream; any other sum is that of the design with as many low
/// bits.
StreamDesign design_with_variate(const SumCellCircuit& circuit) {
    StreamDesign design = sum_design(circuit);
    // truncated(m) and x of its min(m, 8) low bits: a design whose sum_x_in is this cell's.
    design.multiplier = {MultiplierFamily::truncated, static_cast<int>(circuit.low_bits), nullptr};
    return design;
}

std::vector<SumObservation> observe_sums(const MappedCircuit& cell, const LibertyLibrary& library,
                                         const SumCellCircuit& circuit, double period_ps,
                                         const std::vector<StreamSpec>& streams) {
    std::vector<SumObservation> observations;
    GateSimulator simulator(cell.netlist, library, cell.timing, period_ps);
    const int a_port = simulator.port_index("activation"), s_port = simulator.port_index("sum_in"),
              out = simulator.port_index("sum_out");
    const std::vector<int> clk{simulator.port_index("clk")};
    const unsigned own = circuit.own_registers;
    const std::uint64_t mask = (std::uint64_t{1} << sum_bits(circuit)) - 1;
    for (const StreamSpec& spec : streams) {
        const OperandStream stream = make_stream(spec, design_with_variate(circuit), circuit.array_row);
        for (const StreamBlock& block : stream.blocks) {
            SumObservation seen{spec.name, 0, 0, 0};
            const std::size_t cycles = block.activations.size();
            for (std::size_t t = 0; t < cycles; ++t) {
                const unsigned now = block.activations[t],
                               next = block.activations[std::min(t + 1, cycles - 1)];
                simulator.set(a_port, (now & ~own) | (next & own));
                simulator.set(s_port, block.sum_x_in[t] & mask);
                const std::uint64_t before = simulator.get(out);
                simulator.clock(clk);
                if (t < kSkippedCycles) continue;
                const CellCycle cycle = last_cycle(simulator);
                seen.toggles += static_cast<double>(std::bitset<64>(before ^ simulator.get(out)).count());
                seen.clock_fj += cycle.clock_fj;
                seen.other_fj += cycle.other_fj;
            }
            for (double* sum : {&seen.toggles, &seen.clock_fj, &seen.other_fj})
                *sum /= static_cast<double>(cycles - kSkippedCycles);
            observations.push_back(seen);
        }
    }
    return observations;
}

std::vector<double> per_cycle(const BitSimulator& simulator, double cycles) {
    std::vector<double> toggles;
    for (const std::uint64_t n : simulator.toggles())
        toggles.push_back(static_cast<double>(n) / (cycles * kStreamBlocks));
    return toggles;
}

}  // namespace

double MappedCircuit::leakage_nw() const {
    double sum = 0;
    for (const Instance& instance : netlist.instances) sum += instance.cell->leakage_nw;
    return sum;
}

StreamDesign stream_design(const PeCircuit& circuit) {
    return {circuit.multiplier, circuit.weights,
            circuit.sum_x ? *circuit.sum_x : default_variate(circuit.multiplier)};
}

std::vector<Observation> observe(const MappedCircuit& pe, const LibertyLibrary& library,
                                 const PeCircuit& circuit, double period_ps,
                                 const std::vector<StreamSpec>& streams) {
    const StreamDesign design = stream_design(circuit);
    PeBench bench(pe, library, circuit, period_ps);
    std::vector<Observation> observations;
    for (const StreamSpec& spec : streams) {
        const OperandStream stream = make_stream(spec, design, circuit.array_row);
        for (const StreamBlock& block : stream.blocks)
            observations.push_back({spec.name,
                                    features_of(block, design, circuit.array_row, circuit.sum_x.has_value()),
                                    bench.block(block)});
    }
    return observations;
}

double mean_energy_fj(const MappedCircuit& pe, const LibertyLibrary& library, const PeCircuit& circuit,
                      double period_ps, const StreamSpec& stream) {
    double sum = 0;
    PeBench bench(pe, library, circuit, period_ps);
    const OperandStream operands = make_stream(stream, stream_design(circuit), circuit.array_row);
    for (const StreamBlock& block : operands.blocks) sum += total(bench.block(block));
    return sum / static_cast<double>(operands.blocks.size());
}

double weight_clock_fj(const MappedCircuit& pe, const LibertyLibrary& library, double period_ps) {
    GateSimulator simulator(pe.netlist, library, pe.timing, period_ps);
    const std::vector<int> both{simulator.port_index("clk"), simulator.port_index("weight_clk")};
    simulator.clock(both);
    simulator.clock(both);
    return simulator.cycle_energy("weight_register").clock_fj;
}

std::vector<double> pe_toggles(const Netlist& netlist, const PeCircuit& circuit, const StreamSpec& stream) {
    const OperandStream operands = make_stream(stream, stream_design(circuit), circuit.array_row);
    BitSimulator sim(netlist);
    const int clk = sim.port("clk"), weight_clk = sim.port("weight_clk"), a = sim.port("activation_in"),
              w = sim.port("weight_in"), p = sim.port("psum_in");
    const int x = circuit.sum_x ? sim.port("sum_x_in") : -1;
    const std::uint64_t low = (std::uint64_t{1} << pe_shape(circuit).constant_low_bits) - 1;
    for (unsigned t = 0; t < kBlockCycles; ++t) {
        for (unsigned lane = 0; lane < operands.blocks.size(); ++lane) {
            const StreamBlock& block = operands.blocks[lane];
            sim.set(a, lane, block.activations[std::min(t + kRegisterLatency, kBlockCycles - 1)]);
            sim.set(w, lane, block.weight);
            sim.set(p, lane, block.psum_in[t] & ~low);
            if (x >= 0) sim.set(x, lane, block.sum_x_in[t]);
        }
        if (t < kSkippedCycles)
            sim.clock({clk, weight_clk});
        else
            sim.clock({clk});
        if (t + 1 == kSkippedCycles) sim.clear_toggles();
    }
    return per_cycle(sim, kBlockCycles - kSkippedCycles);
}

std::vector<double> sum_cell_toggles(const Netlist& netlist, const SumCellCircuit& circuit,
                                     const StreamSpec& stream) {
    const OperandStream operands = make_stream(stream, design_with_variate(circuit), circuit.array_row);
    BitSimulator sim(netlist);
    const int clk = sim.port("clk"), a = sim.port("activation"), s = sim.port("sum_in");
    for (unsigned t = 0; t < kBlockCycles; ++t) {
        for (unsigned lane = 0; lane < operands.blocks.size(); ++lane) {
            sim.set(a, lane, operands.blocks[lane].activations[t]);
            sim.set(s, lane, operands.blocks[lane].sum_x_in[t]);
        }
        sim.clock({clk});
        if (t + 1 == kSkippedCycles) sim.clear_toggles();
    }
    return per_cycle(sim, kBlockCycles - kSkippedCycles);
}

std::vector<double> mac_plus_toggles(const Netlist& netlist, const MacPlusCircuit& circuit,
                                     const StreamDesign& design, unsigned array_rows,
                                     const StreamSpec& stream) {
    const OperandStream operands = make_stream(stream, design, array_rows);
    BitSimulator sim(netlist);
    const int clk = sim.port("clk"), sum = sim.port("sum"), x = sim.port("sum_x"),
              c = sim.port("coefficient");
    std::vector<MacPlusOperands> blocks;
    for (const StreamBlock& block : operands.blocks)
        blocks.push_back(mac_plus_operands(block, circuit, design, array_rows));
    for (unsigned t = 0; t < kBlockCycles; ++t) {
        for (unsigned lane = 0; lane < blocks.size(); ++lane) {
            sim.set(sum, lane, blocks[lane].sum[t]);
            sim.set(x, lane, blocks[lane].sum_x[t]);
            sim.set(c, lane, blocks[lane].coefficient);
        }
        sim.clock({clk});
        if (t + 1 == kSkippedCycles) sim.clear_toggles();
    }
    return per_cycle(sim, kBlockCycles - kSkippedCycles);
}

SumCell measure_sum_cell(const MappedCircuit& cell, const LibertyLibrary& library,
                         const SumCellCircuit& circuit, double period_ps,
                         const std::vector<StreamSpec>& training, const std::vector<StreamSpec>& held_out) {
    SumCell result;
    const std::vector<SumObservation> seen = observe_sums(cell, library, circuit, period_ps, training);
    // other = toggle_fj x toggles, relative errors counting; clock pins do not follow data.
    double toggles = 0, energy = 0;
    for (const SumObservation& o : seen) {
        result.cycle_fj += o.clock_fj / static_cast<double>(seen.size());
        const double weight = 1 / ((o.clock_fj + o.other_fj) * (o.clock_fj + o.other_fj));
        toggles += weight * o.toggles * o.toggles;
        energy += weight * o.toggles * o.other_fj;
    }
    result.toggle_fj = toggles > 0 ? energy / toggles : 0;
    std::map<std::string, std::pair<double, double>> by_stream;  // model, gates
    for (const SumObservation& o : observe_sums(cell, library, circuit, period_ps, held_out)) {
        by_stream[o.stream].first += result.cycle_fj + result.toggle_fj * o.toggles;
        by_stream[o.stream].second += o.clock_fj + o.other_fj;
    }
    for (const auto& [name, energies] : by_stream) {
        const double error = 100 * std::abs(energies.first / energies.second - 1);
        result.error.mean_percent += error / static_cast<double>(by_stream.size());
        if (error < result.error.worst_percent) continue;
        result.error.worst_percent = error;
        result.error.worst_stream = name;
    }
    result.error.streams = by_stream.size();
    result.leakage_nw = cell.leakage_nw();
    result.area_um2 = cell.netlist.area_um2();
    result.slack_ps = cell.timing.slack_ps(period_ps);
    return result;
}

MacPlus measure_mac_plus(const MappedCircuit& unit, const LibertyLibrary& library,
                         const MacPlusCircuit& circuit, const StreamDesign& design, unsigned array_rows,
                         double period_ps, const std::vector<StreamSpec>& streams) {
    MacPlus result;
    GateSimulator simulator(unit.netlist, library, unit.timing, period_ps);
    const int sum = simulator.port_index("sum"), x = simulator.port_index("sum_x"),
              c = simulator.port_index("coefficient");
    const std::vector<int> clk{simulator.port_index("clk")};
    std::vector<double> operation_fj;
    for (const StreamSpec& spec : streams) {
        double other = 0, cycles = 0, clock = 0;
        for (const StreamBlock& block : make_stream(spec, design, array_rows).blocks) {
            const MacPlusOperands operands = mac_plus_operands(block, circuit, design, array_rows);
            simulator.set(c, operands.coefficient);
            for (std::size_t t = 0; t < operands.sum.size(); ++t) {
                simulator.set(sum, operands.sum[t]);
                simulator.set(x, operands.sum_x[t]);
                simulator.clock(clk);
                if (t < kSkippedCycles) continue;
                const CellCycle cycle = last_cycle(simulator);
                other += cycle.other_fj;
                clock += cycle.clock_fj;
                cycles += 1;
            }
        }
        operation_fj.push_back(other / cycles);
        result.clock_fj += clock / cycles / static_cast<double>(streams.size());
    }
    double squares = 0;
    for (const double energy : operation_fj)
        result.operation_fj += energy / static_cast<double>(operation_fj.size());
    for (const double energy : operation_fj)
        squares += (energy - result.operation_fj) * (energy - result.operation_fj);
    result.spread_percent =
        100 * std::sqrt(squares / static_cast<double>(operation_fj.size())) / result.operation_fj;
    result.leakage_nw = unit.leakage_nw();
    result.area_um2 = unit.netlist.area_um2();
    result.slack_ps = unit.timing.slack_ps(period_ps);
    return result;
}

}  // namespace approxtlm::power
