#include "timed_verilog.h"

#include <fmt/format.h>

#include <map>

#include "power/gates/cell_model.h"

namespace approxtlm::power {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

std::string net_name(int net) {
    return net <= kConstantOne ? fmt::format("1'b{}", net) : fmt::format("n{}", net);
}

/// Delay of `output` for the change of `input` that leads to `state`, ps.
double delay_ps(const CellModel& model, const Instance& instance, const Timing& timing, int output, int input,
                std::size_t state) {
    const auto at = index(output * model.inputs + input) * model.states() + state;
    const OutputChange& change = model.output_changes[model.output_change_of[at]];
    std::vector<Edges<double>> loads_ff;
    for (const int net : instance.output_nets) loads_ff.push_back(timing.load_ff[index(net)]);
    return output_delay_ps(model, change,
                           timing.slew_ps[index(instance.input_nets[index(input)])][change.input_rising],
                           loads_ff);
}

std::string paths(const CellModel& model, const Instance& instance, const Timing& timing, int output,
                  int input) {
    std::string out;
    for (std::size_t low = 0; low < model.states(); ++low) {
        if ((low >> input & 1) != 0) continue;
        const std::size_t high = low | std::size_t{1} << input;
        const bool at_low = (model.output_of_state[low] >> output & 1) != 0;
        if (at_low == ((model.output_of_state[high] >> output & 1) != 0)) continue;
        const double rise = delay_ps(model, instance, timing, output, input, at_low ? low : high);
        const double fall = delay_ps(model, instance, timing, output, input, at_low ? high : low);
        std::string condition;
        for (int other = 0; other < model.inputs; ++other)
            if (other != input)
                condition +=
                    fmt::format("{}i{} == 1'b{}", condition.empty() ? "" : " && ", other, low >> other & 1);
        out += fmt::format("    {}(i{} => o{}) = ({:.3f}, {:.3f});\n",
                           condition.empty() ? "" : "if (" + condition + ") ", input, output, rise, fall);
    }
    return out;
}

std::string cell_module(const CellModel& model, const Instance& instance, const Timing& timing,
                        std::size_t number) {
    std::string ports, state, body, specify;
    for (int i = 0; i < model.inputs; ++i) {
        ports += fmt::format("{}input i{}", ports.empty() ? "" : ", ", i);
        state = fmt::format("i{}{}{}", i, state.empty() ? "" : ", ", state);
    }
    for (int o = 0; o < model.outputs; ++o) {
        ports += fmt::format("{}output o{}", ports.empty() ? "" : ", ", o);
        std::string table;
        for (std::size_t s = model.states(); s-- > 0;)
            table += (model.output_of_state[s] >> o & 1) != 0 ? '1' : '0';
        body +=
            fmt::format("  localparam [{}:0] T{} = {}'b{};\n", model.states() - 1, o, model.states(), table);
        body += model.inputs == 0 ? fmt::format("  assign o{0} = T{0};\n", o)
                                  : fmt::format("  assign o{0} = T{0}[{{{1}}}];\n", o, state);
        for (int i = 0; i < model.inputs; ++i) specify += paths(model, instance, timing, o, i);
    }
    if (!specify.empty()) body += "  specify\n" + specify + "  endspecify\n";
    return fmt::format("module cell{} ({});\n{}endmodule\n", number, ports, body);
}

std::string port_nets(const Netlist& netlist, const char* name) {
    std::string nets;
    for (const int net : netlist.find_port(name)->nets)
        nets = net_name(net) + (nets.empty() ? "" : ", ") + nets;
    return nets;
}

}  // namespace

std::string timed_verilog(const Netlist& netlist, const Timing& timing, unsigned pairs, double period_ps) {
    std::string modules, instances, counters;
    std::map<const Cell*, CellModel> models;
    for (std::size_t n = 0; n < netlist.instances.size(); ++n) {
        const Instance& instance = netlist.instances[n];
        const CellModel& model = models.try_emplace(instance.cell, *instance.cell).first->second;
        modules += cell_module(model, instance, timing, n);
        std::string pins;
        for (const int net : instance.input_nets) pins += (pins.empty() ? "" : ", ") + net_name(net);
        for (const int net : instance.output_nets) {
            pins += (pins.empty() ? "" : ", ") + net_name(net);
            counters += fmt::format("  always @({}) if (counting) toggles = toggles + 1;\n", net_name(net));
        }
        instances += fmt::format("  cell{0} c{0} ({1});\n", n, pins);
    }
    std::string wires;
    for (std::size_t n = kConstantOne + 1; n < netlist.nets.size(); ++n)
        wires += fmt::format("  wire n{};\n", n);
    return fmt::format(
        "`timescale 1ps/1fs\n{modules}module bench;\n{wires}  reg [15:0] pair = 0;\n  reg counting = 0;\n"
        "  integer toggles = 0, i;\n  wire [15:0] p;\n  assign {{{a}}} = pair[7:0];\n  assign {{{b}}} = "
        "pair[15:8];\n"
        "  assign p = {{{p}}};\n{instances}{counters}  initial begin\n    #{period:.3f} counting = 1;\n"
        "    for (i = 0; i < {pairs}; i = i + 1) begin\n      pair = i * 40503;\n      #{period:.3f};\n"
        "      if (p !== pair[7:0] * pair[15:8]) begin $display(\"wrong product\"); $finish; end\n    end\n"
        "    $display(\"toggles %0d\", toggles);\n    $finish;\n  end\nendmodule\n",
        fmt::arg("modules", modules), fmt::arg("wires", wires), fmt::arg("a", port_nets(netlist, "a")),
        fmt::arg("b", port_nets(netlist, "b")), fmt::arg("p", port_nets(netlist, "p")),
        fmt::arg("instances", instances), fmt::arg("counters", counters), fmt::arg("period", period_ps),
        fmt::arg("pairs", pairs));
}

}  // namespace approxtlm::power
