#include "power/gates/netlist.h"

#include <algorithm>

namespace approxtlm::power {

const NetlistPort* Netlist::find_port(const std::string& name) const {
    const auto it =
        std::find_if(ports.begin(), ports.end(), [&](const NetlistPort& p) { return p.name == name; });
    return it == ports.end() ? nullptr : &*it;
}

double Netlist::area_um2() const {
    double sum = 0;
    for (const Instance& instance : instances) sum += instance.cell->area_um2;
    return sum;
}

double Netlist::area_um2(const std::string& component) const {
    double sum = 0;
    for (const Instance& instance : instances)
        if (components[static_cast<std::size_t>(instance.component)] == component)
            sum += instance.cell->area_um2;
    return sum;
}

CellPins::CellPins(const Cell& cell) {
    for (const int i : cell.inputs) inputs.push_back(&cell.pins[static_cast<std::size_t>(i)]);
    for (const int i : cell.outputs) outputs.push_back(&cell.pins[static_cast<std::size_t>(i)]);
}

}  // namespace approxtlm::power
