#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// One way in which an output of a cell can change: which timing arcs and internal_power groups speak of it.
struct OutputChange {
    int output = 0, input = 0;
    bool input_rising = false, output_rising = false;
    std::vector<int> arcs;   ///< of that output pin; their mean counts
    std::vector<int> power;  ///< of that output pin
    /// Another output that changes with it and that it waits for: that output, its edge, its arcs from the
    /// input, and this output's arcs from it. -1: none.
    int via = -1;
    bool via_rising = false;
    std::vector<int> via_arcs, arcs_from_via;
};

/// One way in which an input can change: the internal_power groups of the input pin itself.
struct InputChange {
    int input = 0;
    bool rising = false;
    std::vector<int> power;
};

/// A cell's function and conditions as tables over its state. Bit i of a state is input i in the order of
/// CellPins; a register's stored value is the bit after the inputs.
class CellModel {
public:
    /// Throws InputError where the Liberty lacks what simulation needs.
    explicit CellModel(const Cell& cell);

    const Cell& cell;
    int inputs = 0, outputs = 0;
    int clock = -1;  ///< clock input of a register, -1: combinational
    bool is_register() const { return clock >= 0; }
    std::size_t states() const { return std::size_t{1} << (inputs + (is_register() ? 1 : 0)); }

    std::vector<std::uint8_t> output_of_state;  ///< bit o: output o
    std::vector<bool> next_of_state;            ///< of a register: what it stores at the rising clock edge
    std::vector<bool> forced_of_state;          ///< of a register: clear or preset is active
    std::vector<OutputChange> output_changes;
    std::vector<InputChange> input_changes;
    /// Index into output_changes by [(output * inputs + input) * states + state after the change].
    std::vector<std::uint16_t> output_change_of;
    /// Index into input_changes by [input * states + state after the change].
    std::vector<std::uint16_t> input_change_of;
    /// Whether any change of that input costs energy of its own.
    std::vector<bool> input_has_power;

private:
    std::vector<bool> truth_table(const Expression& expression, const char* what) const;
    void functions();
    void changes_of_outputs();
    void changes_of_inputs();
    void find_via(OutputChange& change, std::size_t state, std::size_t before) const;
    std::vector<int> arcs_of(int output, int input, std::size_t state, bool input_rising,
                             bool output_rising) const;
    std::vector<int> powers_of(const Pin& pin, const std::vector<std::vector<bool>>& conditions,
                               const std::string& related_pin, std::size_t state, bool rising) const;
    std::vector<std::vector<bool>> conditions_of(const Pin& pin) const;

    std::vector<const Pin*> input_pins_, output_pins_;
    std::vector<std::vector<std::vector<bool>>>
        arc_conditions_;  ///< [output][arc][state], empty: unconditional
};

/// Delay of a change, ps, at least 0: the mean of its arcs, or the way by the other output where that takes
/// longer. `slew_ps` of the input, `loads_ff` of all outputs.
double output_delay_ps(const CellModel& model, const OutputChange& change, double slew_ps,
                       const std::vector<Edges<double>>& loads_ff);
/// Mean output transition of the arcs of a change, ps, at least 0.
double output_transition_ps(const CellModel& model, const OutputChange& change, double slew_ps,
                            const std::vector<Edges<double>>& loads_ff);

/// Energy of one edge: groups of one rail average (they are alternatives that the conditions do not tell
/// apart), rails add up. `slew_ps` of the input, `load_ff` of the output.
double internal_energy_fj(const Pin& pin, const std::vector<int>& groups, bool rising, double slew_ps,
                          double load_ff);

}  // namespace approxtlm::power
