#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>

#include "models/common/accelerator_config.h"
#include "models/dma/dma.h"
#include "models/dma/dma_transfer.h"
#include "models/schedule/timed_queue.h"

namespace approxtlm {

/// The DMA's four channels on their bus and the memory behind it, burst by burst as Dma and Memory run them
/// (dma_timing.h, memory_timing.h), without SystemC and without data.
class BusSchedule {
public:
    static constexpr Cycle kNever = std::numeric_limits<Cycle>::max();

    BusSchedule(const DmaConfig& dma, const MemoryConfig& memory) : dma_(dma), memory_(memory) {}

    void begin(DmaChannel channel, const DmaTransfer& transfer, Cycle at);
    bool idle(DmaChannel channel) const { return !at(channel).active; }
    /// When the channel's last transfer has ended, and its number of bursts.
    Cycle finished(DmaChannel channel) const { return at(channel).finished; }
    std::uint64_t bursts(DmaChannel channel) const { return at(channel).bursts; }

    /// The cycle of the next grant, kNever without a request. Whatever requests at a moment before it must
    /// have begun when grant() is called.
    Cycle next_grant() const;
    void grant();

private:
    struct Channel {
        bool active = false;
        std::uint64_t address = 0, bursts = 0;
        std::uint32_t left = 0;
        Cycle requested = 0;          ///< the next burst can be granted in the cycle after
        std::deque<Cycle> in_flight;  ///< completions, ascending
        Cycle finished = 0;
    };
    const Channel& at(DmaChannel channel) const { return channels_[static_cast<std::size_t>(channel)]; }

    const DmaConfig dma_;
    const MemoryConfig memory_;
    std::array<Channel, Dma::kChannels> channels_;
    std::size_t last_granted_ = Dma::kChannels - 1;
    Cycle bus_free_ = 0, port_free_ = 0;
};

}  // namespace approxtlm
