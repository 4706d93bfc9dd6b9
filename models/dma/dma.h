#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/dma/dma_transfer.h"

namespace approxtlm {

enum class DmaChannel : int { descriptor, weights, activations, store, count };

/// Moves tensors between memory and buffers, burst by burst. Four channels run side by side and share one bus
/// of bus_bytes a cycle, granted per burst in order of arrival; each channel keeps up to outstanding_requests
/// bursts in flight. Bursts never cross a row and are aligned to burst_beats * bus_bytes.
class Dma : public sc_core::sc_module {
public:
    static constexpr std::size_t kChannels = static_cast<std::size_t>(DmaChannel::count);

    /// One command socket per channel, index DmaChannel; the payload's data is a DmaTransfer.
    sc_core::sc_vector<tlm_utils::simple_target_socket_tagged<Dma>> channels{"channels", kChannels};
    tlm_utils::simple_initiator_socket<Dma> memory{"memory"};
    /// To the three local targets, index DmaLocal.
    sc_core::sc_vector<tlm_utils::simple_initiator_socket<Dma>> local{"local", 3};

    Dma(const sc_core::sc_module_name& name, const DmaConfig& config, sc_core::sc_time clock_period);

    /// What happened on one channel since the last call.
    struct Traffic {
        std::uint64_t read_bytes = 0, written_bytes = 0, bursts = 0;
    };
    Traffic take_traffic(DmaChannel channel);

private:
    void b_transport(int channel, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    bool transfer(int channel, DmaTransfer& command);
    bool burst(int channel, const DmaTransfer& command, std::uint64_t memory_address,
               std::uint64_t local_address, std::uint32_t length, std::vector<std::uint8_t>& data,
               sc_core::sc_time& completion);

    const DmaConfig config_;
    const sc_core::sc_time clock_period_;
    sc_core::sc_time bus_free_;
    std::array<Traffic, kChannels> traffic_{};
};

}  // namespace approxtlm
