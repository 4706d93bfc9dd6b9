#include "platform/cli/inspect_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/common/array_timing.h"
#include "models/common/tiling.h"
#include "platform/simulation/layer_kind.h"
#include "workloads/compiler/program.h"
#include "workloads/onnx/import.h"
#include "workloads/zoo/embedded_network.h"

namespace approxtlm::platform {
namespace {

using nlohmann::ordered_json;

/// One line of the table: a layer of the network on a given array.
struct LayerRow {
    std::string name, kind, input, output, window, weight_quantization, output_quantization;
    std::uint32_t groups = 1;
    std::uint64_t macs = 0, weights = 0;
    std::uint32_t folds = 0, tiles = 0;  ///< folds of one tile (0 without array)
    std::string dataflow;
    std::uint64_t array_cycles = 0;  ///< models/common/array_timing.h
};

std::string shape(const workloads::Tensor& t) {
    return fmt::format("{}x{}x{}", t.channels, t.height, t.width);
}

std::string weight_quantization(const workloads::Weights& w) {
    if (w.codes.empty()) return "-";
    const bool per_tensor =
        std::all_of(w.scale.begin(), w.scale.end(), [&](float s) { return s == w.scale[0]; });
    const bool symmetric =
        std::all_of(w.zero_point.begin(), w.zero_point.end(), [](int z) { return z == 0; });
    return fmt::format("{} {} {}", w.signed_codes ? "s8" : "u8", per_tensor ? "tensor" : "channel",
                       symmetric ? "sym" : "asym");
}

LayerRow row_of(const workloads::Network& network, const workloads::Layer& layer, const LayerDescriptor& d,
                const AcceleratorConfig& config) {
    const auto tensor = [&](int index) -> const workloads::Tensor& {
        return network.tensors.at(static_cast<std::size_t>(index));
    };
    LayerRow row;
    row.name = layer.name;
    row.kind = layer_kind(d);
    row.input = shape(tensor(layer.input));
    row.output = shape(tensor(layer.output));
    const bool windowed =
        layer.kind != workloads::LayerKind::add && layer.kind != workloads::LayerKind::requantize;
    row.window = windowed ? fmt::format("{}x{}/{}x{}", layer.kernel_height, layer.kernel_width,
                                        layer.stride_y, layer.stride_x)
                          : "-";
    row.groups = static_cast<std::uint32_t>(layer.groups);
    row.macs = workloads::macs(network, layer);
    row.weights = layer.weights.codes.size();
    row.weight_quantization = weight_quantization(layer.weights);
    const workloads::Quantization q = tensor(layer.output).quantization;
    row.output_quantization = fmt::format("{:.5g}, {}", q.scale, q.zero_point);
    row.tiles = ceil_div(d.output_height, d.tile_rows);
    row.dataflow = dataflow_name(d);
    if (d.opcode == Opcode::matrix) {
        const PeArrayConfig& array = config.pe_array;
        row.folds = tiling_of(d, array.rows, array.columns).folds_per_tile();
        row.array_cycles = array_cycles(config, d);
    }
    return row;
}

std::vector<LayerRow> rows_of(const workloads::Network& network, const AcceleratorConfig& config) {
    const workloads::Program program = workloads::compile(network, config, {});
    if (program.layers.size() != network.layers.size())
        throw std::logic_error("inspect: the compiler gave " + std::to_string(program.layers.size()) +
                               " layers for " + std::to_string(network.layers.size()));
    std::vector<LayerRow> rows;
    for (std::size_t i = 0; i < network.layers.size(); ++i)
        rows.push_back(row_of(network, network.layers[i], program.layers[i], config));
    return rows;
}

std::uint64_t total(const std::vector<LayerRow>& rows, std::uint64_t LayerRow::*figure) {
    std::uint64_t sum = 0;
    for (const LayerRow& row : rows) sum += row.*figure;
    return sum;
}

std::string format_text(const workloads::Network& network, const AcceleratorConfig& config,
                        const std::vector<LayerRow>& rows) {
    std::size_t width = 5;
    for (const LayerRow& row : rows) width = std::max(width, row.name.size());
    std::string text = fmt::format("network {} on a {} x {} array\n\n", network.name, config.pe_array.rows,
                                   config.pe_array.columns);
    text += fmt::format(
        "{:<{}}  {:<15}  {:>11}  {:>11}  {:>11}  {:>6}  {:>12}  {:>9}  {:<15}  {:<14}  {:>6}  {:>5}  {:<8}  "
        "{:>12}\n",
        "layer", width, "kind", "input", "output", "kernel/step", "groups", "MACs", "weights", "weight codes",
        "scale, zero", "folds", "tiles", "dataflow", "array cycles");
    for (const LayerRow& r : rows)
        text += fmt::format(
            "{:<{}}  {:<15}  {:>11}  {:>11}  {:>11}  {:>6}  {:>12}  {:>9}  {:<15}  {:<14}  {:>6}  {:>5}  "
            "{:<8}  "
            "{:>12}\n",
            r.name, width, r.kind, r.input, r.output, r.window, r.groups, r.macs, r.weights,
            r.weight_quantization, r.output_quantization, r.folds, r.tiles,
            r.dataflow.empty() ? "-" : r.dataflow, r.array_cycles);
    return text + fmt::format("\ntotal: {} layers, {} MACs an image, {} weights\n", rows.size(),
                              total(rows, &LayerRow::macs), total(rows, &LayerRow::weights));
}

std::string format_json(const workloads::Network& network, const AcceleratorConfig& config,
                        const std::vector<LayerRow>& rows) {
    ordered_json layers = ordered_json::array();
    for (const LayerRow& r : rows)
        layers.push_back({{"name", r.name},
                          {"kind", r.kind},
                          {"input", r.input},
                          {"output", r.output},
                          {"kernel_and_stride", r.window},
                          {"groups", r.groups},
                          {"macs", r.macs},
                          {"weights", r.weights},
                          {"weight_codes", r.weight_quantization},
                          {"output_scale_and_zero_point", r.output_quantization},
                          {"folds_per_tile", r.folds},
                          {"tiles", r.tiles},
                          {"dataflow", r.dataflow.empty() ? ordered_json(nullptr) : ordered_json(r.dataflow)},
                          {"array_cycles", r.array_cycles}});
    const ordered_json document{
        {"schema", "approxtlm-inspect-1"},
        {"network", network.name},
        {"array", {{"rows", config.pe_array.rows}, {"columns", config.pe_array.columns}}},
        {"layers", layers},
        {"macs_per_image", total(rows, &LayerRow::macs)},
        {"weights", total(rows, &LayerRow::weights)}};
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

InspectCommand::InspectCommand(CLI::App& app)
    : command_(app.add_subcommand("inspect", "Show a network's layers and how they fold onto the array")) {
    command_->add_option("network", network_, "Quantised network (ONNX); default: the embedded one")
        ->type_name("NET.onnx");
    command_->add_option("--accelerator", accelerator_, "Accelerator description; default: a 64 x 64 array")
        ->type_name("FILE.yaml");
    command_->add_option("--dataflow", dataflow_, "ws, os, is or auto; default: the accelerator's")
        ->type_name("FLOW");
    command_->add_flag("--json", json_, "Print JSON instead of a table");
    command_->footer("Example:\n  approxtlm inspect resnet44.onnx --accelerator a.yaml");
}

void InspectCommand::execute() const {
    AcceleratorConfig config =
        accelerator_.empty() ? AcceleratorConfig{} : read_accelerator_config(accelerator_);
    if (command_->count("--dataflow") > 0) config.pe_array.dataflow = parse_dataflow("--dataflow", dataflow_);
    const workloads::Network network =
        network_.empty()
            ? workloads::import_onnx_bytes(workloads::embedded_network_bytes(), "embedded network")
            : workloads::import_onnx(network_);
    const std::vector<LayerRow> rows = rows_of(network, config);
    std::cout << (json_ ? format_json(network, config, rows) : format_text(network, config, rows));
}

}  // namespace approxtlm::platform
