#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/buffers/window_extension.h"
#include "models/common/accelerator_config.h"
#include "models/common/buffer_timing.h"

namespace approxtlm {

/// On-chip scratchpad (weights, activations or accumulators). Every bound initiator has a port of its own; an
/// access of n bytes adds ceil(n / (banks * port_bytes)) cycles to its delay. A read that carries a
/// WindowExtension delivers an im2col window (models/buffers/window_extension.h) a vector at a time, each
/// ceil(vector bytes / width) cycles and more where its words share a bank (window_cycles). Grants a direct
/// pointer to all bytes: for users whose access time is hidden.
class Buffer : public sc_core::sc_module {
public:
    tlm_utils::multi_passthrough_target_socket<Buffer> port{"port"};

    Buffer(const sc_core::sc_module_name& name, const BufferConfig& config, sc_core::sc_time clock_period);

private:
    /// Gathers the window; cycles it takes, 0 with an error response.
    std::uint64_t read_window(tlm::tlm_generic_payload& payload, WindowExtension& extension);
    bool get_direct_mem_ptr(int id, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
    void b_transport(int id, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

    const BufferConfig config_;
    const sc_core::sc_time clock_period_;
    std::vector<std::uint8_t> bytes_;
    WindowTimer window_timer_;
};

}  // namespace approxtlm
