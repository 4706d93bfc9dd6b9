#include "tests/support/opensta/opensta_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/common/error.h"
#include "tests/support/opensta/opensta_rule.h"

namespace approxtlm::power {
namespace {

std::size_t number(const std::string& text, std::size_t begin) {
    std::size_t value = 0;
    std::from_chars(text.data() + begin, text.data() + text.size(), value);
    return value;
}

/// Net of "i12/D" (instance 12 of the netlist) or of an output port's bit, "psum_out[3]"; -1: there is none.
int net_of(const Netlist& netlist, const std::string& endpoint) {
    const std::size_t slash = endpoint.find('/');
    if (slash == std::string::npos) {
        const std::size_t bracket = endpoint.find('[');
        const NetlistPort* port = netlist.find_port(endpoint.substr(0, bracket));
        const std::size_t bit = bracket == std::string::npos ? 0 : number(endpoint, bracket + 1);
        return port != nullptr && bit < port->nets.size() ? port->nets[bit] : -1;
    }
    const std::size_t index = number(endpoint, 1);
    if (endpoint[0] != 'i' || index >= netlist.instances.size()) return -1;
    const Instance& instance = netlist.instances[index];
    const CellPins pins(*instance.cell);
    for (std::size_t i = 0; i < pins.inputs.size(); ++i)
        if (pins.inputs[i]->name == endpoint.substr(slash + 1)) return instance.input_nets[i];
    return -1;
}

/// Of the edge that is worst with its setup, as OpenSTA names one path per endpoint.
double arrival_ps(const Timing& timing, int net) {
    const Edges<double>& arrival = timing.arrival_ps[static_cast<std::size_t>(net)];
    const Edges<double>& setup = timing.required_setup_ps[static_cast<std::size_t>(net)];
    return arrival.rise + setup.rise > arrival.fall + setup.fall ? arrival.rise : arrival.fall;
}

double error_of(double ours, double theirs) {
    return theirs == 0 ? (ours == 0 ? 0 : 1) : std::abs(ours / theirs - 1);
}

}  // namespace

OpenStaCheck compare_with_opensta(const Netlist& netlist, const LibertyLibrary& library, const Timing& timing,
                                  double activity, const OpenStaResult& result) {
    // An arrival of nothing but the clock or a port has no relative error.
    constexpr double kNoTime = 1e-6;
    OpenStaCheck check;
    for (const OpenStaResult::Endpoint& endpoint : result.endpoints) {
        const int net = net_of(netlist, endpoint.name);
        if (net < 0) throw InputError("OpenSTA", "the endpoint " + endpoint.name, "one of " + netlist.module);
        if (std::abs(endpoint.arrival_ps) < kNoTime) continue;
        ++check.endpoints;
        check.worst_arrival_error =
            std::max(check.worst_arrival_error, error_of(arrival_ps(timing, net), endpoint.arrival_ps));
    }
    check.shortest_period_ps = timing.shortest_period_ps;
    check.opensta_shortest_period_ps = result.shortest_period_ps;
    check.by_its_rule = opensta_2019_energy(netlist, library, timing, activity);
    check.combinational_error =
        error_of(check.by_its_rule.combinational_fj(),
                 result.combinational_internal_fj + result.combinational_switching_fj);
    check.sequential_error = error_of(check.by_its_rule.sequential_fj(),
                                      result.sequential_internal_fj + result.sequential_switching_fj);
    return check;
}

std::string OpenStaCheck::summary() const {
    return fmt::format(
        "{} endpoints, arrivals within {:.3f} %; period {:.1f} / {:.1f} ps; combinational energy {:.1f} %, "
        "sequential {:.1f} %",
        endpoints, 100 * worst_arrival_error, shortest_period_ps, opensta_shortest_period_ps,
        100 * combinational_error, 100 * sequential_error);
}

}  // namespace approxtlm::power
