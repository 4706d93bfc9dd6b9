#include "power/gates/gate_simulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/common/error.h"
#include "power/gates/event_wheel.h"
#include "power/gates/flat_netlist.h"

namespace approxtlm::power {

class GateSimulator::Model {
public:
    Model(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing, double period_ps,
          Pulses pulses)
        : netlist_(netlist),
          timing_(timing),
          flat_(netlist, library, timing, period_ps, pulses, EventWheel::kBuckets - 2),
          pending_(flat_.nets.size() * kUnderWay),
          fj_(netlist.components.size() * kKinds),
          toggles_(netlist.components.size()),
          energy_(netlist.components.size()) {
        wheel_.resize(pending_.size());
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
            value |= std::uint64_t{flat_.nets[static_cast<std::size_t>(port.nets[bit])].value} << bit;
        return value;
    }

    void clock(const std::vector<int>& ports) {
        std::fill(fj_.begin(), fj_.end(), 0.0);
        std::fill(toggles_.begin(), toggles_.end(), 0);
        const std::int64_t begin = now_ticks_;
        for (const int port : ports) clock_edge(port, true);
        inject();
        run_until(begin + flat_.period_ticks / 2);
        for (const int port : ports) clock_edge(port, false);
        run_until(begin + flat_.period_ticks);
        late_cycles_ += wheel_.empty() ? 0 : 1;
        publish();
    }

    std::uint64_t late_cycles() const { return late_cycles_; }
    const std::vector<ComponentEnergy>& energy() const { return energy_; }
    const Netlist& netlist() const { return netlist_; }

private:
    /// Of a change of a net.
    struct Pending {
        std::int64_t time_ticks = 0;
        float energy_fj = 0;  ///< inside the driver
    };

    static std::size_t index(int i) { return static_cast<std::size_t>(i); }

    /// Values under way alternate, so a change that comes too close behind the last one takes it away.
    void change_output(FlatInstance& flat, unsigned output, unsigned input) {
        const std::uint32_t net_index = flat_.outputs[flat.first_output + output];
        FlatNet& net = flat_.nets[net_index];
        flat.target ^= static_cast<std::uint8_t>(1u << output);
        const FlatModel& m = flat.model;
        const FlatChange& change =
            flat_.output_changes[flat.first_output_change +
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
        FlatNet& net = flat_.nets[item / kUnderWay];
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
            const FlatSink sink = flat_.sinks[s];
            FlatInstance& flat = flat_.instances[sink.instance];
            const FlatModel& m = flat.model;
            flat.state ^= 1u << sink.pin;
            if ((m.powered_inputs >> sink.pin & 1) != 0)
                fj_[flat.slot + (m.is_register ? kRegister : kInternal)] +=
                    flat_.input_energy_fj[flat.first_input_change +
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
        const auto found = flat_.registers_of_clock.find(net);
        if (!clock.input || found == flat_.registers_of_clock.end())
            throw InputError(netlist_.module + ": port " + clock.name, "no clock",
                             "a port that clocks registers");
        flat_.nets[index(net)].value = rising;
        for (const auto& [i, model] : found->second) {
            FlatInstance& flat = flat_.instances[i];
            const auto clock_bit = static_cast<unsigned>(model->clock);
            flat.state ^= 1u << clock_bit;
            fj_[flat.slot + kClock] +=
                flat_.input_energy_fj[flat.first_input_change +
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
                FlatNet& flat = flat_.nets[net];
                for (; flat.under_way > 0; --flat.under_way)
                    wheel_.cancel(net * kUnderWay + flat.slot_of(flat.under_way - 1u));
                const bool rising = (value >> bit & 1) != 0;
                if (flat.value == rising) continue;
                const double arrival = timing_.arrival_ps[net][rising];
                const std::uint32_t item = net * kUnderWay + flat.slot_of(flat.under_way++);
                pending_[item] = {
                    now_ticks_ + (std::isfinite(arrival) ? std::llround(arrival / flat_.tick_ps) : 0), 0};
                wheel_.insert(item, pending_[item].time_ticks);
            }
        }
        set_values_.clear();
    }

    void publish() {
        for (std::size_t c = 0; c < energy_.size(); ++c) {
            const double* fj = fj_.data() + c * kKinds;
            energy_[c] = {fj[kSwitching], fj[kInternal],       fj[kRegister],
                          fj[kClock],     flat_.leakage_fj[c], toggles_[c]};
        }
    }

    const Netlist& netlist_;
    const Timing& timing_;
    FlatNetlist flat_;
    EventWheel wheel_;
    std::vector<Pending> pending_;  ///< [net * kUnderWay + slot], as the wheel's items
    std::int64_t now_ticks_ = 0;
    std::vector<std::pair<int, std::uint64_t>> set_values_;
    std::vector<double> fj_;  ///< [component * kKinds + kind]
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
