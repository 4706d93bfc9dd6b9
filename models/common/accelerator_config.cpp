#include "models/common/accelerator_config.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "models/common/accelerator_ranges.h"
#include "models/common/config_reader.h"
#include "models/common/error.h"
#include "models/common/tiling.h"

namespace approxtlm {
namespace {

constexpr std::array kChoices{"ws", "os", "is", "auto"};  ///< index DataflowChoice

/// `skewed`: the buffer is read by windows, so that it matters which bank holds a word.
void read_buffer(ConfigReader in, std::uint64_t smallest, const std::string& why, BufferConfig& c,
                 bool skewed = false) {
    c.capacity_bytes = in.integer("capacity_bytes", c.capacity_bytes, ranges::kBufferCapacityBytes);
    c.banks = in.power_of_two("banks", c.banks, ranges::kBufferBanks);
    c.port_bytes = in.integer("port_bytes", c.port_bytes, ranges::kBufferPortBytes);
    if (skewed) c.bank_skew = in.integer("bank_skew", c.bank_skew, ranges::kBankSkew);
    in.finish();
    const auto at_least = [&](std::uint64_t bytes, const std::string& reason) {
        if (c.capacity_bytes < bytes)
            in.fail("capacity_bytes", std::to_string(c.capacity_bytes),
                    "at least " + std::to_string(bytes) + " (" + reason + ")");
    };
    at_least(smallest, why);
    at_least(std::uint64_t{c.banks} * c.port_bytes, "banks x port_bytes");
}

void read_correction(ConfigReader in, CorrectionConfig& c) {
    c.organization = static_cast<CorrectionOrganization>(in.choice(
        "organization", static_cast<std::size_t>(c.organization),
        {to_string(CorrectionOrganization::shared_column), to_string(CorrectionOrganization::per_mac)}));
    c.coefficient_fraction_bits = in.integer("coefficient_fraction_bits", c.coefficient_fraction_bits,
                                             ranges::kCoefficientFractionBits);
    c.coefficient_bits = in.integer("coefficient_bits", c.coefficient_bits, ranges::kCoefficientBits);
    c.pipelined = in.boolean("pipelined", c.pipelined);
    in.finish();
}

void write_buffer(std::ostream& out, const char* name, const BufferConfig& c, bool skewed = false) {
    out << name << ":\n  capacity_bytes: " << c.capacity_bytes << "\n  banks: " << c.banks
        << "\n  port_bytes: " << c.port_bytes << "\n";
    if (skewed) out << "  bank_skew: " << c.bank_skew << "\n";
}

}  // namespace

AcceleratorConfig read_accelerator_config(const std::string& path) {
    AcceleratorConfig c;
    ConfigReader file = ConfigReader::load(path);

    ConfigReader array = file.section("pe_array");
    c.pe_array.rows = array.integer("rows", c.pe_array.rows, ranges::kArraySide);
    c.pe_array.columns = array.integer("columns", c.pe_array.columns, ranges::kArraySide);
    c.pe_array.shadow_weights = array.boolean("shadow_weights", c.pe_array.shadow_weights);
    c.pe_array.dataflow = static_cast<DataflowChoice>(array.choice(
        "dataflow", static_cast<std::size_t>(c.pe_array.dataflow), {kChoices.begin(), kChoices.end()}));
    c.pe_array.multiplier_stages =
        array.integer("multiplier_stages", c.pe_array.multiplier_stages, ranges::kMultiplierStages);
    array.finish();

    read_correction(file.section("correction"), c.correction);

    const std::string shape =
        std::to_string(c.pe_array.rows) + " x " + std::to_string(c.pe_array.columns) + " array";
    read_buffer(file.section("weight_buffer"), 2ull * weight_slot_bytes(c.pe_array.rows, c.pe_array.columns),
                "two folds of weights of a " + shape, c.weight_buffer);
    read_buffer(file.section("activation_buffer"), 2ull * c.pe_array.rows,
                "two activation vectors of a " + shape, c.activation_buffer, true);
    read_buffer(file.section("accumulator_buffer"), 2ull * accumulator_entry_bytes(c.pe_array.columns),
                "two pixels of sums of a " + shape, c.accumulator_buffer);

    ConfigReader dma = file.section("dma");
    c.dma.bus_bytes = dma.power_of_two("bus_bytes", c.dma.bus_bytes, ranges::kBusBytes);
    c.dma.burst_beats = dma.power_of_two("burst_beats", c.dma.burst_beats, ranges::kBurstBeats);
    c.dma.outstanding_requests =
        dma.integer("outstanding_requests", c.dma.outstanding_requests, ranges::kOutstandingRequests);
    dma.finish();

    ConfigReader vector_unit = file.section("vector_unit");
    c.vector_unit.lanes = vector_unit.integer("lanes", c.vector_unit.lanes, ranges::kLanes);
    c.vector_unit.pipeline_cycles =
        vector_unit.integer("pipeline_cycles", c.vector_unit.pipeline_cycles, ranges::kPipelineCycles);
    vector_unit.finish();

    ConfigReader memory = file.section("memory");
    c.memory.latency_cycles =
        memory.integer("latency_cycles", c.memory.latency_cycles, ranges::kMemoryLatencyCycles);
    c.memory.bytes_per_cycle =
        memory.integer("bytes_per_cycle", c.memory.bytes_per_cycle, ranges::kMemoryBytesPerCycle);
    memory.finish();

    ConfigReader power = file.section("power");
    c.power.clock_gating = power.boolean("clock_gating", c.power.clock_gating);
    c.power.zero_gating = power.boolean("zero_gating", c.power.zero_gating);
    if (c.power.zero_gating && c.pe_array.dataflow != DataflowChoice::ws)
        power.fail("zero_gating",
                   "true with pe_array.dataflow " + std::string(to_string(c.pe_array.dataflow)),
                   "pe_array.dataflow ws");
    power.finish();

    file.finish();
    return c;
}

std::string to_yaml(const AcceleratorConfig& c) {
    const auto yes_no = [](bool b) { return b ? "true" : "false"; };
    std::ostringstream out;
    out << "pe_array:\n  rows: " << c.pe_array.rows << "\n  columns: " << c.pe_array.columns
        << "\n  shadow_weights: " << yes_no(c.pe_array.shadow_weights)
        << "\n  dataflow: " << to_string(c.pe_array.dataflow)
        << "\n  multiplier_stages: " << c.pe_array.multiplier_stages
        << "\ncorrection:\n  organization: " << to_string(c.correction.organization)
        << "\n  coefficient_fraction_bits: " << c.correction.coefficient_fraction_bits
        << "\n  coefficient_bits: " << c.correction.coefficient_bits
        << "\n  pipelined: " << yes_no(c.correction.pipelined) << "\n";
    write_buffer(out, "weight_buffer", c.weight_buffer);
    write_buffer(out, "activation_buffer", c.activation_buffer, true);
    write_buffer(out, "accumulator_buffer", c.accumulator_buffer);
    out << "dma:\n  bus_bytes: " << c.dma.bus_bytes << "\n  burst_beats: " << c.dma.burst_beats
        << "\n  outstanding_requests: " << c.dma.outstanding_requests
        << "\nvector_unit:\n  lanes: " << c.vector_unit.lanes
        << "\n  pipeline_cycles: " << c.vector_unit.pipeline_cycles
        << "\nmemory:\n  latency_cycles: " << c.memory.latency_cycles
        << "\n  bytes_per_cycle: " << c.memory.bytes_per_cycle
        << "\npower:\n  clock_gating: " << yes_no(c.power.clock_gating)
        << "\n  zero_gating: " << yes_no(c.power.zero_gating) << "\n";
    return out.str();
}

const char* to_string(CorrectionOrganization organization) {
    return organization == CorrectionOrganization::shared_column ? "shared_column" : "per_mac";
}

const char* to_string(DataflowChoice choice) { return kChoices.at(static_cast<std::size_t>(choice)); }
const char* to_string(Dataflow dataflow) { return kChoices.at(static_cast<std::size_t>(dataflow)); }

DataflowChoice parse_dataflow(const std::string& option, const std::string& text) {
    const auto* const found = std::find(kChoices.begin(), kChoices.end(), text);
    if (found == kChoices.end()) throw InputError(option, "'" + text + "'", "ws, os, is or auto");
    return static_cast<DataflowChoice>(found - kChoices.begin());
}

}  // namespace approxtlm
