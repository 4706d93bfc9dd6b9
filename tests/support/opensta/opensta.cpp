#include "tests/support/opensta/opensta.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "power/liberty/liberty_text.h"
#include "tests/support/opensta/verilog_writer.h"

namespace approxtlm::power {
namespace {

constexpr std::size_t kLongestLog = std::size_t{1} << 26;
constexpr const char* kDone = "approxtlm: end of the job";

/// The library with its default wire load renamed away.
std::string without_wire_load(std::string text) {
    for (std::size_t at = 0; (at = text.find("default_wire_load", at)) != std::string::npos; ++at) {
        const std::size_t end = text.find_first_of(";\n", at);
        if (text.compare(at, 18, "default_wire_load_") == 0) continue;  // _mode, _area, ...
        if (end != std::string::npos) text.replace(at, end - at + 1, end - at + 1, ' ');
    }
    return text;
}

/// Names of the ports that clock registers.
std::vector<std::string> clock_ports(const Netlist& netlist) {
    std::set<int> clocks;
    for (const Instance& instance : netlist.instances) {
        if (!instance.cell->flip_flop) continue;
        const CellPins pins(*instance.cell);
        for (std::size_t i = 0; i < pins.inputs.size(); ++i)
            if (pins.inputs[i]->clock) clocks.insert(instance.input_nets[i]);
    }
    std::vector<std::string> names;
    for (const NetlistPort& port : netlist.ports)
        if (port.input && clocks.count(port.nets.front()) != 0) names.push_back(port.name);
    return names;
}

/// "group internal switching leakage total percent", in watts.
bool power_line(const std::string& line, const char* group, double period_ps, double& internal_fj,
                double& switching_fj, double& leakage_nw) {
    std::istringstream words(line);
    std::string name;
    double internal = 0, switching = 0, leakage = 0;
    if (!(words >> name >> internal >> switching >> leakage) || name != group) return false;
    internal_fj = internal * period_ps * 1e3;  // W x ps = 1e-12 J = 1e3 fJ
    switching_fj = switching * period_ps * 1e3;
    leakage_nw = leakage * 1e9;
    return true;
}

/// "i370/D (cell)   required  actual  slack (MET)"
bool endpoint_line(const std::string& line, OpenStaResult::Endpoint& endpoint) {
    const std::size_t open = line.find(" (");
    const std::size_t close = line.find(')', open);
    if (open == std::string::npos || close == std::string::npos || open == 0) return false;
    endpoint.name = line.substr(0, open);
    std::istringstream numbers(line.substr(close + 1));
    double required = 0;
    std::string verdict;
    return static_cast<bool>(numbers >> required >> endpoint.arrival_ps >> endpoint.slack_ps >> verdict) &&
           (verdict == "(MET)" || verdict == "(VIOLATED)");
}

}  // namespace

OpenStaJob write_opensta_job(const Netlist& netlist, const std::vector<std::string>& liberty_paths,
                             const TimingOptions& options, double period_ps, double activity,
                             const std::string& folder) {
    if (options.abutted || !options.input_slew_ps || !options.clock_slew_ps || !options.input_arrival_ps)
        throw InputError("OpenSTA job", "transitions or arrivals that follow from the netlist", "fixed ones");
    std::string script;
    for (std::size_t i = 0; i < liberty_paths.size(); ++i) {
        const std::string copy = fmt::format("{}/library{}.lib", folder, i);
        write_file(copy, without_wire_load(LibertyText(liberty_paths[i]).text()));
        script += "read_liberty " + copy + "\n";
    }
    write_file(folder + "/netlist.v", structural_verilog(netlist));
    script +=
        fmt::format("set_cmd_units -time ps -capacitance fF\nread_verilog {}/netlist.v\nlink_design {}\n",
                    folder, netlist.module);
    const std::vector<std::string> clocks = clock_ports(netlist);
    if (clocks.empty()) {
        script += fmt::format("create_clock -name clk -period {}\n", period_ps);
    } else {
        for (const std::string& clock : clocks)
            script +=
                fmt::format("create_clock -add -name {0} -period {1} [get_ports {0}]\n", clock, period_ps);
    }
    const std::string clock = clocks.empty() ? "clk" : clocks.front();
    for (const NetlistPort& port : netlist.ports) {
        if (port.input && std::find(clocks.begin(), clocks.end(), port.name) != clocks.end()) continue;
        const std::string pins = port.nets.size() == 1 ? port.name : port.name + "[*]";
        if (port.input) {
            script += fmt::format("set_input_delay {} -clock {} [get_ports {{{}}}]\n",
                                  *options.input_arrival_ps, clock, pins);
            script +=
                fmt::format("set_input_transition {} [get_ports {{{}}}]\n", *options.input_slew_ps, pins);
        } else {
            script += fmt::format("set_output_delay 0 -clock {} [get_ports {{{}}}]\n", clock, pins);
            script += fmt::format("set_load {} [get_ports {{{}}}]\n", options.output_load_ff, pins);
        }
    }
    if (!clocks.empty())
        script += fmt::format("set_clock_transition {} [all_clocks]\n", *options.clock_slew_ps);
    script += "report_checks -path_delay max -format end -group_count 100000 -digits 6\n";
    script +=
        fmt::format("set_power_activity -global -activity {} -duty 0.5\nreport_power -digits 9\n", activity);
    script += fmt::format("puts \"{}\"\nexit\n", kDone);
    OpenStaJob job{folder + "/job.tcl", period_ps};
    write_file(job.script, script);
    return job;
}

OpenStaResult read_opensta_log(const std::string& path, const OpenStaJob& job) {
    std::istringstream log(read_text_file(path, kLongestLog));
    OpenStaResult result;
    bool combinational = false, sequential = false, done = false;
    double worst_slack = std::numeric_limits<double>::infinity();
    for (std::string line; std::getline(log, line);) {
        if (line.rfind("Error", 0) == 0) throw InputError(path + ": sta", printable(line), "no error");
        OpenStaResult::Endpoint endpoint;
        if (endpoint_line(line, endpoint)) {
            worst_slack = std::min(worst_slack, endpoint.slack_ps);
            result.endpoints.push_back(std::move(endpoint));
        }
        combinational |= power_line(line, "Combinational", job.period_ps, result.combinational_internal_fj,
                                    result.combinational_switching_fj, result.combinational_leakage_nw);
        sequential |= power_line(line, "Sequential", job.period_ps, result.sequential_internal_fj,
                                 result.sequential_switching_fj, result.sequential_leakage_nw);
        done |= line == kDone;
    }
    if (!done || !combinational || !sequential || result.endpoints.empty())
        throw InputError(path + ": sta", "an incomplete log", "endpoints, power and the end of the job");
    result.shortest_period_ps = job.period_ps - worst_slack;
    return result;
}

}  // namespace approxtlm::power
