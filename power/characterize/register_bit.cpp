#include "power/characterize/register_bit.h"

#include <bitset>

#include "power/circuits/generate.h"
#include "power/gates/gate_simulator.h"

namespace approxtlm::power {

RegisterBit measure_register_bit(const LibertyLibrary& library, const Synthesis& synthesis,
                                 double period_ps) {
    const std::string json = synthesis.netlist(generate_delay_line(synthesis.cells()), {MapScript::map, 1});
    const Netlist netlist = read_netlist(json, library);
    const Timing timing = analyse(netlist, library);
    GateSimulator simulator(netlist, library, timing, period_ps);
    const int d = simulator.port_index("d");
    const std::vector<int> clk{simulator.port_index("clk")};
    constexpr unsigned kCycles = 1000, kBits = 16;
    ComponentEnergy sum;
    double toggles = 0;
    std::uint64_t history[3] = {};
    for (unsigned t = 0; t < kCycles; ++t) {
        history[2] = history[1];
        history[1] = history[0];
        history[0] = (0x9E3779B97F4A7C15 * (t + 1)) >> 56;
        simulator.set(d, history[0]);
        simulator.clock(clk);
        if (t < 3) continue;
        sum += simulator.cycle_total();
        // After this edge the first register holds history[1], the second history[2].
        toggles += 2.0 * static_cast<double>(std::bitset<64>(history[1] ^ history[2]).count());
    }
    const Cell& cell = *library.find(synthesis.cells().flip_flop.name);
    RegisterBit bit;
    bit.cell = cell.name;
    bit.clock_fj = sum.clock_fj / (kCycles - 3) / kBits;
    bit.toggle_fj = (sum.register_fj + sum.combinational_fj()) / toggles;
    bit.leakage_nw = cell.leakage_nw;
    bit.area_um2 = cell.area_um2;
    return bit;
}

}  // namespace approxtlm::power
