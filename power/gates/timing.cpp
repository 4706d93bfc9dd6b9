#include "power/gates/timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "models/common/error.h"

namespace approxtlm::power {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

/// Which edge of which net was last on the way to an edge.
struct Cause {
    int net = -1, instance = -1, output_pin = -1;
    bool rising = false;
};

class Analysis {
public:
    Analysis(const Netlist& netlist, const LibertyLibrary& library, const TimingOptions& options)
        : netlist_(netlist), options_(options) {
        const double smallest = library.smallest_transition_ps;
        input_slew_ = options.input_slew_ps.value_or(smallest);
        timing_.clock_slew_ps = options.clock_slew_ps.value_or(smallest);
        timing_.arrival_ps.assign(netlist.nets.size(), {kNever, kNever});
        timing_.slew_ps.assign(netlist.nets.size(), {});
        timing_.required_setup_ps.assign(netlist.nets.size(), {});
        causes_.resize(netlist.nets.size());
        find_clocks();
        find_ways_out();
    }

    Timing run() {
        loads();
        registers();
        // From registers alone, for what leaves by output ports and comes in at their like.
        for (const int i : netlist_.order)
            if (options_.abutted && leads_to_port_[index(i)]) propagate(i);
        input_ports();
        for (const int i : netlist_.order) propagate(i);
        endpoints();
        return std::move(timing_);
    }

private:
    static std::size_t index(int i) { return static_cast<std::size_t>(i); }
    static const Pin& input_pin(const Cell& cell, std::size_t i) { return cell.pins[index(cell.inputs[i])]; }
    static const Pin& output_pin(const Cell& cell, std::size_t o) {
        return cell.pins[index(cell.outputs[o])];
    }
    const Instance& instance(int i) const { return netlist_.instances[index(i)]; }

    /// The clock net of a register; input ports on such nets carry a clock.
    void find_clocks() {
        is_clock_.resize(netlist_.nets.size());
        for (const Instance& i : netlist_.instances)
            if (i.cell->flip_flop)
                for (std::size_t pin = 0; pin < i.cell->inputs.size(); ++pin)
                    if (input_pin(*i.cell, pin).clock) is_clock_[index(i.input_nets[pin])] = true;
    }

    /// Combinational instances on the way to an output port that has a like among the inputs.
    void find_ways_out() {
        leads_to_port_.resize(netlist_.instances.size());
        if (!options_.abutted) return;
        std::vector<int> nets;
        for (const NetlistPort& port : netlist_.ports)
            if (!port.input && matching_input(port) != nullptr)
                nets.insert(nets.end(), port.nets.begin(), port.nets.end());
        while (!nets.empty()) {
            const int driver = netlist_.nets[index(nets.back())].driver;
            nets.pop_back();
            if (driver < 0 || leads_to_port_[index(driver)] || instance(driver).cell->flip_flop) continue;
            leads_to_port_[index(driver)] = true;
            nets.insert(nets.end(), instance(driver).input_nets.begin(), instance(driver).input_nets.end());
        }
    }

    void loads() {
        timing_.load_ff = loads_of(&Pin::largest_capacitance_ff);
        timing_.energy_load_ff = loads_of(&Pin::capacitance_ff);
    }

    /// Pins that a net drives; beyond an output port the neighbour's pins or a fixed load.
    std::vector<Edges<double>> loads_of(Edges<double> Pin::*capacitance_ff) const {
        std::vector<Edges<double>> loads(netlist_.nets.size());
        for (const Instance& i : netlist_.instances)
            for (std::size_t p = 0; p < i.cell->inputs.size(); ++p)
                add(loads[index(i.input_nets[p])], input_pin(*i.cell, p).*capacitance_ff);
        const std::vector<Edges<double>> inside = loads;
        for (const NetlistPort& port : netlist_.ports) {
            if (port.input) continue;
            const NetlistPort* neighbour = matching_input(port);
            for (std::size_t bit = 0; bit < port.nets.size(); ++bit)
                add(loads[index(port.nets[bit])],
                    neighbour != nullptr && bit < neighbour->nets.size()
                        ? inside[index(neighbour->nets[bit])]
                        : Edges<double>{options_.output_load_ff, options_.output_load_ff});
        }
        return loads;
    }
    static void add(Edges<double>& load, const Edges<double>& more) {
        load.rise += more.rise;
        load.fall += more.fall;
    }

    const NetlistPort* matching_port(const std::string& name, const char* from, const char* to,
                                     bool input) const {
        const std::string suffix(from);
        if (!options_.abutted || name.size() < suffix.size() ||
            name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0)
            return nullptr;
        const NetlistPort* port = netlist_.find_port(name.substr(0, name.size() - suffix.size()) + to);
        return port != nullptr && port->input == input ? port : nullptr;
    }
    const NetlistPort* matching_input(const NetlistPort& port) const {
        return matching_port(port.name, "_out", "_in", true);
    }
    const NetlistPort* matching_output(const NetlistPort& port) const {
        return matching_port(port.name, "_in", "_out", false);
    }

    void arrive(int net, bool rising, double arrival, double slew, const Cause& cause) {
        double& latest = timing_.arrival_ps[index(net)][rising];
        if (arrival > latest) {
            latest = arrival;
            causes_[index(net)][rising] = cause;
        }
        double& worst = timing_.slew_ps[index(net)][rising];
        worst = std::max(worst, slew);
    }

    void arc(const TimingArc& arc, int i, std::size_t output_pin, int from, bool from_rising,
             bool to_rising) {
        const LookupTable& delay = arc.delay[to_rising];
        if (delay.empty()) return;
        const double arrival = timing_.arrival_ps[index(from)][from_rising];
        if (arrival == kNever) return;
        const int net = instance(i).output_nets[output_pin];
        const double slew = timing_.slew_ps[index(from)][from_rising];
        const double load = timing_.load_ff[index(net)][to_rising];
        const LookupTable::Place place = delay.locate(slew, load);
        const LookupTable& transition = arc.transition[to_rising];
        // Far outside their tables lines may go below zero, times do not.
        const double out =
            std::max(0.0, arc.same_axes[to_rising] ? transition.at(place) : transition.at(slew, load));
        arrive(net, to_rising, arrival + delay.at(place), out,
               {from, i, static_cast<int>(output_pin), from_rising});
    }

    void registers() {
        for (const NetlistPort& port : netlist_.ports)
            if (port.input)
                for (const int net : port.nets)
                    if (is_clock_[index(net)])
                        for (const bool rising : {true, false})
                            arrive(net, rising, 0, timing_.clock_slew_ps, {});
        for (std::size_t i = 0; i < netlist_.instances.size(); ++i)
            if (netlist_.instances[i].cell->flip_flop) clock_to_output(static_cast<int>(i));
    }

    void clock_to_output(int i) {
        const Cell& cell = *instance(i).cell;
        for (std::size_t o = 0; o < cell.outputs.size(); ++o) {
            bool any = false;
            for (const TimingArc& a : output_pin(cell, o).arcs) {
                const bool clocked = a.kind == ArcKind::rising_clock || a.kind == ArcKind::falling_clock;
                if (!clocked || a.related_input < 0) continue;
                any = true;
                for (const bool rising : {true, false})
                    arc(a, i, o, instance(i).input_nets[index(a.related_input)],
                        a.kind == ArcKind::rising_clock, rising);
            }
            if (!any) no_arc(i, output_pin(cell, o));
            const Edges<double>& at = timing_.arrival_ps[index(instance(i).output_nets[o])];
            timing_.slowest_clock_to_output_ps =
                std::max({timing_.slowest_clock_to_output_ps, at.rise, at.fall});
        }
    }

    [[noreturn]] void no_arc(int i, const Pin& pin) const {
        throw InputError(instance(i).cell->file + ": cell " + instance(i).cell->name + ".pin " + pin.name,
                         "no delay to it", "a timing group with cell_rise and cell_fall");
    }

    void propagate(int i) {
        const Cell& cell = *instance(i).cell;
        for (std::size_t o = 0; o < cell.outputs.size(); ++o)
            for (const TimingArc& a : output_pin(cell, o).arcs)
                if (a.kind == ArcKind::combinational && a.related_input >= 0)
                    both_edges(a, i, o, instance(i).input_nets[index(a.related_input)]);
        // Outputs that wait for another output of their cell come after it.
        if (cell.outputs.size() < 2) return;
        for (std::size_t o = 0; o < cell.outputs.size(); ++o)
            for (const TimingArc& a : output_pin(cell, o).arcs)
                if (a.kind == ArcKind::combinational && a.related_output >= 0)
                    both_edges(a, i, o, instance(i).output_nets[index(a.related_output)]);
    }

    void both_edges(const TimingArc& a, int i, std::size_t o, int from) {
        for (const bool rising : {true, false}) {
            if (a.sense != TimingSense::negative) arc(a, i, o, from, rising, rising);
            if (a.sense != TimingSense::positive) arc(a, i, o, from, rising, !rising);
        }
    }

    void input_ports() {
        const double usual = options_.input_arrival_ps.value_or(timing_.slowest_clock_to_output_ps);
        for (const NetlistPort& port : netlist_.ports) {
            if (!port.input) continue;
            const NetlistPort* neighbour = matching_output(port);
            for (std::size_t bit = 0; bit < port.nets.size(); ++bit) {
                if (is_clock_[index(port.nets[bit])]) continue;
                for (const bool rising : {true, false}) {
                    const int out =
                        neighbour != nullptr && bit < neighbour->nets.size() ? neighbour->nets[bit] : -1;
                    const bool known = out >= 0 && timing_.arrival_ps[index(out)][rising] != kNever;
                    arrive(port.nets[bit], rising, known ? timing_.arrival_ps[index(out)][rising] : usual,
                           known ? timing_.slew_ps[index(out)][rising] : input_slew_, {});
                }
            }
        }
    }

    void endpoints() {
        int worst_net = -1;
        bool worst_rising = false;
        double worst_setup = 0;
        const Instance* worst_register = nullptr;
        const Pin* worst_pin = nullptr;
        timing_.shortest_period_ps = 0;
        const auto end = [&](int net, bool rising, double setup, const Instance* i, const Pin* pin) {
            const double arrival = timing_.arrival_ps[index(net)][rising];
            if (arrival == kNever || arrival + setup <= timing_.shortest_period_ps) return;
            timing_.shortest_period_ps = arrival + setup;
            worst_net = net;
            worst_rising = rising;
            worst_setup = setup;
            worst_register = i;
            worst_pin = pin;
        };
        for (const Instance& i : netlist_.instances) {
            if (!i.cell->flip_flop) continue;
            for (std::size_t p = 0; p < i.cell->inputs.size(); ++p)
                for (const TimingArc& a : input_pin(*i.cell, p).arcs) {
                    if (a.kind != ArcKind::setup_rising && a.kind != ArcKind::setup_falling) continue;
                    for (const bool rising : {true, false}) {
                        if (a.delay[rising].empty()) continue;
                        const int net = i.input_nets[p];
                        const double setup =
                            a.delay[rising].at(timing_.slew_ps[index(net)][rising], timing_.clock_slew_ps);
                        double& largest = timing_.required_setup_ps[index(net)][rising];
                        largest = std::max(largest, setup);
                        end(net, rising, setup, &i, &input_pin(*i.cell, p));
                    }
                }
        }
        for (const NetlistPort& port : netlist_.ports)
            if (!port.input)
                for (const int net : port.nets)
                    for (const bool rising : {true, false}) end(net, rising, 0, nullptr, nullptr);
        if (worst_net < 0) return;
        trace(worst_net, worst_rising);
        if (worst_register != nullptr)
            timing_.worst_path.push_back({worst_register->name, worst_register->cell->name, worst_pin->name,
                                          worst_rising, timing_.shortest_period_ps, worst_setup, 0});
    }

    void trace(int net, bool rising) {
        std::vector<PathStep>& path = timing_.worst_path;
        while (net >= 0) {
            const Cause& cause = causes_[index(net)][rising];
            PathStep step;
            if (cause.instance >= 0) {
                step.instance = instance(cause.instance).name;
                step.cell = instance(cause.instance).cell->name;
                step.pin = output_pin(*instance(cause.instance).cell, index(cause.output_pin)).name;
            } else {
                step.pin = netlist_.nets[index(net)].name;
            }
            step.rising = rising;
            step.arrival_ps = timing_.arrival_ps[index(net)][rising];
            step.slew_ps = timing_.slew_ps[index(net)][rising];
            step.load_ff = timing_.load_ff[index(net)][rising];
            path.push_back(std::move(step));
            net = cause.net;
            rising = cause.rising;
        }
        std::reverse(path.begin(), path.end());
    }

    const Netlist& netlist_;
    const TimingOptions& options_;
    double input_slew_ = 0;
    Timing timing_;
    std::vector<Edges<Cause>> causes_;
    std::vector<bool> is_clock_, leads_to_port_;
};

}  // namespace

Timing analyse(const Netlist& netlist, const LibertyLibrary& library, const TimingOptions& options) {
    return Analysis(netlist, library, options).run();
}

double Timing::port_arrival_ps(const Netlist& netlist, const std::string& port) const {
    const NetlistPort* found = netlist.find_port(port);
    if (found == nullptr) throw InputError(netlist.module + ": port", port, "one of the netlist's");
    double latest = kNever;
    for (const int net : found->nets) {
        const Edges<double>& at = arrival_ps[static_cast<std::size_t>(net)];
        latest = std::max({latest, at.rise, at.fall});
    }
    return latest;
}

std::string describe_path(const Timing& timing) {
    std::string out;
    for (const PathStep& step : timing.worst_path)
        out += fmt::format("{:10.2f} ps {} {}{}{} {} slew {:.2f} ps load {:.2f} fF\n", step.arrival_ps,
                           step.rising ? "rise" : "fall", step.instance, step.instance.empty() ? "" : ".",
                           step.pin, step.cell, step.slew_ps, step.load_ff);
    return out;
}

}  // namespace approxtlm::power
