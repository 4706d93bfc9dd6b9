#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "power/liberty/expression.h"
#include "power/liberty/lookup_table.h"

namespace approxtlm::power {

/// Everything below is in picoseconds, femtofarads, femtojoules, volts, degrees Celsius, square micrometres
/// and nanowatts, whatever the files say; transitions are between the library's own slew thresholds.

/// A value for a rising and one for a falling edge (of the pin that the owner speaks of).
template <class T>
struct Edges {
    T rise{}, fall{};
    T& operator[](bool rising) { return rising ? rise : fall; }
    const T& operator[](bool rising) const { return rising ? rise : fall; }
};

enum class TimingSense { positive, negative, non_unate };
enum class ArcKind { combinational, rising_clock, falling_clock, setup_rising, setup_falling };

/// One `timing` group. Edges are those of the pin that holds the arc.
struct TimingArc {
    std::string related_pin;
    int related_input = -1;  ///< index into Cell::inputs; -1: no input of the cell
    int related_output =
        -1;  ///< index into Cell::outputs: from another output of the cell, as ASAP7's adders have
    ArcKind kind = ArcKind::combinational;
    TimingSense sense = TimingSense::non_unate;
    std::optional<Expression> when;
    Edges<LookupTable>
        delay;  ///< ps over (transition of related_pin, load); of setup: (data, clock transition)
    Edges<LookupTable> transition;  ///< ps; empty for setup
    Edges<bool> same_axes;          ///< delay and transition are over the same points
};

/// One `internal_power` group: energy of one edge of the pin that holds it.
struct InternalPower {
    std::string related_pin;   ///< empty: the pin's own edges
    std::string related_rail;  ///< related_pg_pin; the rails of one condition add up
    std::optional<Expression> when;
    Edges<LookupTable> energy;  ///< fJ over (input transition, load)
};

struct LeakagePower {
    std::optional<Expression> when;
    std::string related_rail;
    double nanowatts = 0;
};

enum class Direction { input, output, internal, inout };

struct Pin {
    std::string name;
    Direction direction = Direction::input;
    bool clock = false;
    Edges<double> capacitance_ff;  ///< rise_capacitance, fall_capacitance; else capacitance
    Edges<double>
        largest_capacitance_ff;  ///< upper end of rise_ and fall_capacitance_range; else capacitance_ff
    std::optional<double> max_capacitance_ff, max_transition_ps;
    std::optional<Expression> function;  ///< over input pins and the names of the flip-flop's state
    bool three_state = false;
    std::vector<TimingArc> arcs;
    std::vector<InternalPower> internal_power;
};

/// The `ff` group of an edge-triggered flip-flop.
struct FlipFlop {
    std::string state, inverted_state;  ///< "IQ", "IQN"
    Expression clocked_on, next_state;
    std::optional<Expression> clear, preset;
};

struct Cell {
    std::string name;
    double area_um2 = 0;
    bool dont_use = false;
    std::string file;  ///< where it was read, as file:line
    std::vector<Pin> pins;
    std::vector<int> inputs, outputs;  ///< indices into pins, in the order of the file
    std::optional<FlipFlop> flip_flop;
    /// Why a netlist cannot use this cell, e.g. "a latch"; empty when it can.
    std::string unsupported;
    std::vector<LeakagePower> leakage;
    /// cell_leakage_power; else the unconditional leakage_power groups; else the mean of the conditional
    /// ones.
    double leakage_nw = 0;

    const Pin* find_pin(const std::string& pin) const;
};

class LibertyLibrary {
public:
    std::string name;                  ///< of the first file; several files: joined by " + "
    std::string operating_conditions;  ///< name of the corner, may be empty
    double process = 1, voltage_v = 0, temperature_c = 0;
    /// Transitions are measured between these fractions of the supply.
    Edges<double> slew_lower, slew_upper;
    /// Transition in the tables = measured transition / this.
    double slew_derate = 1;
    std::vector<std::string> files;
    std::map<std::string, Cell> cells;

    /// nullptr when there is none.
    const Cell* find(const std::string& cell) const;
    /// The least transition at which a delay table was characterised, ps; set by read_liberty().
    double smallest_transition_ps = 0;
};

}  // namespace approxtlm::power
