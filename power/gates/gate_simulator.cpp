#include "power/gates/gate_simulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "models/common/error.h"
#include "power/gates/cell_model.h"
#include "power/gates/event_wheel.h"

namespace approxtlm::power {
namespace {

enum Kind { kSwitching, kInternal, kRegister, kClock, kKinds };

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
    std::uint32_t first_output = 0;         ///< into outputs_
    std::uint32_t first_output_change = 0;  ///< into output_changes_
    std::uint32_t first_input_change = 0;   ///< into input_energy_fj_
    std::uint32_t slot = 0;                 ///< into energies: component * kKinds
    std::uint8_t target = 0;                ///< outputs as they will be once every event has happened
};

/// Changes of a net that can be under way at once; a further one takes the last with it.
constexpr std::uint32_t kUnderWay = 8;

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

}  // namespace

class GateSimulator::Model {
public:
    Model(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing, double period_ps,
          Pulses pulses)
        : netlist_(netlist),
          timing_(timing),
          period_ps_(period_ps),
          pulses_(pulses),
          half_v2_(library.voltage_v * library.voltage_v / 2) {
        if (!(period_ps > 0) || !std::isfinite(period_ps))
            throw InputError("gate simulation", fmt::format("a period of {} ps", period_ps), "above 0");
        for (const bool rising : {true, false})
            full_swing_[rising] =
                (library.slew_upper[rising] - library.slew_lower[rising]) / library.slew_derate;
        compile_nets();
        compile_instances();
        choose_tick();
        settle();
    }

    int port_index(const std::string& name) const {
        const NetlistPort* port = netlist_.find_port(name);
        if (port == nullptr) throw InputError(netlist_.module + ": port", name, "one of the netlist's");
        return static_cast<int>(port - netlist_.ports.data());
    }

    void set(int index, std::uint64_t value) {
        const NetlistPort& port = netlist_.ports[static_cast<std::size_t>(index)];
        if (!port.input) throw InputError(netlist_.module + ": port " + port.name, "an output", "an input");
        if (port.nets.size() < 64 && value >> port.nets.size() != 0)
            throw InputError(netlist_.module + ": port " + port.name, fmt::format("{}", value),
                             fmt::format("a value of {} bits", port.nets.size()));
        set_values_.emplace_back(index, value);
    }

    std::uint64_t get(int index) const {
        const NetlistPort& port = netlist_.ports[static_cast<std::size_t>(index)];
        std::uint64_t value = 0;
        for (std::size_t bit = 0; bit < port.nets.size(); ++bit)
            value |= std::uint64_t{nets_[static_cast<std::size_t>(port.nets[bit])].value} << bit;
        return value;
    }

    void clock(const std::vector<int>& ports) {
        std::fill(fj_.begin(), fj_.end(), 0.0);
        std::fill(toggles_.begin(), toggles_.end(), 0);
        const std::int64_t begin = now_ticks_;
        for (const int port : ports) clock_edge(port, true);
        inject();
        run_until(begin + period_ticks_ / 2);
        for (const int port : ports) clock_edge(port, false);
        run_until(begin + period_ticks_);
        late_cycles_ += wheel_.empty() ? 0 : 1;
        publish();
    }

    std::uint64_t late_cycles() const { return late_cycles_; }
    const std::vector<ComponentEnergy>& energy() const { return energy_; }
    const Netlist& netlist() const { return netlist_; }

private:
    static std::size_t index(int i) { return static_cast<std::size_t>(i); }

    // --- compilation
    // -----------------------------------------------------------------------------------------------
    void compile_nets() {
        nets_.resize(netlist_.nets.size());
        for (std::size_t n = 0; n < nets_.size(); ++n) {
            const Net& net = netlist_.nets[n];
            nets_[n].first_sink = static_cast<std::uint32_t>(sinks_.size());
            for (const Sink& sink : net.sinks)
                sinks_.push_back(
                    {static_cast<std::uint32_t>(sink.instance), static_cast<std::uint8_t>(sink.pin)});
            nets_[n].last_sink = static_cast<std::uint32_t>(sinks_.size());
            if (net.driver < 0) continue;  // whoever drives an input port pays for its load
            const Instance& driver = netlist_.instances[index(net.driver)];
            nets_[n].charged = true;
            nets_[n].component = static_cast<std::uint32_t>(driver.component);
            nets_[n].slot = static_cast<std::uint32_t>(driver.component * kKinds +
                                                       (driver.cell->flip_flop ? kRegister : kSwitching));
            // Half of C V^2 per edge: the Liberty's tables hold what the supply delivers less this, so that
            // the sum over a rising and a falling edge is the whole of C V^2, whichever edge the tables book
            // it on.
            for (const bool rising : {false, true})
                nets_[n].edge_energy_fj[rising] =
                    static_cast<float>(half_v2_ * timing_.energy_load_ff[n][rising]);
        }
        nets_[kConstantOne].value = true;
        fj_.resize(netlist_.components.size() * kKinds);
        toggles_.resize(netlist_.components.size());
        energy_.resize(netlist_.components.size());
        leakage_fj_.resize(netlist_.components.size());
    }

    void compile_instances() {
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
            flat.first_output = static_cast<std::uint32_t>(outputs_.size());
            for (const int net : instance.output_nets) outputs_.push_back(static_cast<std::uint32_t>(net));
            flat.slot = static_cast<std::uint32_t>(instance.component * kKinds);
            compile_changes(instance, model, flat);
            // nW x ps = 1e-6 fJ.
            leakage_fj_[index(instance.component)] += instance.cell->leakage_nw * period_ps_ * 1e-6;
            if (model.is_register()) compile_register(instance, model);
            instances_.push_back(flat);
        }
    }

    double slew(int net, bool rising) const {
        const double slew = timing_.slew_ps[index(net)][rising];
        return slew > 0 ? slew : timing_.clock_slew_ps;  // a net that timing says cannot have this edge
    }

    void compile_changes(const Instance& instance, const CellModel& model, FlatInstance& flat) {
        const CellPins pins(*instance.cell);
        flat.first_output_change = static_cast<std::uint32_t>(output_changes_.size());
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
            output_changes_.push_back({0, 0,
                                       static_cast<float>(internal_energy_fj(
                                           pin, change.power, change.output_rising, slew_ps, load_ff))});
        }
        flat.first_input_change = static_cast<std::uint32_t>(input_energy_fj_.size());
        for (const InputChange& change : model.input_changes) {
            const double slew_ps = slew(instance.input_nets[index(change.input)], change.rising);
            const Pin& pin = *pins.inputs[index(change.input)];
            double energy = internal_energy_fj(pin, change.power, change.rising, slew_ps, 0);
            // Nobody in the netlist drives the clock, so its pins' capacitance is charged here.
            if (change.input == model.clock) energy += half_v2_ * pin.capacitance_ff[change.rising];
            input_energy_fj_.push_back(static_cast<float>(energy));
        }
        if (model.is_register()) flat.model.powered_inputs |= static_cast<std::uint16_t>(1u << model.clock);
    }

    /// Of constants and of the outputs of tie cells.
    std::optional<bool> constant_value(int net) const {
        if (net <= kConstantOne) return net == kConstantOne;
        const int driver = netlist_.nets[index(net)].driver;
        if (driver < 0 || !netlist_.instances[index(driver)].input_nets.empty()) return std::nullopt;
        const CellModel tie(*netlist_.instances[index(driver)].cell);
        return (tie.output_of_state[0] >> netlist_.nets[index(net)].driver_pin & 1) != 0;
    }

    void compile_register(const Instance& instance, const CellModel& model) {
        const auto i = static_cast<std::uint32_t>(instances_.size());
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
            throw InputError(netlist_.module + ": " + instance.name,
                             "a clear or preset that can become active", "one tied to its inactive value");
        registers_of_clock_[clock_net].push_back({i, &model});
    }

    /// The longest delay fills the wheel, so that a tick is as fine as the wheel allows.
    void choose_tick() {
        double longest = 0;
        for (const double delay : delays_ps_) longest = std::max(longest, delay);
        for (const NetlistPort& port : netlist_.ports)
            if (port.input)
                for (const int net : port.nets)
                    for (const bool rising : {false, true})
                        if (std::isfinite(timing_.arrival_ps[index(net)][rising]))
                            longest = std::max(longest, timing_.arrival_ps[index(net)][rising]);
        if (longest > 2 * period_ps_)
            throw InputError(netlist_.module + ": gate simulation",
                             fmt::format("a delay of {:.1f} ps", longest),
                             fmt::format("at most two periods of {:.1f} ps", period_ps_));
        tick_ps_ = std::max(longest, period_ps_ / 64) / (EventWheel::kBuckets - 2);
        period_ticks_ = std::llround(period_ps_ / tick_ps_);
        for (std::size_t c = 0; c < delays_ps_.size(); ++c) {
            output_changes_[c].delay_ticks = static_cast<std::int32_t>(std::lround(delays_ps_[c] / tick_ps_));
            // At least a tick: what would end before it began never was.
            output_changes_[c].shortest_pulse_ticks =
                pulses_ == Pulses::inertial ? std::numeric_limits<std::int32_t>::max()
                : pulses_ == Pulses::transport
                    ? 1
                    : std::max<std::int32_t>(
                          1, static_cast<std::int32_t>(std::lround(shortest_pulses_ps_[c] / tick_ps_)));
        }
        wheel_.resize(nets_.size() * kUnderWay);
        pending_.resize(nets_.size() * kUnderWay);
    }

    /// Every port and register at 0; combinational outputs follow without delay or energy.
    void settle() {
        for (std::size_t i = 0; i < instances_.size(); ++i) {
            FlatInstance& flat = instances_[i];
            for (int p = 0; p < flat.model.inputs; ++p)
                if (netlist_.instances[i].input_nets[index(p)] == kConstantOne) flat.state |= 1u << p;
        }
        for (std::size_t i = 0; i < instances_.size(); ++i)
            if (instances_[i].model.is_register) settle_outputs(static_cast<int>(i));
        for (const int i : netlist_.order) settle_outputs(i);
    }

    void settle_outputs(int i) {
        FlatInstance& flat = instances_[index(i)];
        flat.target = flat.model.output_of_state[flat.state];
        const std::vector<int>& outputs = netlist_.instances[index(i)].output_nets;
        for (std::size_t o = 0; o < outputs.size(); ++o) {
            FlatNet& net = nets_[index(outputs[o])];
            net.value = (flat.target >> o & 1) != 0;
            if (!net.value) continue;
            for (std::uint32_t s = net.first_sink; s < net.last_sink; ++s)
                instances_[sinks_[s].instance].state |= 1u << sinks_[s].pin;
        }
    }

    // --- events
    // ----------------------------------------------------------------------------------------------------
    /// Values under way alternate, so a change that comes too close behind the last one takes it away.
    void change_output(FlatInstance& flat, unsigned output, unsigned input) {
        const std::uint32_t net_index = outputs_[flat.first_output + output];
        FlatNet& net = nets_[net_index];
        flat.target ^= static_cast<std::uint8_t>(1u << output);
        const FlatModel& m = flat.model;
        const FlatChange& change =
            output_changes_[flat.first_output_change +
                            m.output_change_of[(output * m.inputs + input) * m.states + flat.state]];
        const std::int64_t time = now_ticks_ + change.delay_ticks;
        if (net.under_way > 0) {
            const std::uint32_t last = net_index * kUnderWay + net.slot_of(net.under_way - 1u);
            if (time - pending_[last].time_ticks < change.shortest_pulse_ticks ||
                net.under_way == kUnderWay) {
                wheel_.cancel(last);
                --net.under_way;
                return;
            }
        }
        const std::uint32_t item = net_index * kUnderWay + net.slot_of(net.under_way++);
        pending_[item] = {time, change.energy_fj};
        wheel_.insert(item, time);
    }

    void toggle(std::uint32_t item) {
        FlatNet& net = nets_[item / kUnderWay];
        net.first = static_cast<std::uint8_t>(net.slot_of(1));
        --net.under_way;
        net.value = !net.value;
        if (net.charged) {
            fj_[net.slot] += net.edge_energy_fj[net.value];
            fj_[(net.slot & ~std::uint32_t{kKinds - 1}) +
                (net.slot % kKinds == kRegister ? kRegister : kInternal)] += pending_[item].energy_fj;
            ++toggles_[net.component];
        }
        for (std::uint32_t s = net.first_sink; s < net.last_sink; ++s) {
            const FlatSink sink = sinks_[s];
            FlatInstance& flat = instances_[sink.instance];
            const FlatModel& m = flat.model;
            flat.state ^= 1u << sink.pin;
            if ((m.powered_inputs >> sink.pin & 1) != 0)
                fj_[flat.slot + (m.is_register ? kRegister : kInternal)] +=
                    input_energy_fj_[flat.first_input_change +
                                     m.input_change_of[sink.pin * m.states + flat.state]];
            if (m.is_register) continue;
            unsigned changed = m.output_of_state[flat.state] ^ flat.target;
            for (unsigned output = 0; changed != 0; ++output, changed >>= 1)
                if ((changed & 1) != 0) change_output(flat, output, sink.pin);
        }
    }

    void run_until(std::int64_t end) {
        for (;;) {
            const std::int64_t next = wheel_.next(now_ticks_, end);
            if (next >= end) break;
            now_ticks_ = next;
            toggle(wheel_.pop(next));
        }
        now_ticks_ = end;
    }

    void clock_edge(int port, bool rising) {
        const NetlistPort& clock = netlist_.ports[index(port)];
        const int net = clock.nets.front();
        const auto found = registers_of_clock_.find(net);
        if (!clock.input || found == registers_of_clock_.end())
            throw InputError(netlist_.module + ": port " + clock.name, "no clock",
                             "a port that clocks registers");
        nets_[index(net)].value = rising;
        for (const auto& [i, model] : found->second) {
            FlatInstance& flat = instances_[i];
            const auto clock_bit = static_cast<unsigned>(model->clock);
            flat.state ^= 1u << clock_bit;
            fj_[flat.slot + kClock] +=
                input_energy_fj_[flat.first_input_change +
                                 flat.model.input_change_of[clock_bit * flat.model.states + flat.state]];
            if (!rising) continue;
            const bool stored = (flat.state >> flat.model.inputs & 1) != 0;
            if (model->next_of_state[flat.state] == stored) continue;
            flat.state ^= 1u << flat.model.inputs;
            unsigned changed = flat.model.output_of_state[flat.state] ^ flat.target;
            for (unsigned output = 0; changed != 0; ++output, changed >>= 1)
                if ((changed & 1) != 0) change_output(flat, output, clock_bit);
        }
    }

    /// New values of input ports, at their arrival.
    void inject() {
        for (const auto& [port_index, value] : set_values_) {
            const NetlistPort& port = netlist_.ports[index(port_index)];
            for (std::size_t bit = 0; bit < port.nets.size(); ++bit) {
                const auto net = static_cast<std::uint32_t>(port.nets[bit]);
                FlatNet& flat = nets_[net];
                for (; flat.under_way > 0; --flat.under_way)
                    wheel_.cancel(net * kUnderWay + flat.slot_of(flat.under_way - 1u));
                const bool rising = (value >> bit & 1) != 0;
                if (flat.value == rising) continue;
                const double arrival = timing_.arrival_ps[net][rising];
                const std::uint32_t item = net * kUnderWay + flat.slot_of(flat.under_way++);
                pending_[item] = {
                    now_ticks_ + (std::isfinite(arrival) ? std::llround(arrival / tick_ps_) : 0), 0};
                wheel_.insert(item, pending_[item].time_ticks);
            }
        }
        set_values_.clear();
    }

    void publish() {
        for (std::size_t c = 0; c < energy_.size(); ++c) {
            const double* fj = fj_.data() + c * kKinds;
            energy_[c] = {fj[kSwitching], fj[kInternal],  fj[kRegister],
                          fj[kClock],     leakage_fj_[c], toggles_[c]};
        }
    }

    const Netlist& netlist_;
    const Timing& timing_;
    const double period_ps_;
    const Pulses pulses_;
    const double half_v2_;
    std::map<const Cell*, CellModel> models_;

    std::vector<FlatNet> nets_;
    std::vector<FlatSink> sinks_;
    std::vector<FlatInstance> instances_;
    std::vector<std::uint32_t> outputs_;
    std::vector<FlatChange> output_changes_;
    Edges<double> full_swing_;  ///< fraction of a full swing that the tables' transition covers
    std::vector<double> delays_ps_, shortest_pulses_ps_;
    std::vector<float> input_energy_fj_;
    std::map<int, std::vector<std::pair<std::uint32_t, const CellModel*>>> registers_of_clock_;

    double tick_ps_ = 0;
    std::int64_t period_ticks_ = 0, now_ticks_ = 0;
    struct Pending {
        std::int64_t time_ticks = 0;
        float energy_fj = 0;  ///< inside the driver
    };
    EventWheel wheel_;
    std::vector<Pending> pending_;  ///< [net * kUnderWay + slot]
    std::vector<std::pair<int, std::uint64_t>> set_values_;

    std::vector<double> fj_, leakage_fj_;
    std::vector<std::uint64_t> toggles_;
    std::vector<ComponentEnergy> energy_;
    std::uint64_t late_cycles_ = 0;
};

static_assert(kKinds == 4, "toggle() takes the component's first slot by masking");

ComponentEnergy& ComponentEnergy::operator+=(const ComponentEnergy& other) {
    switching_fj += other.switching_fj;
    internal_fj += other.internal_fj;
    register_fj += other.register_fj;
    clock_fj += other.clock_fj;
    leakage_fj += other.leakage_fj;
    toggles += other.toggles;
    return *this;
}

GateSimulator::GateSimulator(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                             double period_ps, Pulses pulses)
    : model_(std::make_unique<Model>(netlist, library, timing, period_ps, pulses)) {}
GateSimulator::~GateSimulator() = default;
GateSimulator::GateSimulator(GateSimulator&&) noexcept = default;
GateSimulator& GateSimulator::operator=(GateSimulator&&) noexcept = default;

void GateSimulator::set(const std::string& port, std::uint64_t value) {
    model_->set(model_->port_index(port), value);
}
void GateSimulator::set(int port, std::uint64_t value) { model_->set(port, value); }
std::uint64_t GateSimulator::get(const std::string& port) const {
    return model_->get(model_->port_index(port));
}
std::uint64_t GateSimulator::get(int port) const { return model_->get(port); }
int GateSimulator::port_index(const std::string& port) const { return model_->port_index(port); }
void GateSimulator::clock(const std::vector<int>& ports) { model_->clock(ports); }

void GateSimulator::clock(const std::vector<std::string>& clock_ports) {
    std::vector<int> ports;
    for (const std::string& port : clock_ports) ports.push_back(model_->port_index(port));
    model_->clock(ports);
}

const std::vector<ComponentEnergy>& GateSimulator::cycle_energy() const { return model_->energy(); }

ComponentEnergy GateSimulator::cycle_energy(const std::string& component) const {
    const std::vector<std::string>& names = model_->netlist().components;
    const auto it = std::find(names.begin(), names.end(), component);
    return it == names.end() ? ComponentEnergy{}
                             : model_->energy()[static_cast<std::size_t>(it - names.begin())];
}

ComponentEnergy GateSimulator::cycle_total() const {
    ComponentEnergy sum;
    for (const ComponentEnergy& part : model_->energy()) sum += part;
    return sum;
}

std::uint64_t GateSimulator::late_cycles() const { return model_->late_cycles(); }

}  // namespace approxtlm::power
