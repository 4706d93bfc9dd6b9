#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"

namespace approxtlm {

/// External memory with a fixed latency and a bandwidth that all initiators share.
///
/// A b_transport of n bytes that arrives at time t takes the data port from max(t, port free) for
/// ceil(n / bytes_per_cycle) cycles and answers latency_cycles later. transport_dbg costs nothing.
class Memory : public sc_core::sc_module {
public:
    tlm_utils::multi_passthrough_target_socket<Memory> port{"port"};

    Memory(const sc_core::sc_module_name& name, const MemoryConfig& config, sc_core::sc_time clock_period,
           std::size_t size_bytes);

private:
    void b_transport(int id, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned int transport_dbg(int id, tlm::tlm_generic_payload& payload);
    bool access(tlm::tlm_generic_payload& payload);

    const MemoryConfig config_;
    const sc_core::sc_time clock_period_;
    std::vector<std::uint8_t> bytes_;
    sc_core::sc_time port_free_;
};

}  // namespace approxtlm
