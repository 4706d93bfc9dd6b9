#include "models/memory/memory.h"

#include <algorithm>

#include "models/memory/memory_timing.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

Memory::Memory(const sc_core::sc_module_name& name, const MemoryConfig& config, sc_core::sc_time clock_period,
               std::size_t size_bytes)
    : sc_module(name), config_(config), clock_period_(clock_period), bytes_(size_bytes) {
    port.register_b_transport(this, &Memory::b_transport);
    port.register_transport_dbg(this, &Memory::transport_dbg);
}

bool Memory::access(tlm::tlm_generic_payload& payload) {
    return access_bytes(payload, bytes_.data(), bytes_.size());
}

void Memory::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (!access(payload)) return;
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const sc_core::sc_time start = std::max(now + delay, port_free_);
    const std::uint64_t cycles = memory_port_cycles(config_, payload.get_data_length());
    port_free_ = start + static_cast<double>(cycles) * clock_period_;
    delay = port_free_ + config_.latency_cycles * clock_period_ - now;
}

unsigned int Memory::transport_dbg(int, tlm::tlm_generic_payload& payload) {
    return access(payload) ? payload.get_data_length() : 0;
}

}  // namespace approxtlm
