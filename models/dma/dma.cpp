#include "models/dma/dma.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "models/dma/dma_timing.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

Dma::Dma(const sc_core::sc_module_name& name, const DmaConfig& config, sc_core::sc_time clock_period)
    : sc_module(name),
      config_(config),
      clock_period_(clock_period),
      data_(std::size_t{config.bus_bytes} * config.burst_beats) {
    SC_THREAD(arbitrate);
    for (std::size_t i = 0; i < kChannels; ++i)
        channels[i].register_b_transport(this, &Dma::b_transport, static_cast<int>(i));
}

Dma::Traffic Dma::take_traffic(DmaChannel channel) {
    return std::exchange(traffic_[static_cast<std::size_t>(channel)], Traffic{});
}

void Dma::b_transport(int channel, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    if (!payload.is_write() || payload.get_data_length() != sizeof(DmaTransfer)) {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        return;
    }
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    auto& command = *reinterpret_cast<DmaTransfer*>(payload.get_data_ptr());
    payload.set_response_status(transfer(channel, command) ? tlm::TLM_OK_RESPONSE
                                                           : tlm::TLM_GENERIC_ERROR_RESPONSE);
}

bool Dma::transfer(int channel, DmaTransfer& command) {
    Request& request = requests_[static_cast<std::size_t>(channel)];
    request.command = &command;
    request.local_address = command.local_address;
    std::deque<sc_core::sc_time> in_flight;  // completion times, ascending
    const auto wait_for = [](sc_core::sc_time moment) {
        if (moment > sc_core::sc_time_stamp()) sc_core::wait(moment - sc_core::sc_time_stamp());
    };
    for (std::uint32_t plane = 0; plane < command.planes; ++plane) {
        for (std::uint32_t row = 0; row < command.rows; ++row) {
            request.memory_address = command.memory_address + std::uint64_t{plane} * command.plane_stride +
                                     std::uint64_t{row} * command.row_stride;
            for (std::uint32_t left = command.row_bytes; left > 0; left -= request.length) {
                if (in_flight.size() == config_.outstanding_requests) {
                    wait_for(in_flight.front());
                    in_flight.pop_front();
                }
                request.length = burst_length(config_, request.memory_address, left);
                request.pending = true;
                requested_.notify(sc_core::SC_ZERO_TIME);
                wait(request.granted);
                if (!request.ok) {
                    command.failed_address = request.memory_address;
                    return false;
                }
                in_flight.push_back(request.completion);
                request.memory_address += request.length;
                request.local_address += request.length;
            }
        }
    }
    if (!in_flight.empty()) wait_for(in_flight.back());
    return true;
}

void Dma::arbitrate() {
    const sc_core::sc_time half_cycle = 0.5 * clock_period_;
    for (;;) {
        while (std::none_of(requests_.begin(), requests_.end(), [](const Request& r) { return r.pending; }))
            wait(requested_);
        // Requests arrive at cycle boundaries; decide in the middle of the cycle before the grant.
        const sc_core::sc_time next_cycle =
            (std::floor(sc_core::sc_time_stamp() / clock_period_) + kArbitrationCycles) * clock_period_;
        const sc_core::sc_time decision = std::max(next_cycle, bus_free_) - half_cycle;
        if (decision > sc_core::sc_time_stamp()) wait(decision - sc_core::sc_time_stamp());
        last_granted_ =
            next_channel(last_granted_, kChannels, [&](std::size_t i) { return requests_[i].pending; });
        Request& request = requests_[last_granted_];
        request.pending = false;
        burst(request, traffic_[last_granted_], half_cycle);
        request.granted.notify(sc_core::SC_ZERO_TIME);
    }
}

void Dma::burst(Request& request, Traffic& traffic, sc_core::sc_time to_grant) {
    const DmaTransfer& command = *request.command;
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const std::uint64_t bus_cycles = burst_bus_cycles(config_, request.memory_address, request.length);
    bus_free_ = now + to_grant + static_cast<double>(bus_cycles) * clock_period_;

    auto& buffer = local[static_cast<std::size_t>(command.local)];
    tlm::tlm_generic_payload local_payload, memory_payload;
    // The buffers' ports are wider than the bus: their access time hides behind the burst.
    sc_core::sc_time local_delay = to_grant, memory_delay = to_grant;
    set_transfer(local_payload, command.store ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND,
                 request.local_address, data_.data(), request.length);
    set_transfer(memory_payload, command.store ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND,
                 request.memory_address, data_.data(), request.length);
    if (command.store) buffer->b_transport(local_payload, local_delay);
    if (!command.store || local_payload.is_response_ok()) memory->b_transport(memory_payload, memory_delay);
    if (!command.store && memory_payload.is_response_ok()) buffer->b_transport(local_payload, local_delay);
    request.ok = memory_payload.is_response_ok() && local_payload.is_response_ok();
    if (!request.ok) return;

    // A bus narrower than the memory's port sets the pace.
    request.completion = std::max(now + memory_delay, bus_free_);
    (command.store ? traffic.written_bytes : traffic.read_bytes) += request.length;
    ++traffic.bursts;
}

}  // namespace approxtlm
