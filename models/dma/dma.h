#pragma once

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/dma/bus_arbiter.h"
#include "models/dma/dma_transfer.h"

namespace approxtlm {

/// Moves tensors between memory and buffers, burst by burst. Four channels run side by side and share one bus
/// of bus_bytes a cycle: an arbiter looks at all requests of a cycle and grants the next one round robin, so
/// that a job's cycles do not depend on the order in which a simulator runs processes. Each channel keeps up
/// to outstanding_requests bursts in flight. Bursts never cross a row and are aligned to burst_beats *
/// bus_bytes.
class Dma : public sc_core::sc_module {
public:
    static constexpr std::size_t kChannels = BusArbiter::kChannels;

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
    SC_HAS_PROCESS(Dma);
    void b_transport(int channel, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    bool transfer(DmaChannel channel, DmaTransfer& command);
    void arbitrate();
    /// Moves a granted burst's bytes; `to_grant` is the time from now to the cycle of the grant.
    void move(const BusArbiter::Burst& burst, sc_core::sc_time to_grant);

    const DmaConfig config_;
    const sc_core::sc_time clock_period_;
    BusArbiter arbiter_;
    sc_core::sc_event requested_;
    /// A channel's transfer under way.
    struct Channel {
        DmaTransfer* command = nullptr;
        bool failed = false;
        sc_core::sc_event last_burst_granted;
        Traffic traffic;
    };
    std::array<Channel, kChannels> channels_;
    std::vector<std::uint8_t> data_;
};

}  // namespace approxtlm
