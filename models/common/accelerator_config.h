#pragma once

#include <cstdint>
#include <string>

#include "models/common/layer_descriptor.h"

namespace approxtlm {

/// Where the sum of the control variable x is formed.
enum class CorrectionOrganization {
    shared_column,  ///< one extra column of PEs for the whole array
    per_mac         ///< every PE accumulates x beside its partial sum (the paper's MAC*)
};

/// How layers get their Dataflow (LayerDescriptor::dataflow): one for all, or each the fastest.
enum class DataflowChoice { ws, os, is, automatic };

struct PeArrayConfig {
    std::uint32_t rows = 64;     ///< reduction dimension K, 1..256
    std::uint32_t columns = 64;  ///< filters, 1..256
    bool shadow_weights = true;  ///< a second weight register per PE hides weight loading behind streaming
    DataflowChoice dataflow = DataflowChoice::ws;
    std::uint32_t multiplier_stages = 0;  ///< pipeline registers between multiplier and adder, 0..3
};

struct CorrectionConfig {
    CorrectionOrganization organization = CorrectionOrganization::shared_column;
    std::uint32_t coefficient_fraction_bits = 8;  ///< of C_f, 0..12
    std::uint32_t coefficient_bits = 20;          ///< width of C_f, two's complement, saturating, 2..24
    bool pipelined = true;  ///< false: MAC+ takes two cycles a vector and halves the array's throughput
};

struct BufferConfig {
    std::uint32_t capacity_bytes = 0;  ///< 256..64 Mi
    std::uint32_t banks = 1;           ///< interleaved by port width, power of two, 1..64
    std::uint32_t port_bytes = 64;     ///< a word: bytes one bank delivers in a cycle, 1..2048
    std::uint32_t bank_skew = 0;       ///< banks a row of words starts further on than the row before, 0..63
};

struct DmaConfig {
    std::uint32_t bus_bytes = 16;            ///< a beat, power of two, 4..128
    std::uint32_t burst_beats = 16;          ///< power of two, 1..256
    std::uint32_t outstanding_requests = 8;  ///< bursts in flight per channel, 1..64
};

struct VectorUnitConfig {
    std::uint32_t lanes = 64;           ///< elements a cycle, 1..1024
    std::uint32_t pipeline_cycles = 4;  ///< latency of one element, 1..64
};

struct MemoryConfig {
    std::uint32_t latency_cycles = 40;   ///< request to first beat, 0..10000
    std::uint32_t bytes_per_cycle = 16;  ///< bandwidth, 1..1024
};

/// What the circuits leave out when there is nothing to do. No cycle and no bit depends on it.
struct PowerConfig {
    bool clock_gating = true;  ///< registers of idle PEs, and held weights, see no clock
    bool zero_gating =
        false;  ///< a PE keeps its activation and product while a zero passes (weight-stationary)
};

/// Everything the accelerator model needs to know, resolved once. Cycles of the accelerator clock throughout.
struct AcceleratorConfig {
    PeArrayConfig pe_array;
    CorrectionConfig correction;
    BufferConfig weight_buffer{64u * 1024u, 1, 64};
    BufferConfig activation_buffer{256u * 1024u, 16, 16, 6};
    BufferConfig accumulator_buffer{272u * 1024u, 1, 264};
    DmaConfig dma;
    VectorUnitConfig vector_unit;
    MemoryConfig memory;
    PowerConfig power;
};

/// Reads a YAML accelerator description. Missing keys keep their defaults; unknown keys, wrong types and
/// values out of range throw InputError with `file:line`.
AcceleratorConfig read_accelerator_config(const std::string& path);

/// The effective configuration as YAML text that read_accelerator_config accepts again.
std::string to_yaml(const AcceleratorConfig& config);

const char* to_string(CorrectionOrganization organization);
const char* to_string(DataflowChoice choice);  ///< "ws", "os", "is", "auto"
const char* to_string(Dataflow dataflow);      ///< "ws", "os", "is"
DataflowChoice parse_dataflow(const std::string& option, const std::string& text);  ///< throws InputError

}  // namespace approxtlm
