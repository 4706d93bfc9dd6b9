#include "models/registers/registers.h"

#include <cmath>
#include <cstring>

namespace approxtlm {

Registers::Registers(const sc_core::sc_module_name& name, const PeArrayConfig& array,
                     sc_core::sc_time clock_period)
    : sc_module(name), clock_period_(clock_period) {
    for (const RegisterDescription& d : kRegisterMap) values_[d.offset / 4] = d.reset;
    value(Register::capabilities) = array.rows | array.columns << 16;
    host.register_b_transport(this, &Registers::b_transport);
    SC_METHOD(drive_interrupt);
    sensitive << interrupt_changed_;
}

void Registers::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const std::uint64_t offset = payload.get_address();
    if (payload.get_data_length() != 4 || payload.get_streaming_width() < 4) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
        return;
    }
    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
        return;
    }
    if (offset % 4 != 0 || offset / 4 >= values_.size()) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return;
    }
    const Access access = kRegisterMap[offset / 4].access;
    const bool legal =
        (payload.is_read() && access != Access::wo) || (payload.is_write() && access != Access::ro);
    if (!legal) {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        return;
    }
    // Accesses have visible effects: catch up with the initiator's local time first.
    wait(delay);
    delay = clock_period_;
    if (payload.is_read()) {
        std::memcpy(payload.get_data_ptr(), &values_[offset / 4], 4);
    } else {
        std::uint32_t data = 0;
        std::memcpy(&data, payload.get_data_ptr(), 4);
        write(static_cast<std::uint32_t>(offset), data);
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void Registers::write(std::uint32_t offset, std::uint32_t data) {
    const auto reg = static_cast<Register>(offset);
    if (kRegisterMap[offset / 4].access == Access::w1c) {
        value(reg) &= ~data;
    } else if (reg == Register::control) {
        if ((data & kControlStart) == 0) return;
        if (value(Register::status) & kStatusBusy) {
            value(Register::error_code) = static_cast<std::uint32_t>(JobError::start_while_busy);
            return;
        }
        value(Register::status) = kStatusBusy;
        value(Register::layers_done) = 0;
        value(Register::error_code) = static_cast<std::uint32_t>(JobError::none);
        value(Register::error_address) = 0;
        started_ = sc_core::sc_time_stamp();
        start.notify(sc_core::SC_ZERO_TIME);
    } else {
        value(reg) = data;
    }
    interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void Registers::finish(JobError error, std::uint64_t error_address) {
    const auto cycles =
        static_cast<std::uint64_t>(std::llround((sc_core::sc_time_stamp() - started_) / clock_period_));
    value(Register::cycles_low) = static_cast<std::uint32_t>(cycles);
    value(Register::cycles_high) = static_cast<std::uint32_t>(cycles >> 32);
    if (error != JobError::none) {
        value(Register::error_code) = static_cast<std::uint32_t>(error);
        value(Register::error_address) = static_cast<std::uint32_t>(error_address);
    }
    value(Register::status) = error == JobError::none ? kStatusDone : kStatusDone | kStatusError;
    value(Register::interrupt_status) |= kInterruptJobEnded;
    interrupt_changed_.notify(sc_core::SC_ZERO_TIME);
}

void Registers::drive_interrupt() {
    interrupt.write((value(Register::interrupt_status) & value(Register::interrupt_enable)) != 0);
}

}  // namespace approxtlm
