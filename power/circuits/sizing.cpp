#include "power/circuits/sizing.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "power/circuits/cell_finder.h"

namespace approxtlm::power {
namespace {

/// All that must agree for one cell to stand for another.
std::string signature(const Cell& cell) {
    std::string text;
    std::vector<std::string> names;
    for (const Pin& pin : cell.pins)
        if (pin.direction == Direction::input) names.push_back(pin.name);
    if (cell.flip_flop) {
        const FlipFlop& ff = *cell.flip_flop;
        names.push_back(ff.state);
        names.push_back(ff.inverted_state);
        const auto add = [&](const Expression& e) {
            for (const bool bit : e.truth_table(names, cell.file)) text += bit ? '1' : '0';
            text += ';';
        };
        add(ff.clocked_on);
        add(ff.next_state);
        for (const auto* control : {&ff.clear, &ff.preset}) {
            text += '/';
            if (*control) add(**control);
        }
    }
    for (const Pin& pin : cell.pins) {
        text += ',' + pin.name + (pin.direction == Direction::input ? '<' : '>');
        if (pin.direction != Direction::output) continue;
        if (!pin.function || pin.three_state) return "";
        for (const bool bit : pin.function->truth_table(names, cell.file)) text += bit ? '1' : '0';
    }
    return text;
}

/// Mean energy of one change at a middling transition and the load, fJ.
double energy_per_change(const Cell& cell, double load_ff) {
    double sum = 0;
    int count = 0;
    for (const Pin& pin : cell.pins) {
        if (pin.direction != Direction::output) continue;
        for (const InternalPower& power : pin.internal_power) {
            for (const LookupTable* table : {&power.energy.rise, &power.energy.fall}) {
                if (table->empty()) continue;
                const double slew = table->x().empty() ? 0 : table->x()[table->x().size() / 3];
                sum += table->at(slew, load_ff);
                ++count;
            }
        }
    }
    return count == 0 ? 0 : sum / count;
}

double clock_energy(const Cell& cell) {
    double sum = 0;
    for (const Pin& pin : cell.pins) {
        if (pin.direction != Direction::input || !pin.clock) continue;
        for (const InternalPower& power : pin.internal_power)
            for (const LookupTable* table : {&power.energy.rise, &power.energy.fall})
                if (!table->empty()) sum += table->at(table->x().empty() ? 0 : table->x().front(), 0);
    }
    return sum;
}

class Sizer {
    static constexpr double kSmooth = 0.01;

public:
    Sizer(Netlist& netlist, const LibertyLibrary& library, const DriveStrengths& strengths,
          const TimingOptions& options, double target_ps, const std::vector<double>& toggles)
        : netlist_(netlist),
          library_(library),
          strengths_(strengths),
          options_(options),
          target_ps_(target_ps),
          toggles_(toggles) {
        for (std::size_t i = 0; i < netlist.instances.size(); ++i) index_[netlist.instances[i].name] = i;
        for (std::size_t n = 2; n < netlist.nets.size(); ++n) {
            bool end = netlist.nets[n].output;
            for (const Sink& sink : netlist.nets[n].sinks)
                end |= netlist.instances[static_cast<std::size_t>(sink.instance)].cell->flip_flop.has_value();
            if (end) ends_.push_back(n);
        }
        timing_ = analyse(netlist_, library_, options_);
        reference_ps_ = timing_.shortest_period_ps;
    }

    double run() {
        speed_up();
        if (timing_.shortest_period_ps <= target_ps_) recover();
        return timing_.shortest_period_ps;
    }

private:
    /// What an instance costs a cycle with this cell: its inputs' capacitance and its own energy.
    double cost(const Instance& instance, const Cell& cell) const {
        const CellPins pins(cell);
        double energy = 1e-3 * cell.area_um2;  // ties: the smaller
        for (std::size_t i = 0; i < pins.inputs.size(); ++i) {
            const Pin& pin = *pins.inputs[i];
            const double capacitance = (pin.capacitance_ff.rise + pin.capacitance_ff.fall) / 2;
            energy += toggles_[static_cast<std::size_t>(instance.input_nets[i])] * capacitance *
                      library_.voltage_v * library_.voltage_v / 2;
        }
        for (std::size_t o = 0; o < pins.outputs.size(); ++o) {
            if (instance.output_nets[o] < 0) continue;
            const auto net = static_cast<std::size_t>(instance.output_nets[o]);
            const double load = timing_.load_ff[net].rise;
            energy += toggles_[net] * energy_per_change(cell, load);
        }
        return energy + (cell.flip_flop ? clock_energy(cell) : 0);
    }

    bool try_cell(std::size_t i, const Cell* cell, double limit_ps) {
        Instance& instance = netlist_.instances[i];
        const Cell* before = instance.cell;
        instance.cell = cell;
        Timing timing = analyse(netlist_, library_, options_);
        if (timing.shortest_period_ps <= limit_ps) {
            timing_ = std::move(timing);
            return true;
        }
        instance.cell = before;
        return false;
    }

    /// A smooth stand-in for the shortest period: many ends of paths are about equally late, and a step that
    /// helps one of them is worth taking although the worst stays.
    double lateness(const Timing& timing) const {
        const double scale = kSmooth * reference_ps_;
        double sum = 0;
        for (const std::size_t net : ends_) {
            const Edges<double>& setup = timing.required_setup_ps[net];
            const Edges<double>& arrival = timing.arrival_ps[net];
            for (const bool rising : {false, true}) {
                const double end = arrival[rising] + std::max(0.0, setup[rising]);
                if (end > 0) sum += std::exp((end - reference_ps_) / scale);
            }
        }
        return scale * std::log(std::max(sum, 1e-300));
    }

    struct Change {
        std::size_t instance;
        const Cell* cell;
    };
    /// Up to `reach` drive strengths above or below the instance's own, by area.
    std::vector<const Cell*> neighbours(std::size_t instance, bool stronger, std::size_t reach) const {
        const Cell* own = netlist_.instances[instance].cell;
        std::vector<const Cell*> found;
        for (const Cell* cell : strengths_.of(own))
            if (stronger ? cell->area_um2 > own->area_um2 : cell->area_um2 < own->area_um2)
                found.push_back(cell);
        std::stable_sort(found.begin(), found.end(), [stronger](const Cell* x, const Cell* y) {
            return stronger ? x->area_um2 < y->area_um2 : x->area_um2 > y->area_um2;
        });
        if (found.size() > reach) found.resize(reach);
        return found;
    }

    /// Lateness with these cells in place; they stay only if `keep`.
    double with(const std::vector<Change>& changes, double limit, bool keep) {
        std::vector<const Cell*> before;
        for (const Change& c : changes) {
            before.push_back(netlist_.instances[c.instance].cell);
            netlist_.instances[c.instance].cell = c.cell;
        }
        Timing timing = analyse(netlist_, library_, options_);
        const double late = lateness(timing);
        if (keep && late < limit) {
            timing_ = std::move(timing);
            return late;
        }
        for (std::size_t i = 0; i < changes.size(); ++i)
            netlist_.instances[changes[i].instance].cell = before[i];
        return late;
    }

    double extra_cost(const std::vector<Change>& changes) const {
        double extra = 0, own = 0;
        for (const Change& c : changes) {
            const Instance& instance = netlist_.instances[c.instance];
            own += cost(instance, *instance.cell);
            extra += cost(instance, *c.cell);
        }
        return std::max(extra - own, 0.05 * own);
    }

    std::vector<std::size_t> worst_instances() const {
        std::vector<std::size_t> path;
        for (const PathStep& step : timing_.worst_path) {
            const auto found = index_.find(step.instance);
            if (found != index_.end() && (path.empty() || path.back() != found->second))
                path.push_back(found->second);
        }
        return path;
    }

    /// Steps that may shorten the worst path: stronger cells on it, weaker ones beside it, and pairs of
    /// stronger ones.
    std::vector<std::vector<Change>> steps(bool pairs) const {
        std::vector<std::vector<Change>> found;
        const std::vector<std::size_t> path = worst_instances();
        const std::set<std::size_t> on_path(path.begin(), path.end());
        for (std::size_t p = 0; p < path.size(); ++p) {
            if (pairs) {
                if (p == 0) continue;
                for (const Cell* first : neighbours(path[p - 1], true, 1))
                    for (const Cell* second : neighbours(path[p], true, 2))
                        found.push_back({{path[p - 1], first}, {path[p], second}});
                continue;
            }
            for (const Cell* cell : neighbours(path[p], true, 3)) found.push_back({{path[p], cell}});
            for (const Cell* cell : neighbours(path[p], false, 1)) found.push_back({{path[p], cell}});
            for (const int net : netlist_.instances[path[p]].output_nets) {
                if (net < 0) continue;
                for (const Sink& sink : netlist_.nets[static_cast<std::size_t>(net)].sinks) {
                    const auto beside = static_cast<std::size_t>(sink.instance);
                    if (on_path.count(beside) > 0) continue;
                    for (const Cell* cell : neighbours(beside, false, 1)) found.push_back({{beside, cell}});
                }
            }
        }
        return found;
    }

    /// Takes every step that shortens the paths, most for its cost first.
    void speed_up() {
        constexpr double kLeastGain = 2e-5;
        const double least = kLeastGain * reference_ps_;
        while (timing_.shortest_period_ps > target_ps_) {
            bool moved = false;
            for (const bool pairs : {false, true}) {
                struct Scored {
                    double score;
                    std::vector<Change> changes;
                };
                std::vector<Scored> good;
                const double before = lateness(timing_);
                for (const std::vector<Change>& changes : steps(pairs)) {
                    const double gain = before - with(changes, 0, false);
                    if (gain > least) good.push_back({gain / extra_cost(changes), changes});
                }
                std::stable_sort(good.begin(), good.end(),
                                 [](const Scored& x, const Scored& y) { return x.score > y.score; });
                std::set<std::size_t> changed;
                constexpr std::size_t kMostSteps = 6;
                std::size_t taken = 0;
                for (const Scored& s : good) {
                    const bool fresh = std::all_of(s.changes.begin(), s.changes.end(), [&](const Change& c) {
                        return changed.count(c.instance) == 0;
                    });
                    if (!fresh || taken == kMostSteps || timing_.shortest_period_ps <= target_ps_) continue;
                    const double now = lateness(timing_);
                    if (with(s.changes, now - least, true) >= now - least) continue;
                    for (const Change& c : s.changes) changed.insert(c.instance);
                    ++taken;
                }
                moved = taken > 0;
                if (moved) break;
            }
            if (!moved) return;
        }
    }

    /// Cheaper cells wherever the period still holds, what saves most first.
    void recover() {
        for (int pass = 0; pass < 2; ++pass) {
            struct Move {
                double saving;
                std::size_t instance;
                const Cell* cell;
            };
            std::vector<Move> moves;
            for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
                const Instance& instance = netlist_.instances[i];
                const double own = cost(instance, *instance.cell);
                for (const Cell* cell : strengths_.of(instance.cell)) {
                    const double saving = own - cost(instance, *cell);
                    if (cell != instance.cell && saving > 1e-6) moves.push_back({saving, i, cell});
                }
            }
            std::stable_sort(moves.begin(), moves.end(),
                             [](const Move& a, const Move& b) { return a.saving > b.saving; });
            std::set<std::size_t> moved;
            for (const Move& move : moves) {
                if (moved.count(move.instance) > 0) continue;
                if (try_cell(move.instance, move.cell, target_ps_)) moved.insert(move.instance);
            }
            if (moved.empty()) return;
        }
    }

    Netlist& netlist_;
    const LibertyLibrary& library_;
    const DriveStrengths& strengths_;
    const TimingOptions& options_;
    const double target_ps_;
    const std::vector<double>& toggles_;
    std::map<std::string, std::size_t> index_;
    std::vector<std::size_t> ends_;  ///< nets where paths end
    double reference_ps_ = 0;
    Timing timing_;
};

}  // namespace

DriveStrengths::DriveStrengths(const LibertyLibrary& library) {
    std::map<std::string, std::vector<const Cell*>> groups;
    const std::vector<const Cell*> gates = synthesis_cells(library);
    for (const auto& [name, cell] : library.cells) {
        if (cell.dont_use || !cell.unsupported.empty()) continue;
        // A gate that synthesis may not use is none here either.
        const bool gate = !gate_function(cell).empty();
        if (gate && std::find(gates.begin(), gates.end(), &cell) == gates.end()) continue;
        const std::string key = signature(cell);
        if (!key.empty()) groups[key].push_back(&cell);
    }
    for (const auto& [key, cells] : groups) {
        if (cells.size() < 2) continue;
        for (const Cell* cell : cells) strengths_[cell] = cells;
    }
}

const std::vector<const Cell*>& DriveStrengths::of(const Cell* cell) const {
    static const std::vector<const Cell*> none;
    const auto it = strengths_.find(cell);
    return it == strengths_.end() ? none : it->second;
}

double size_cells(Netlist& netlist, const LibertyLibrary& library, const DriveStrengths& strengths,
                  const TimingOptions& timing, double target_ps,
                  const std::vector<double>& toggles_per_cycle) {
    return Sizer(netlist, library, strengths, timing, target_ps, toggles_per_cycle).run();
}

}  // namespace approxtlm::power
