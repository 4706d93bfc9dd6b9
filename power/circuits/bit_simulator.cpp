#include "power/circuits/bit_simulator.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <stdexcept>

#include "power/gates/cell_model.h"

namespace approxtlm::power {
namespace {

std::uint64_t& at(std::vector<std::uint64_t>& words, int net) { return words[static_cast<std::size_t>(net)]; }

}  // namespace

BitSimulator::BitSimulator(const Netlist& netlist) : netlist_(netlist) {
    std::map<const Cell*, int> known;
    for (const Instance& instance : netlist.instances) {
        const auto [it, fresh] = known.emplace(instance.cell, static_cast<int>(functions_.size()));
        function_of_.push_back(it->second);
        if (!fresh) continue;
        const CellModel model(*instance.cell);
        Function f;
        f.inputs = model.inputs;
        f.clock = model.clock;
        if (model.is_register()) f.next = model.next_of_state;
        std::vector<std::vector<bool>> truth(static_cast<std::size_t>(model.outputs));
        for (std::size_t o = 0; o < truth.size(); ++o)
            for (std::size_t s = 0; s < model.states(); ++s)
                truth[o].push_back((model.output_of_state[s] >> o & 1) != 0);
        functions_.push_back(f);
        output_truth_.push_back(truth);
    }
    nets_.assign(netlist.nets.size(), 0);
    nets_[kConstantOne] = ~std::uint64_t{0};
    state_.assign(netlist.instances.size(), 0);
    toggles_.assign(netlist.nets.size(), 0);
    settle();
    settled_ = nets_;
}

int BitSimulator::port(const std::string& name) const {
    for (std::size_t i = 0; i < netlist_.ports.size(); ++i)
        if (netlist_.ports[i].name == name) return static_cast<int>(i);
    throw std::invalid_argument("BitSimulator: no port " + name);
}

void BitSimulator::set(int port, unsigned lane, std::uint64_t value) {
    const std::uint64_t mask = std::uint64_t{1} << lane;
    const std::vector<int>& nets = netlist_.ports[static_cast<std::size_t>(port)].nets;
    for (std::size_t i = 0; i < nets.size(); ++i) {
        std::uint64_t& word = at(nets_, nets[i]);
        word = value >> i & 1 ? word | mask : word & ~mask;
    }
}

std::uint64_t BitSimulator::get(int port, unsigned lane) const {
    const std::vector<int>& nets = netlist_.ports[static_cast<std::size_t>(port)].nets;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < nets.size(); ++i)
        value |= (nets_[static_cast<std::size_t>(nets[i])] >> lane & 1) << i;
    return value;
}

/// The function of its inputs in all lanes, by halving the truth table.
std::uint64_t BitSimulator::word(const std::vector<bool>& truth,
                                 const std::vector<std::uint64_t>& inputs) const {
    std::uint64_t values[256];
    std::size_t count = truth.size();
    for (std::size_t s = 0; s < count; ++s) values[s] = truth[s] ? ~std::uint64_t{0} : 0;
    for (const std::uint64_t input : inputs) {
        count /= 2;
        for (std::size_t s = 0; s < count; ++s)
            values[s] = (values[2 * s] & ~input) | (values[2 * s + 1] & input);
    }
    return values[0];
}

void BitSimulator::settle() {
    std::vector<std::uint64_t> inputs;
    const auto drive = [&](int index) {
        const auto i = static_cast<std::size_t>(index);
        const Instance& instance = netlist_.instances[i];
        const auto f = static_cast<std::size_t>(function_of_[i]);
        inputs.clear();
        for (const int net : instance.input_nets) inputs.push_back(at(nets_, net));
        if (functions_[f].clock >= 0) inputs.push_back(state_[i]);
        for (std::size_t o = 0; o < instance.output_nets.size(); ++o)
            if (instance.output_nets[o] >= 0)
                at(nets_, instance.output_nets[o]) = word(output_truth_[f][o], inputs);
    };
    for (std::size_t i = 0; i < netlist_.instances.size(); ++i)
        if (functions_[static_cast<std::size_t>(function_of_[i])].clock >= 0) drive(static_cast<int>(i));
    for (const int i : netlist_.order) drive(i);
}

void BitSimulator::clock(const std::vector<int>& clock_ports) {
    std::vector<int> clock_nets;
    for (const int port : clock_ports)
        clock_nets.push_back(netlist_.ports[static_cast<std::size_t>(port)].nets[0]);
    // Registers see what had settled; ports have their new values after the edge.
    std::vector<std::uint64_t> inputs;
    for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
        const Function& f = functions_[static_cast<std::size_t>(function_of_[i])];
        if (f.clock < 0) continue;
        const Instance& instance = netlist_.instances[i];
        const int clock = instance.input_nets[static_cast<std::size_t>(f.clock)];
        if (std::find(clock_nets.begin(), clock_nets.end(), clock) == clock_nets.end()) continue;
        inputs.clear();
        for (const int net : instance.input_nets) inputs.push_back(at(settled_, net));
        inputs.push_back(state_[i]);
        state_[i] = word(f.next, inputs);
    }
    settle();
    for (std::size_t n = 0; n < nets_.size(); ++n)
        toggles_[n] += std::bitset<64>(nets_[n] ^ settled_[n]).count();
    settled_ = nets_;
}

}  // namespace approxtlm::power
