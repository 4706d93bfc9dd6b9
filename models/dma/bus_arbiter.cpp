#include "models/dma/bus_arbiter.h"

#include <algorithm>

#include "models/dma/dma_timing.h"

namespace approxtlm {

std::uint64_t BusArbiter::Channel::memory_address() const {
    return transfer.memory_address + std::uint64_t{plane} * transfer.plane_stride +
           std::uint64_t{row} * transfer.row_stride + offset;
}

void BusArbiter::begin(DmaChannel channel, const DmaTransfer& transfer, Cycle at) {
    Channel& c = of(channel);
    c.transfer = transfer;
    c.row = c.plane = c.offset = 0;
    c.done_bytes = c.bursts = 0;
    c.in_flight.clear();
    c.requested = c.finished = at;
    c.active = transfer.bytes() > 0;
}

Cycle BusArbiter::next_grant() const {
    Cycle earliest = kNever;
    for (const Channel& c : channels_)
        if (c.active) earliest = std::min(earliest, c.requested + kArbitrationCycles);
    return earliest == kNever ? kNever : std::max(earliest, bus_free_);
}

BusArbiter::Burst BusArbiter::grant() {
    Burst burst;
    burst.granted = next_grant();
    last_granted_ = next_channel(last_granted_, kChannels, [&](std::size_t i) {
        return channels_[i].active && channels_[i].requested + kArbitrationCycles <= burst.granted;
    });
    const Channel& c = channels_[last_granted_];
    burst.channel = static_cast<DmaChannel>(last_granted_);
    burst.memory_address = c.memory_address();
    burst.local_address = c.transfer.local_address + c.done_bytes;
    burst.length = burst_length(config_, burst.memory_address, c.transfer.row_bytes - c.offset);
    bus_free_ = burst.granted + burst_bus_cycles(config_, burst.memory_address, burst.length);
    burst.bus_free = bus_free_;
    return burst;
}

void BusArbiter::complete(const Burst& burst, Cycle at) {
    Channel& c = of(burst.channel);
    // A bus narrower than the memory's port sets the pace.
    c.finished = std::max({at, burst.bus_free, c.finished});
    c.in_flight.push_back(c.finished);
    c.done_bytes += burst.length;
    ++c.bursts;
    c.offset += burst.length;
    if (c.offset == c.transfer.row_bytes) {
        c.offset = 0;
        if (++c.row == c.transfer.rows) {
            c.row = 0;
            ++c.plane;
        }
    }
    c.active = c.done_bytes < c.transfer.bytes();
    c.requested = burst.granted;
    if (c.in_flight.size() == config_.outstanding_requests) {
        c.requested = std::max(c.requested, c.in_flight.front());
        c.in_flight.pop_front();
    }
}

void BusArbiter::cancel(const Burst& burst) { of(burst.channel).active = false; }

}  // namespace approxtlm
