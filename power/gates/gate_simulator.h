#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "power/gates/netlist.h"
#include "power/gates/timing.h"

namespace approxtlm::power {

/// Femtojoules spent by one component, by kind.
struct ComponentEnergy {
    double switching_fj = 0;  ///< loads of combinational outputs
    double internal_fj = 0;   ///< inside combinational cells
    double register_fj =
        0;  ///< registers' data: loads of their outputs, internal energy of data and output edges
    double clock_fj = 0;  ///< clock pins: their capacitance and internal energy
    double leakage_fj = 0;
    std::uint64_t toggles = 0;  ///< output edges of its cells, glitches included

    double combinational_fj() const { return switching_fj + internal_fj; }
    double total_fj() const { return switching_fj + internal_fj + register_fj + clock_fj + leakage_fj; }
    ComponentEnergy& operator+=(const ComponentEnergy& other);
};

/// Which pulses pass a gate. Energies are measured with half_swing; the others are for comparison.
enum class Pulses {
    half_swing,  ///< those that reach half of the supply at its output
    inertial,    ///< those at least as long as its delay, as in Verilog
    transport    ///< all
};

/// Event-driven simulation of a netlist with the delays and energies that the Liberty gives at each cell's
/// own transition and load. Starts with every register, port and clock at 0, settled.
///
///     sim.set("activation_in", 17);
///     sim.clock({"clk"});          // rising edge, the ports' new values, falling edge, to the end of the
///     period sim.cycle_energy("multiplier").total_fj();
class GateSimulator {
public:
    /// The netlist and its library must outlive the simulator. Throws InputError when a register's clock does
    /// not come straight from an input port, or a delay exceeds two periods.
    GateSimulator(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                  double period_ps, Pulses pulses = Pulses::half_swing);
    ~GateSimulator();
    GateSimulator(GateSimulator&&) noexcept;
    GateSimulator& operator=(GateSimulator&&) noexcept;

    /// The port takes `value` when its arrival time has passed after the next clock edge. Throws InputError
    /// for an unknown input port and for a value wider than the port.
    void set(const std::string& port, std::uint64_t value);
    /// Value of a port now.
    std::uint64_t get(const std::string& port) const;
    /// One period: rising edge of these clock ports at 0, falling edge at half of it.
    void clock(const std::vector<std::string>& clock_ports);

    /// Ports by index (of Netlist::ports), for inner loops.
    int port_index(const std::string& port) const;
    void set(int port, std::uint64_t value);
    std::uint64_t get(int port) const;
    void clock(const std::vector<int>& clock_port_indices);

    /// Of the last clock() call, by Netlist::components.
    const std::vector<ComponentEnergy>& cycle_energy() const;
    /// A component that the netlist lacks has spent nothing.
    ComponentEnergy cycle_energy(const std::string& component) const;
    ComponentEnergy cycle_total() const;
    /// Clock periods whose last event came after their end (the netlist misses the period).
    std::uint64_t late_cycles() const;

private:
    class Model;
    std::unique_ptr<Model> model_;
};

}  // namespace approxtlm::power
