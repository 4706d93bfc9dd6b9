#include "power/circuits/synthesis.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "power/circuits/cell_finder.h"
#include "power/circuits/mapping_library.h"
#include "power/circuits/tool.h"

namespace approxtlm::power {
namespace {

constexpr std::size_t kLargestFile = std::size_t{256} << 20;

/// abc commands; @ stands for the delay target.
std::string abc_script(const Mapping& mapping) {
    constexpr const char* kSimplify = "strash\nifraig\nscorr\ndc2\nstrash\n";
    constexpr const char* kSize = "buffer -c\ntopo\nupsize -D @\ndnsize -D @\n";
    std::string text = kSimplify;
    switch (mapping.script) {
        case MapScript::map:
            text += "dch -f\nmap -B 0.9 -D @\ntopo\n";
            break;
        case MapScript::nf:
            text += "&get -n\n&dch -f\n&nf -D @\n&put\n";
            break;
        case MapScript::amap:
            text += "dch -f\namap -i -m\ntopo\n";
            break;
    }
    text += kSize;
    std::string filled;
    for (const char c : text)
        filled += c == '@' ? fmt::format("{:.0f}", mapping.delay_target_ps) : std::string(1, c);
    return filled;
}

/// "multiplier.fa_3" from "multiplier.fa_3" or "$flatten\multiplier.$abc$12$..."; `number` makes the latter
/// unique.
std::string instance_name(const std::string& yosys_name, std::size_t number) {
    constexpr const char* kFlatten = "$flatten\\";
    const std::string name =
        yosys_name.rfind(kFlatten, 0) == 0 ? yosys_name.substr(std::string(kFlatten).size()) : yosys_name;
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) return fmt::format("wiring.g{}", number);
    const std::string own = name.substr(dot + 1);
    return own.find('$') == std::string::npos ? name : fmt::format("{}.g{}", name.substr(0, dot), number);
}

/// Yosys' netlist with short instance names; attributes and names of inner nets go.
std::string tidy(const std::string& text, const std::string& top) {
    using nlohmann::json;
    const json in = json::parse(text);
    const json& module = in.at("modules").at(top);
    json cells = json::object(), nets = json::object();
    std::size_t number = 0;
    for (const auto& [name, cell] : module.at("cells").items()) {
        const std::string type = cell.at("type");
        if (!type.empty() && type[0] == '$') throw std::runtime_error("cell " + type + " was not mapped");
        json kept{{"hide_name", 0},
                  {"type", type},
                  {"parameters", json::object()},
                  {"attributes", json::object()},
                  {"connections", cell.at("connections")}};
        if (cell.contains("port_directions")) kept["port_directions"] = cell.at("port_directions");
        cells[instance_name(name, number++)] = kept;
    }
    const json out{{"creator", in.at("creator")},
                   {"modules",
                    {{top,
                      {{"attributes", json::object()},
                       {"ports", module.at("ports")},
                       {"cells", cells},
                       {"netnames", json::object()}}}}}};
    return out.dump(1) + "\n";
}

std::string tool_version(const std::string& program, const std::string& folder) {
    const std::string log = folder + "/yosys-version.log";
    if (run_program({program, "-V"}, log) != 0)
        throw InputError(program, "a failure of its -V, see " + log, "a working Yosys");
    std::string text = read_text_file(log, kLargestFile);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace

std::string to_string(MapScript script) {
    switch (script) {
        case MapScript::map:
            return "map";
        case MapScript::nf:
            return "nf";
        case MapScript::amap:
            return "amap";
    }
    throw std::invalid_argument("map script");
}

std::string to_string(const Mapping& mapping) {
    return fmt::format("{}/D{:.0f}", to_string(mapping.script), mapping.delay_target_ps);
}

std::string content_hash(const std::string& text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return fmt::format("{:016x}", hash);
}

Synthesis::Synthesis(const LibertyLibrary& library, std::string folder)
    : folder_(std::move(folder)), yosys_(find_program("yosys")), cells_(choose_cells(library)) {
    version_ = tool_version(yosys_, folder_);
    const std::vector<const Cell*> gates = synthesis_cells(library);
    std::vector<const Cell*> buffers;
    for (const Cell* gate : gates)
        if (gate_function(*gate) == std::vector<bool>{0, 1}) buffers.push_back(gate);
    if (buffers.empty()) throw InputError(library.name, "no buffer", "a library with one");
    std::sort(buffers.begin(), buffers.end(),
              [](const Cell* a, const Cell* b) { return a->area_um2 < b->area_um2; });
    const Cell* driver = buffers.front();
    const Pin* data = library.find(cells_.flip_flop.name)->find_pin(cells_.flip_flop.data);

    const std::string text = mapping_library(library, gates);
    library_hash_ = content_hash(text);
    library_path_ = folder_ + "/mapping-" + library_hash_ + ".lib";
    constraints_path_ = folder_ + "/mapping-" + library_hash_ + ".constraints";
    write_file(library_path_, text);
    write_file(constraints_path_, fmt::format("set_driving_cell {}\nset_load {:.6g}\n", driver->name,
                                              data->capacitance_ff.rise));
}

std::string Synthesis::commands(const GeneratedCircuit& circuit, const Mapping& mapping) const {
    // Only the multiplier may have modules inside (a user's).
    const std::string flatten_inner = circuit.verilog.find("module pe_multiplier") != std::string::npos
                                          ? "flatten pe_multiplier\nopt -full pe_multiplier\n"
                                          : "";
    return fmt::format(
        "read_liberty -lib -ignore_miss_func {0}\nread_verilog -sv @circuit@\nhierarchy -check -top "
        "{1}\nproc\n"
        "{2}opt\ntechmap\nopt -full\nopt_clean -purge\n"
        "abc -liberty {0} -constr {3} -D {4:.0f} -script @script@\n"
        "opt_clean -purge\nflatten\nopt_clean -purge\ncheck\nwrite_json @json@\n",
        library_path_, circuit.top, flatten_inner, constraints_path_, mapping.delay_target_ps);
}

std::string Synthesis::netlist(const GeneratedCircuit& circuit, const Mapping& mapping) const {
    const std::string script = abc_script(mapping), text = commands(circuit, mapping);
    const std::string base =
        folder_ + "/" +
        content_hash(circuit.verilog + '\n' + text + '\n' + script + '\n' + library_hash_ + '\n' + version_);
    // Scratch files bear the process's number: another run may work in the same folder.
    const std::string scratch = base + "_" + std::to_string(getpid());
    const std::string json = base + ".json", log = scratch + ".log";
    const auto lock = locks_.lock(base);
    if (std::filesystem::exists(json)) return json;
    write_file(scratch + ".v", circuit.verilog);
    write_file(scratch + ".abc", script);
    std::string commands = text;
    const auto fill = [&](const std::string& key, const std::string& path) {
        commands.replace(commands.find(key), key.size(), path);
    };
    fill("@circuit@", scratch + ".v");
    fill("@script@", scratch + ".abc");
    fill("@json@", scratch + ".yosys.json");
    write_file(scratch + ".ys", commands);
    const int status = run_program({yosys_, "-q", "-s", scratch + ".ys"}, log);
    if (status != 0)
        throw InputError("yosys", fmt::format("exit code {}", status), "0; its messages are in " + log);
    try {
        write_file(json, tidy(read_text_file(scratch + ".yosys.json", kLargestFile), circuit.top));
    } catch (const nlohmann::json::exception& e) {
        throw InputError(scratch + ".yosys.json", e.what(), "a netlist; yosys' messages are in " + log);
    } catch (const std::runtime_error& e) {
        throw InputError("yosys", e.what(), "cells of the library only; its messages are in " + log);
    }
    for (const char* extension : {".yosys.json", ".ys", ".abc", ".v", ".log"})
        std::filesystem::remove(scratch + extension);
    return json;
}

}  // namespace approxtlm::power
