#include "models/schedule/bus_schedule.h"

#include <algorithm>

#include "models/dma/dma_timing.h"
#include "models/memory/memory_timing.h"

namespace approxtlm {

void BusSchedule::begin(DmaChannel channel, const DmaTransfer& transfer, Cycle at) {
    Channel& c = channels_[static_cast<std::size_t>(channel)];
    c = Channel{};
    c.active = true;
    c.address = transfer.memory_address;
    c.left = transfer.row_bytes;
    c.requested = at;
}

Cycle BusSchedule::next_grant() const {
    Cycle earliest = kNever;
    for (const Channel& c : channels_)
        if (c.active) earliest = std::min(earliest, c.requested + kArbitrationCycles);
    return earliest == kNever ? kNever : std::max(earliest, bus_free_);
}

void BusSchedule::grant() {
    const Cycle granted = next_grant();
    last_granted_ = next_channel(last_granted_, channels_.size(), [&](std::size_t i) {
        return channels_[i].active && channels_[i].requested + kArbitrationCycles <= granted;
    });
    Channel& c = channels_[last_granted_];
    const std::uint32_t length = burst_length(dma_, c.address, c.left);
    bus_free_ = granted + burst_bus_cycles(dma_, c.address, length);
    port_free_ = std::max(granted, port_free_) + memory_port_cycles(memory_, length);
    // A bus narrower than the memory's port sets the pace.
    c.in_flight.push_back(std::max(port_free_ + memory_.latency_cycles, bus_free_));
    c.address += length;
    c.left -= length;
    ++c.bursts;
    if (c.left == 0) {
        c.finished = c.in_flight.back();
        c.active = false;
        return;
    }
    c.requested = granted;
    if (c.in_flight.size() == dma_.outstanding_requests) {
        c.requested = std::max(granted, c.in_flight.front());
        c.in_flight.pop_front();
    }
}

}  // namespace approxtlm
