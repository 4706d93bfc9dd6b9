#pragma once

#include <cstdint>

namespace approxtlm {

enum class DmaChannel : int { descriptor, weights, activations, store, count };

/// The local side of a transfer.
enum class DmaLocal : std::uint32_t { descriptor, weight_buffer, activation_buffer };

/// A channel's command: `planes` x `rows` x `row_bytes` in memory, strided, to or from consecutive local
/// bytes. Written to a channel's socket; the write returns when the last byte has arrived.
struct DmaTransfer {
    std::uint64_t memory_address = 0;
    std::uint64_t local_address = 0;
    std::uint32_t row_bytes = 0;
    std::uint32_t rows = 1;
    std::uint32_t planes = 1;
    std::uint32_t row_stride = 0;
    std::uint32_t plane_stride = 0;
    DmaLocal local = DmaLocal::activation_buffer;
    bool store = false;                ///< local to memory
    std::uint64_t failed_address = 0;  ///< out: memory address of the burst that met an error response

    std::uint64_t bytes() const { return std::uint64_t{row_bytes} * rows * planes; }
};

}  // namespace approxtlm
