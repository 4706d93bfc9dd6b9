#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "power/gates/cell_model.h"
#include "power/gates/gate_simulator.h"

namespace approxtlm::power {

/// Where energy is booked: four slots a component.
enum EnergyKind : std::uint32_t { kSwitching, kInternal, kRegister, kClock, kKinds };

/// Flat image of one cell model, so that the inner loop touches few lines.
struct FlatModel {
    const std::uint8_t* output_of_state = nullptr;
    const std::uint16_t* output_change_of = nullptr;
    const std::uint16_t* input_change_of = nullptr;
    std::uint32_t states = 0;
    std::uint16_t powered_inputs = 0;  ///< bit i: changes of input i cost energy
    std::uint8_t inputs = 0;
    bool is_register = false;
};

struct FlatInstance {
    FlatModel model;
    std::uint32_t state = 0;
    std::uint32_t first_output = 0;         ///< into FlatNetlist::outputs
    std::uint32_t first_output_change = 0;  ///< into FlatNetlist::output_changes
    std::uint32_t first_input_change = 0;   ///< into FlatNetlist::input_energy_fj
    std::uint32_t slot = 0;                 ///< into energies: component * kKinds
    std::uint8_t target = 0;                ///< outputs as they will be once every event has happened
};

/// Changes of a net that can be under way at once; a further one takes the last with it.
inline constexpr std::uint32_t kUnderWay = 8;

struct FlatNet {
    std::uint32_t first_sink = 0, last_sink = 0;
    std::uint32_t slot = 0;  ///< where its load's energy goes: component * kKinds + kind
    std::uint32_t component = 0;
    bool value = false, charged = false;
    float edge_energy_fj[2] = {0, 0};       ///< of the load, falling and rising
    std::uint8_t first = 0, under_way = 0;  ///< ring of changes, the next one first

    std::uint32_t slot_of(std::uint32_t n) const { return (first + n) % kUnderWay; }
};

struct FlatChange {
    std::int32_t delay_ticks = 0;
    std::int32_t shortest_pulse_ticks = 0;  ///< that ends with this change
    float energy_fj = 0;
};

struct FlatSink {
    std::uint32_t instance = 0;
    std::uint8_t pin = 0;
};

/// A netlist as the simulator's inner loop wants it: arrays, with the delay in ticks and the energy of every
/// change that a cell can make at its own transitions and loads. Starts settled, every port and register at
/// 0.
class FlatNetlist {
public:
    /// What `netlist`, `library` and `timing` hold must outlive it. A tick is as long as the longest delay
    /// divided by `longest_ticks`. Throws InputError as GateSimulator does.
    FlatNetlist(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing, double period_ps,
                Pulses pulses, std::int64_t longest_ticks);

    std::vector<FlatNet> nets;
    std::vector<FlatSink> sinks;
    std::vector<FlatInstance> instances;
    std::vector<std::uint32_t> outputs;
    std::vector<FlatChange> output_changes;
    std::vector<float> input_energy_fj;
    /// By clock net: instance and model of its registers.
    std::map<int, std::vector<std::pair<std::uint32_t, const CellModel*>>> registers_of_clock;
    std::vector<double> leakage_fj;  ///< a period, by component
    double tick_ps = 0;
    std::int64_t period_ticks = 0;

private:
    void compile_nets();
    void compile_instances();
    void compile_changes(const Instance& instance, const CellModel& model, FlatInstance& flat);
    void compile_register(const Instance& instance, const CellModel& model);
    void choose_tick(std::int64_t longest_ticks);
    void settle();
    void settle_outputs(int i);
    double slew(int net, bool rising) const;
    std::optional<bool> constant_value(int net) const;
    static std::size_t index(int i) { return static_cast<std::size_t>(i); }

    const Netlist& netlist_;
    const Timing& timing_;
    const double period_ps_;
    const Pulses pulses_;
    const double half_v2_;
    std::map<const Cell*, CellModel> models_;
    Edges<double> full_swing_;  ///< fraction of a full swing that the tables' transition covers
    std::vector<double> delays_ps_, shortest_pulses_ps_;
};

}  // namespace approxtlm::power
