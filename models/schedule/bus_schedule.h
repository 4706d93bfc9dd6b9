#pragma once

#include <cstdint>

#include "models/common/accelerator_config.h"
#include "models/dma/bus_arbiter.h"

namespace approxtlm {

/// The DMA's channels on their bus with the memory behind it, as Dma and Memory run them, without SystemC
/// and without data.
class BusSchedule : public BusArbiter {
public:
    BusSchedule(const DmaConfig& dma, const MemoryConfig& memory) : BusArbiter(dma), memory_(memory) {}

    /// Grants and serves one burst.
    void serve_next();

private:
    const MemoryConfig memory_;
    Cycle port_free_ = 0;
};

}  // namespace approxtlm
