#include "tests/support/opensta/verilog_writer.h"

#include <fmt/format.h>

namespace approxtlm::power {
namespace {

std::string net_name(int net) {
    if (net == kConstantZero) return "1'b0";
    if (net == kConstantOne) return "1'b1";
    return fmt::format("n{}", net);
}

std::string bit_name(const NetlistPort& port, std::size_t bit) {
    return port.nets.size() == 1 ? port.name : fmt::format("{}[{}]", port.name, bit);
}

void pins(const std::vector<const Pin*>& pins, const std::vector<int>& nets, std::string& out) {
    for (std::size_t i = 0; i < pins.size(); ++i)
        out += fmt::format("{}.{}({})", out.back() == '(' ? "" : ", ", pins[i]->name, net_name(nets[i]));
}

}  // namespace

std::string structural_verilog(const Netlist& netlist) {
    std::string out = "module " + netlist.module + " (";
    for (std::size_t i = 0; i < netlist.ports.size(); ++i)
        out += (i == 0 ? "" : ", ") + netlist.ports[i].name;
    out += ");\n";
    for (const NetlistPort& port : netlist.ports)
        out +=
            fmt::format("  {} {}{};\n", port.input ? "input" : "output",
                        port.nets.size() == 1 ? "" : fmt::format("[{}:0] ", port.nets.size() - 1), port.name);
    for (std::size_t net = kConstantOne + 1; net < netlist.nets.size(); ++net)
        out += fmt::format("  wire n{};\n", net);
    for (const NetlistPort& port : netlist.ports)
        for (std::size_t bit = 0; bit < port.nets.size(); ++bit)
            out += port.input
                       ? fmt::format("  assign {} = {};\n", net_name(port.nets[bit]), bit_name(port, bit))
                       : fmt::format("  assign {} = {};\n", bit_name(port, bit), net_name(port.nets[bit]));
    for (std::size_t i = 0; i < netlist.instances.size(); ++i) {
        const Instance& instance = netlist.instances[i];
        const CellPins of_cell(*instance.cell);
        out += fmt::format("  {} i{} (", instance.cell->name, i);
        pins(of_cell.inputs, instance.input_nets, out);
        pins(of_cell.outputs, instance.output_nets, out);
        out += ");\n";
    }
    return out + "endmodule\n";
}

}  // namespace approxtlm::power
