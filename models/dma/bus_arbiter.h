#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "models/common/accelerator_config.h"
#include "models/common/cycle.h"
#include "models/dma/dma_transfer.h"

namespace approxtlm {

/// The channels' transfers as bursts on one bus, in which order and in which cycles: bookkeeping without
/// SystemC, data or memory. A channel asks for its next burst in the cycle of the last one's grant, or once
/// fewer than outstanding_requests are in flight; the bus goes round robin over the channels that asked
/// before the cycle of the grant (dma_timing.h).
class BusArbiter {
public:
    static constexpr std::size_t kChannels = static_cast<std::size_t>(DmaChannel::count);

    explicit BusArbiter(const DmaConfig& config) : config_(config) {}

    /// `transfer` is copied; the channel must be idle.
    void begin(DmaChannel channel, const DmaTransfer& transfer, Cycle at);
    bool idle(DmaChannel channel) const { return !of(channel).active; }
    /// Of the channel's last transfer: when its last byte arrived, and its bursts.
    Cycle finished(DmaChannel channel) const { return of(channel).finished; }
    std::uint64_t bursts(DmaChannel channel) const { return of(channel).bursts; }

    /// The cycle of the next grant, kNever without a request. Whatever begins before that cycle must have
    /// begun when grant() is called.
    Cycle next_grant() const;

    struct Burst {
        DmaChannel channel{};
        std::uint64_t memory_address = 0, local_address = 0;
        std::uint32_t length = 0;
        Cycle granted = 0, bus_free = 0;
    };
    /// Grants one burst. complete() or cancel() must follow before the next.
    Burst grant();
    /// The granted burst's last byte arrives at `at`, not before the burst has left the bus.
    void complete(const Burst& burst, Cycle at);
    /// The granted burst failed: its channel is idle from now on.
    void cancel(const Burst& burst);

private:
    struct Channel {
        bool active = false;
        DmaTransfer transfer;
        std::uint32_t row = 0, plane = 0, offset = 0;  ///< of the next burst
        std::uint64_t done_bytes = 0, bursts = 0;
        Cycle requested = 0;
        std::deque<Cycle> in_flight;  ///< completions, ascending
        Cycle finished = 0;

        std::uint64_t memory_address() const;
    };
    const Channel& of(DmaChannel channel) const { return channels_[static_cast<std::size_t>(channel)]; }
    Channel& of(DmaChannel channel) { return channels_[static_cast<std::size_t>(channel)]; }

    const DmaConfig config_;
    std::array<Channel, kChannels> channels_;
    std::size_t last_granted_ = kChannels - 1;
    Cycle bus_free_ = 0;
};

}  // namespace approxtlm
