#include "power/characterize/foreign_multiplier.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "models/arithmetic/multiplier_table.h"
#include "models/common/error.h"
#include "models/common/text_file.h"
#include "power/circuits/bit_simulator.h"
#include "power/circuits/tool.h"
#include "power/gates/netlist.h"

namespace approxtlm::power {
namespace {

constexpr std::size_t kLargestFile = std::size_t{16} << 20;

/// Position in the text where port `name` is first mentioned after the module's own name.
std::size_t first_mention(const std::string& text, const std::string& top, const std::string& name) {
    const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    std::size_t at = text.find(top);
    at = at == std::string::npos ? 0 : at + top.size();
    while ((at = text.find(name, at)) != std::string::npos) {
        const bool starts = at == 0 || !is_word(text[at - 1]);
        const bool ends = at + name.size() >= text.size() || !is_word(text[at + name.size()]);
        if (starts && ends) break;
        at += name.size();
    }
    return at;
}

}  // namespace

ForeignMultiplier read_foreign_multiplier(const std::string& path, const std::string& top,
                                          const std::string& work) {
    ForeignMultiplier foreign;
    foreign.path = path;
    foreign.top = top;
    foreign.module_text = read_text_file(path, kLargestFile);
    const std::string base = work + "/" + content_hash("ports " + top + "\n" + foreign.module_text);
    const std::string log = base + ".log", json = base + ".ports.json";
    write_file(base + ".v", foreign.module_text);
    write_file(base + ".ys",
               fmt::format("read_verilog -sv {0}.v\nhierarchy -check -top {1}\nproc\n"
                           "select -assert-none t:$dff t:$adff t:$dlatch t:$mem*\nwrite_json {2}\n",
                           base, top, json));
    if (run_program({find_program("yosys"), "-q", "-s", base + ".ys"}, log) != 0)
        throw InputError(path, "Verilog that Yosys refuses, see " + log, "a combinational module " + top);
    const nlohmann::json ports =
        nlohmann::json::parse(read_text_file(json, kLargestFile)).at("modules").at(top).at("ports");
    std::vector<std::string> inputs;
    for (const auto& [name, port] : ports.items()) {
        const std::size_t bits = port.at("bits").size();
        if (port.at("direction") == "input" && bits == 8) {
            inputs.push_back(name);
        } else if (port.at("direction") == "output" && bits == 16 && foreign.product_port.empty()) {
            foreign.product_port = name;
        } else {
            throw InputError(path, fmt::format("port {} of {} bits", name, bits),
                             "two inputs of 8 bits and an output of 16");
        }
    }
    if (inputs.size() != 2 || foreign.product_port.empty())
        throw InputError(path, fmt::format("{} inputs of 8 bits", inputs.size()),
                         "two inputs of 8 bits and an output of 16");
    if (first_mention(foreign.module_text, top, inputs[0]) >
        first_mention(foreign.module_text, top, inputs[1]))
        std::swap(inputs[0], inputs[1]);
    foreign.weight_port = inputs[0];
    foreign.activation_port = inputs[1];
    return foreign;
}

Multiplier extract_table(const ForeignMultiplier& foreign, const LibertyLibrary& library,
                         const Synthesis& synthesis, const std::string& table) {
    const Netlist netlist =
        read_netlist(synthesis.netlist(generate_foreign(foreign), {MapScript::map, 1}), library);
    BitSimulator sim(netlist);
    const int w = sim.port("weight"), a = sim.port("activation"), p = sim.port("product");
    std::string bytes;
    constexpr unsigned kLanes = BitSimulator::kLanes;
    for (unsigned pair = 0; pair < 65536; pair += kLanes) {
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            sim.set(w, lane, (pair + lane) >> 8);
            sim.set(a, lane, (pair + lane) & 0xFF);
        }
        sim.clock({});
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            const std::uint64_t product = sim.get(p, lane);
            bytes += static_cast<char>(product & 0xFF);
            bytes += static_cast<char>(product >> 8);
        }
    }
    write_file(table, bytes);
    return parse_table_multiplier(table);
}

}  // namespace approxtlm::power
