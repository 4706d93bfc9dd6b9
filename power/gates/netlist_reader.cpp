#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "power/gates/netlist.h"

namespace approxtlm::power {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestFile = std::size_t{1} << 28;
constexpr std::size_t kWidestPort = 64;

/// Library cells that Yosys knows by read_liberty or read_verilog -lib stand beside the design.
bool is_design(const std::string& name, const Json& module, const LibertyLibrary& library) {
    if (library.find(name) != nullptr) return false;
    const auto attributes = module.find("attributes");
    return attributes == module.end() ||
           (!attributes->contains("blackbox") && !attributes->contains("whitebox"));
}

class NetlistReader {
public:
    NetlistReader(const std::string& path, const LibertyLibrary& library) : path_(path), library_(library) {}

    Netlist read() {
        Json root;
        try {
            root = Json::parse(read_text_file(path_, kLongestFile));
            module(pick_module(root));
        } catch (const Json::exception& error) {
            throw InputError(path_, std::string("what is no netlist (") + error.what() + ")",
                             "Yosys write_json output");
        }
        drivers();
        order();
        return std::move(netlist_);
    }

private:
    [[noreturn]] void fail(const std::string& where, const std::string& got,
                           const std::string& expected) const {
        throw InputError(path_ + ": " + printable(where), got, expected);
    }

    const Json& pick_module(const Json& root) {
        const Json* found = nullptr;
        bool found_is_top = false;
        for (const auto& [name, candidate] : root.at("modules").items()) {
            if (!is_design(name, candidate, library_)) continue;
            const bool top = candidate.contains("attributes") && candidate["attributes"].contains("top");
            if (found != nullptr && !top && found_is_top) continue;
            if (found != nullptr && top == found_is_top)
                fail("modules", name + " beside " + netlist_.module, "one flat module");
            found = &candidate;
            found_is_top = top;
            netlist_.module = name;
        }
        if (found == nullptr) fail("modules", "none", "one flat module");
        return *found;
    }

    void module(const Json& module) {
        netlist_.nets.resize(2);
        netlist_.nets[kConstantZero].name = "0";
        netlist_.nets[kConstantOne].name = "1";
        for (const auto& [name, port] : module.at("ports").items()) {
            NetlistPort out;
            out.name = name;
            const std::string direction = port.at("direction");
            if (direction != "input" && direction != "output") fail(name, direction, "input or output");
            out.input = direction == "input";
            for (const Json& bit : port.at("bits")) out.nets.push_back(net(bit, name));
            if (out.nets.size() > kWidestPort)
                fail(name, std::to_string(out.nets.size()) + " bits", "at most 64");
            netlist_.ports.push_back(std::move(out));
        }
        for (const auto& [name, cell] : module.at("cells").items()) instance(name, cell);
        names(module);
    }

    int net(const Json& bit, const std::string& where) {
        if (bit.is_string()) {
            if (bit == "0") return kConstantZero;
            if (bit == "1") return kConstantOne;
            fail(where, "the constant " + bit.get<std::string>(), "0, 1 or a net (setundef -zero removes x)");
        }
        const auto [it, is_new] = nets_.try_emplace(bit.get<int>(), static_cast<int>(netlist_.nets.size()));
        if (is_new) netlist_.nets.emplace_back().name = "net " + std::to_string(bit.get<int>());
        return it->second;
    }

    int component(const std::string& instance) {
        const std::size_t dot = instance.find('.');
        const std::string name = dot == std::string::npos ? "" : instance.substr(0, dot);
        auto it = std::find(netlist_.components.begin(), netlist_.components.end(), name);
        if (it == netlist_.components.end()) it = netlist_.components.insert(it, name);
        return static_cast<int>(it - netlist_.components.begin());
    }

    void instance(const std::string& name, const Json& json) {
        const std::string type = json.at("type");
        const Cell* cell = library_.find(type);
        if (cell == nullptr) fail(name, "the cell " + printable(type), "one of " + library_.name);
        if (!cell->unsupported.empty())
            fail(name, "the cell " + type + ", " + cell->unsupported, "gates and edge-triggered flip-flops");
        Instance out;
        out.name = name;
        out.cell = cell;
        out.component = component(name);
        const Json& connections = json.at("connections");
        std::size_t used = 0;
        const auto connected = [&](const Pin& pin) -> const Json* {
            const auto it = connections.find(pin.name);
            if (it == connections.end() || it->empty()) return nullptr;
            if (it->size() != 1) fail(name + "." + pin.name, std::to_string(it->size()) + " bits", "one");
            ++used;
            return &it->front();
        };
        const CellPins pins(*cell);
        for (const Pin* pin : pins.inputs) {
            const Json* bit = connected(*pin);
            if (bit == nullptr) fail(name + "." + pin->name, "nothing connected", "a net");
            out.input_nets.push_back(net(*bit, name + "." + pin->name));
        }
        for (const Pin* pin : pins.outputs) {
            const Json* bit = connected(*pin);
            if (bit == nullptr) netlist_.nets.emplace_back().name = name + "." + pin->name;
            out.output_nets.push_back(bit != nullptr ? net(*bit, name + "." + pin->name)
                                                     : static_cast<int>(netlist_.nets.size()) - 1);
        }
        if (used != connections.size()) {
            for (const auto& [pin, ignored] : connections.items())
                if (cell->find_pin(pin) == nullptr)
                    fail(name, "the pin " + printable(pin), "a pin of " + type);
        }
        netlist_.instances.push_back(std::move(out));
    }

    /// Of several names of a net the shortest, then the first by alphabet.
    void names(const Json& module) {
        if (!module.contains("netnames")) return;
        std::vector<bool> named(netlist_.nets.size());
        for (const auto& [name, entry] : module["netnames"].items()) {
            const Json& bits = entry.at("bits");
            for (std::size_t i = 0; i < bits.size(); ++i) {
                if (!bits[i].is_number()) continue;
                const auto it = nets_.find(bits[i].get<int>());
                if (it == nets_.end()) continue;
                const std::string full = bits.size() == 1 ? name : name + "[" + std::to_string(i) + "]";
                std::string& known = netlist_.nets[static_cast<std::size_t>(it->second)].name;
                if (!named[static_cast<std::size_t>(it->second)] || full.size() < known.size()) known = full;
                named[static_cast<std::size_t>(it->second)] = true;
            }
        }
    }

    Net& at(int index) { return netlist_.nets[static_cast<std::size_t>(index)]; }

    void drive(int index, int instance, int pin, const std::string& by) {
        Net& driven = at(index);
        if (index <= kConstantOne || driven.driver >= 0 || driven.input)
            fail(by, "a second driver of " + printable(driven.name), "one");
        driven.driver = instance;
        driven.driver_pin = pin;
    }

    void drivers() {
        for (const NetlistPort& port : netlist_.ports)
            if (port.input)
                for (const int index : port.nets) {
                    if (index <= kConstantOne || at(index).input)
                        fail(port.name, "two inputs as one net", "a net each");
                    at(index).input = true;
                }
        for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
            const Instance& instance = netlist_.instances[i];
            const int index = static_cast<int>(i);
            for (std::size_t pin = 0; pin < instance.output_nets.size(); ++pin)
                drive(instance.output_nets[pin], index, static_cast<int>(pin), instance.name);
            for (std::size_t pin = 0; pin < instance.input_nets.size(); ++pin)
                at(instance.input_nets[pin]).sinks.push_back({index, static_cast<int>(pin)});
        }
        for (const NetlistPort& port : netlist_.ports)
            if (!port.input)
                for (const int index : port.nets) at(index).output = true;
        for (std::size_t i = kConstantOne + 1; i < netlist_.nets.size(); ++i) {
            const Net& net = netlist_.nets[i];
            if (net.driver < 0 && !net.input && (net.output || !net.sinks.empty()))
                fail(net.name, "no driver", "one");
        }
    }

    /// Kahn's algorithm over the combinational instances.
    void order() {
        const auto is_register = [&](int i) {
            return netlist_.instances[static_cast<std::size_t>(i)].cell->flip_flop.has_value();
        };
        std::vector<int> waiting(netlist_.instances.size());
        std::size_t combinational = 0;
        const auto is_settled = [&](int net_index) {
            const Net& net = at(net_index);
            return net.driver < 0 || is_register(net.driver);
        };
        for (std::size_t i = 0; i < netlist_.instances.size(); ++i) {
            if (is_register(static_cast<int>(i))) continue;
            ++combinational;
            for (const int input : netlist_.instances[i].input_nets) waiting[i] += is_settled(input) ? 0 : 1;
            if (waiting[i] == 0) netlist_.order.push_back(static_cast<int>(i));
        }
        for (std::size_t done = 0; done < netlist_.order.size(); ++done) {
            const Instance& instance = netlist_.instances[static_cast<std::size_t>(netlist_.order[done])];
            for (const int output : instance.output_nets)
                for (const Sink& sink : at(output).sinks)
                    if (!is_register(sink.instance) &&
                        --waiting[static_cast<std::size_t>(sink.instance)] == 0)
                        netlist_.order.push_back(sink.instance);
        }
        if (netlist_.order.size() == combinational) return;
        for (std::size_t i = 0; i < waiting.size(); ++i)
            if (waiting[i] > 0) fail(netlist_.instances[i].name, "a combinational loop through it", "none");
    }

    const std::string& path_;
    const LibertyLibrary& library_;
    Netlist netlist_;
    std::map<int, int> nets_;  ///< Yosys' bit to our index
};

}  // namespace

Netlist read_netlist(const std::string& json_path, const LibertyLibrary& library) {
    return NetlistReader(json_path, library).read();
}

}  // namespace approxtlm::power
