#include "models/dma/dma.h"

#include <cmath>
#include <utility>

#include "models/tlm_support/access.h"

namespace approxtlm {

Dma::Dma(const sc_core::sc_module_name& name, const DmaConfig& config, sc_core::sc_time clock_period)
    : sc_module(name),
      config_(config),
      clock_period_(clock_period),
      arbiter_(config),
      data_(std::size_t{config.bus_bytes} * config.burst_beats) {
    SC_THREAD(arbitrate);
    for (std::size_t i = 0; i < kChannels; ++i)
        channels[i].register_b_transport(this, &Dma::b_transport, static_cast<int>(i));
}

Dma::Traffic Dma::take_traffic(DmaChannel channel) {
    return std::exchange(channels_[static_cast<std::size_t>(channel)].traffic, Traffic{});
}

void Dma::b_transport(int channel, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (!payload.is_write() || payload.get_data_length() != sizeof(DmaTransfer)) {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        return;
    }
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    auto& command = *reinterpret_cast<DmaTransfer*>(payload.get_data_ptr());
    payload.set_response_status(transfer(static_cast<DmaChannel>(channel), command)
                                    ? tlm::TLM_OK_RESPONSE
                                    : tlm::TLM_GENERIC_ERROR_RESPONSE);
}

bool Dma::transfer(DmaChannel channel, DmaTransfer& command) {
    Channel& c = channels_[static_cast<std::size_t>(channel)];
    c.command = &command;
    c.failed = false;
    arbiter_.begin(channel, command, static_cast<Cycle>(sc_core::sc_time_stamp() / clock_period_));
    if (!arbiter_.idle(channel)) {
        requested_.notify(sc_core::SC_ZERO_TIME);
        wait(c.last_burst_granted);
    }
    if (c.failed) return false;
    const sc_core::sc_time end = static_cast<double>(arbiter_.finished(channel)) * clock_period_;
    if (end > sc_core::sc_time_stamp()) wait(end - sc_core::sc_time_stamp());
    return true;
}

void Dma::arbitrate() {
    const sc_core::sc_time half_cycle = 0.5 * clock_period_;
    for (;;) {
        const Cycle next = arbiter_.next_grant();
        if (next == kNever) {
            wait(requested_);
            continue;
        }
        // Requests arrive at cycle boundaries; decide in the middle of the cycle before the grant.
        const sc_core::sc_time decision = static_cast<double>(next) * clock_period_ - half_cycle;
        if (decision > sc_core::sc_time_stamp()) {
            wait(decision - sc_core::sc_time_stamp(), requested_);
            continue;
        }
        move(arbiter_.grant(), half_cycle);
    }
}

void Dma::move(const BusArbiter::Burst& burst, sc_core::sc_time to_grant) {
    Channel& c = channels_[static_cast<std::size_t>(burst.channel)];
    const bool store = c.command->store;
    auto& buffer = local[static_cast<std::size_t>(c.command->local)];
    tlm::tlm_generic_payload local_payload, memory_payload;
    // The buffers' ports are wider than the bus: their access time hides behind the burst.
    sc_core::sc_time local_delay = to_grant, memory_delay = to_grant;
    set_transfer(local_payload, store ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND, burst.local_address,
                 data_.data(), burst.length);
    set_transfer(memory_payload, store ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND, burst.memory_address,
                 data_.data(), burst.length);
    const sc_core::sc_time asked = sc_core::sc_time_stamp();
    if (store) buffer->b_transport(local_payload, local_delay);
    if (!store || local_payload.is_response_ok()) memory->b_transport(memory_payload, memory_delay);
    if (!store && memory_payload.is_response_ok()) buffer->b_transport(local_payload, local_delay);
    if (memory_payload.is_response_ok() && local_payload.is_response_ok()) {
        arbiter_.complete(burst, static_cast<Cycle>(std::ceil((asked + memory_delay) / clock_period_)));
        (store ? c.traffic.written_bytes : c.traffic.read_bytes) += burst.length;
        ++c.traffic.bursts;
    } else {
        c.command->failed_address = burst.memory_address;
        c.failed = true;
        arbiter_.cancel(burst);
    }
    if (arbiter_.idle(burst.channel)) c.last_burst_granted.notify(sc_core::SC_ZERO_TIME);
}

}  // namespace approxtlm
