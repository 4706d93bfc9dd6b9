#include "power/gates/flat_netlist.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/common/error.h"

namespace approxtlm::power {

FlatNetlist::FlatNetlist(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                         double period_ps, Pulses pulses, std::int64_t longest_ticks)
    : netlist_(netlist),
      timing_(timing),
      period_ps_(period_ps),
      pulses_(pulses),
      half_v2_(library.voltage_v * library.voltage_v / 2) {
    if (!(period_ps > 0) || !std::isfinite(period_ps))
        throw InputError("gate simulation", fmt::format("a period of {} ps", period_ps), "above 0");
    for (const bool rising : {true, false})
        full_swing_[rising] = (library.slew_upper[rising] - library.slew_lower[rising]) / library.slew_derate;
    compile_nets();
    compile_instances();
    choose_tick(longest_ticks);
    settle();
}

void FlatNetlist::compile_nets() {
    nets.resize(netlist_.nets.size());
    for (std::size_t n = 0; n < nets.size(); ++n) {
        const Net& net = netlist_.nets[n];
        nets[n].first_sink = static_cast<std::uint32_t>(sinks.size());
        for (const Sink& sink : net.sinks)
            sinks.push_back({static_cast<std::uint32_t>(sink.instance), static_cast<std::uint8_t>(sink.pin)});
        nets[n].last_sink = static_cast<std::uint32_t>(sinks.size());
        if (net.driver < 0) continue;  // whoever drives an input port pays for its load
        const Instance& driver = netlist_.instances[index(net.driver)];
        nets[n].charged = true;
        nets[n].component = static_cast<std::uint32_t>(driver.component);
        nets[n].slot = static_cast<std::uint32_t>(driver.component * kKinds +
                                                  (driver.cell->flip_flop ? kRegister : kSwitching));
        // Half of C V^2 per edge: the Liberty's tables hold what the supply delivers less this, so that
        // the sum over a rising and a falling edge is the whole of C V^2, whichever edge the tables book
        // it on.
        for (const bool rising : {false, true})
            nets[n].edge_energy_fj[rising] = static_cast<float>(half_v2_ * timing_.energy_load_ff[n][rising]);
    }
    nets[kConstantOne].value = true;
    leakage_fj.resize(netlist_.components.size());
}

void FlatNetlist::compile_instances() {
    for (const Instance& instance : netlist_.instances) {
        const CellModel& model = models_.try_emplace(instance.cell, *instance.cell).first->second;
        FlatInstance flat;
        flat.model = {model.output_of_state.data(),
                      model.output_change_of.data(),
                      model.input_change_of.data(),
                      static_cast<std::uint32_t>(model.states()),
                      0,
                      static_cast<std::uint8_t>(model.inputs),
                      model.is_register()};
        for (int i = 0; i < model.inputs; ++i)
            if (model.input_has_power[index(i)])
                flat.model.powered_inputs |= static_cast<std::uint16_t>(1u << i);
        flat.first_output = static_cast<std::uint32_t>(outputs.size());
        for (const int net : instance.output_nets) outputs.push_back(static_cast<std::uint32_t>(net));
        flat.slot = static_cast<std::uint32_t>(instance.component * kKinds);
        compile_changes(instance, model, flat);
        // nW x ps = 1e-6 fJ.
        leakage_fj[index(instance.component)] += instance.cell->leakage_nw * period_ps_ * 1e-6;
        if (model.is_register()) compile_register(instance, model);
        instances.push_back(flat);
    }
}

double FlatNetlist::slew(int net, bool rising) const {
    const double slew = timing_.slew_ps[index(net)][rising];
    return slew > 0 ? slew : timing_.clock_slew_ps;  // a net that timing says cannot have this edge
}

void FlatNetlist::compile_changes(const Instance& instance, const CellModel& model, FlatInstance& flat) {
    const CellPins pins(*instance.cell);
    flat.first_output_change = static_cast<std::uint32_t>(output_changes.size());
    std::vector<Edges<double>> loads_ff;
    for (const int net : instance.output_nets) loads_ff.push_back(timing_.load_ff[index(net)]);
    for (const OutputChange& change : model.output_changes) {
        const Pin& pin = *pins.outputs[index(change.output)];
        const double slew_ps = slew(instance.input_nets[index(change.input)], change.input_rising);
        const double load_ff = loads_ff[index(change.output)][change.output_rising];
        delays_ps_.push_back(output_delay_ps(model, change, slew_ps, loads_ff));
        // Straight ramps: the first edge has passed half of the supply when the second begins to turn it
        // back, if their delays are half of the second's full transition apart.
        shortest_pulses_ps_.push_back(output_transition_ps(model, change, slew_ps, loads_ff) /
                                      full_swing_[change.output_rising] / 2);
        output_changes.push_back({0, 0,
                                  static_cast<float>(internal_energy_fj(
                                      pin, change.power, change.output_rising, slew_ps, load_ff))});
    }
    flat.first_input_change = static_cast<std::uint32_t>(input_energy_fj.size());
    for (const InputChange& change : model.input_changes) {
        const double slew_ps = slew(instance.input_nets[index(change.input)], change.rising);
        const Pin& pin = *pins.inputs[index(change.input)];
        double energy = internal_energy_fj(pin, change.power, change.rising, slew_ps, 0);
        // Nobody in the netlist drives the clock, so its pins' capacitance is charged here.
        if (change.input == model.clock) energy += half_v2_ * pin.capacitance_ff[change.rising];
        input_energy_fj.push_back(static_cast<float>(energy));
    }
    if (model.is_register()) flat.model.powered_inputs |= static_cast<std::uint16_t>(1u << model.clock);
}

/// Of constants and of the outputs of tie cells.
std::optional<bool> FlatNetlist::constant_value(int net) const {
    if (net <= kConstantOne) return net == kConstantOne;
    const int driver = netlist_.nets[index(net)].driver;
    if (driver < 0 || !netlist_.instances[index(driver)].input_nets.empty()) return std::nullopt;
    const CellModel tie(*netlist_.instances[index(driver)].cell);
    return (tie.output_of_state[0] >> netlist_.nets[index(net)].driver_pin & 1) != 0;
}

void FlatNetlist::compile_register(const Instance& instance, const CellModel& model) {
    const auto i = static_cast<std::uint32_t>(instances.size());
    const int clock_net = instance.input_nets[index(model.clock)];
    if (!netlist_.nets[index(clock_net)].input)
        throw InputError(netlist_.module + ": " + instance.name, "a clock that is no input port",
                         "registers clocked by an input port");
    std::uint32_t known = 0, tied = 0;
    for (int p = 0; p < model.inputs; ++p) {
        const std::optional<bool> value = constant_value(instance.input_nets[index(p)]);
        if (value) known |= 1u << p;
        if (value.value_or(false)) tied |= 1u << p;
    }
    bool ever_forced = false;
    for (std::size_t state = 0; state < model.states(); ++state) {
        const bool possible = ((static_cast<std::uint32_t>(state) ^ tied) & known) == 0;
        ever_forced |= possible && model.forced_of_state[state];
    }
    if (ever_forced)
        throw InputError(netlist_.module + ": " + instance.name, "a clear or preset that can become active",
                         "one tied to its inactive value");
    registers_of_clock[clock_net].push_back({i, &model});
}

/// The longest delay fills the wheel, so that a tick is as fine as the wheel allows.
void FlatNetlist::choose_tick(std::int64_t longest_ticks) {
    double longest = 0;
    for (const double delay : delays_ps_) longest = std::max(longest, delay);
    for (const NetlistPort& port : netlist_.ports)
        if (port.input)
            for (const int net : port.nets)
                for (const bool rising : {false, true})
                    if (std::isfinite(timing_.arrival_ps[index(net)][rising]))
                        longest = std::max(longest, timing_.arrival_ps[index(net)][rising]);
    if (longest > 2 * period_ps_)
        throw InputError(netlist_.module + ": gate simulation", fmt::format("a delay of {:.1f} ps", longest),
                         fmt::format("at most two periods of {:.1f} ps", period_ps_));
    tick_ps = std::max(longest, period_ps_ / 64) / static_cast<double>(longest_ticks);
    period_ticks = std::llround(period_ps_ / tick_ps);
    for (std::size_t c = 0; c < delays_ps_.size(); ++c) {
        output_changes[c].delay_ticks = static_cast<std::int32_t>(std::lround(delays_ps_[c] / tick_ps));
        // At least a tick: what would end before it began never was.
        output_changes[c].shortest_pulse_ticks =
            pulses_ == Pulses::inertial ? std::numeric_limits<std::int32_t>::max()
            : pulses_ == Pulses::transport
                ? 1
                : std::max<std::int32_t>(
                      1, static_cast<std::int32_t>(std::lround(shortest_pulses_ps_[c] / tick_ps)));
    }
}

/// Every port and register at 0; combinational outputs follow without delay or energy.
void FlatNetlist::settle() {
    for (std::size_t i = 0; i < instances.size(); ++i) {
        FlatInstance& flat = instances[i];
        for (int p = 0; p < flat.model.inputs; ++p)
            if (netlist_.instances[i].input_nets[index(p)] == kConstantOne) flat.state |= 1u << p;
    }
    for (std::size_t i = 0; i < instances.size(); ++i)
        if (instances[i].model.is_register) settle_outputs(static_cast<int>(i));
    for (const int i : netlist_.order) settle_outputs(i);
}

void FlatNetlist::settle_outputs(int i) {
    FlatInstance& flat = instances[index(i)];
    flat.target = flat.model.output_of_state[flat.state];
    const std::vector<int>& driven = netlist_.instances[index(i)].output_nets;
    for (std::size_t o = 0; o < driven.size(); ++o) {
        FlatNet& net = nets[index(driven[o])];
        net.value = (flat.target >> o & 1) != 0;
        if (!net.value) continue;
        for (std::uint32_t s = net.first_sink; s < net.last_sink; ++s)
            instances[sinks[s].instance].state |= 1u << sinks[s].pin;
    }
}

}  // namespace approxtlm::power
