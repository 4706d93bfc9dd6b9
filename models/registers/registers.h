#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <array>
#include <cstdint>
#include <systemc>
#include <tlm>

#include "models/common/accelerator_config.h"
#include "models/registers/register_map.h"

namespace approxtlm {

/// The host's view of the accelerator (register_map.h). 32-bit aligned accesses only; a bad access answers
/// with a TLM error status. The sequencer reads the job through base() and count() and reports through
/// finish().
class Registers : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Registers> host{"host"};
    sc_core::sc_out<bool> interrupt{"interrupt"};
    sc_core::sc_event start;  ///< a job was accepted

    Registers(const sc_core::sc_module_name& name, const PeArrayConfig& array, sc_core::sc_time clock_period);

    std::uint32_t descriptor_base() const { return value(Register::descriptor_base); }
    std::uint32_t descriptor_count() const { return value(Register::descriptor_count); }
    void set_layers_done(std::uint32_t layers) { value(Register::layers_done) = layers; }
    /// Ends the job: status, cycle counter since START, error and interrupt.
    void finish(JobError error, std::uint64_t error_address);

private:
    SC_HAS_PROCESS(Registers);
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void write(std::uint32_t offset, std::uint32_t data);
    void drive_interrupt();

    std::uint32_t& value(Register r) { return values_[static_cast<std::uint32_t>(r) / 4]; }
    std::uint32_t value(Register r) const { return values_[static_cast<std::uint32_t>(r) / 4]; }

    const sc_core::sc_time clock_period_;
    std::array<std::uint32_t, kRegisterMap.size()> values_{};
    sc_core::sc_time started_;
    sc_core::sc_event interrupt_changed_;
};

}  // namespace approxtlm
