#include "models/schedule/bus_schedule.h"

#include <algorithm>

#include "models/memory/memory_timing.h"

namespace approxtlm {

void BusSchedule::serve_next() {
    const Burst burst = grant();
    port_free_ = std::max(burst.granted, port_free_) + memory_port_cycles(memory_, burst.length);
    complete(burst, port_free_ + memory_.latency_cycles);
}

}  // namespace approxtlm
