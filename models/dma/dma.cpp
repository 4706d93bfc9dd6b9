#include "models/dma/dma.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "models/common/tiling.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

Dma::Dma(const sc_core::sc_module_name& name, const DmaConfig& config, sc_core::sc_time clock_period)
    : sc_module(name), config_(config), clock_period_(clock_period) {
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
    const std::uint32_t burst_bytes = config_.bus_bytes * config_.burst_beats;
    std::vector<std::uint8_t> data(burst_bytes);
    std::deque<sc_core::sc_time> in_flight;  // completion times, ascending
    sc_core::sc_time last = sc_core::sc_time_stamp();
    std::uint64_t local_address = command.local_address;
    for (std::uint32_t plane = 0; plane < command.planes; ++plane) {
        for (std::uint32_t row = 0; row < command.rows; ++row) {
            std::uint64_t address = command.memory_address + std::uint64_t{plane} * command.plane_stride +
                                    std::uint64_t{row} * command.row_stride;
            for (std::uint32_t left = command.row_bytes; left > 0;) {
                const auto to_boundary = static_cast<std::uint32_t>(burst_bytes - address % burst_bytes);
                const std::uint32_t length = std::min(left, to_boundary);
                if (in_flight.size() == config_.outstanding_requests) {
                    if (in_flight.front() > sc_core::sc_time_stamp())
                        wait(in_flight.front() - sc_core::sc_time_stamp());
                    in_flight.pop_front();
                }
                sc_core::sc_time completion;
                if (!burst(channel, command, address, local_address, length, data, completion)) {
                    command.failed_address = address;
                    return false;
                }
                in_flight.push_back(completion);
                last = std::max(last, completion);
                address += length;
                local_address += length;
                left -= length;
            }
        }
    }
    if (last > sc_core::sc_time_stamp()) wait(last - sc_core::sc_time_stamp());
    return true;
}

bool Dma::burst(int channel, const DmaTransfer& command, std::uint64_t memory_address,
                std::uint64_t local_address, std::uint32_t length, std::vector<std::uint8_t>& data,
                sc_core::sc_time& completion) {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const sc_core::sc_time grant = std::max(now, bus_free_);
    const auto offset = static_cast<std::uint32_t>(memory_address % config_.bus_bytes);
    bus_free_ = grant + ceil_div(offset + length, config_.bus_bytes) * clock_period_;

    auto& buffer = local[static_cast<std::size_t>(command.local)];
    tlm::tlm_generic_payload local_payload, memory_payload;
    // The buffers' ports are wider than the bus: their access time hides behind the burst.
    sc_core::sc_time local_delay = grant - now;
    sc_core::sc_time memory_delay = grant - now;
    set_transfer(local_payload, command.store ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND, local_address,
                 data.data(), length);
    set_transfer(memory_payload, command.store ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND,
                 memory_address, data.data(), length);
    if (command.store) buffer->b_transport(local_payload, local_delay);
    if (!command.store || local_payload.is_response_ok()) memory->b_transport(memory_payload, memory_delay);
    if (!memory_payload.is_response_ok()) return false;
    if (!command.store) buffer->b_transport(local_payload, local_delay);
    if (!local_payload.is_response_ok()) return false;

    // A bus narrower than the memory's port sets the pace.
    completion = std::max(now + memory_delay, bus_free_);
    Traffic& traffic = traffic_[static_cast<std::size_t>(channel)];
    (command.store ? traffic.written_bytes : traffic.read_bytes) += length;
    ++traffic.bursts;
    return true;
}

}  // namespace approxtlm
