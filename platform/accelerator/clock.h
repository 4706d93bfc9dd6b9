#pragma once

#include <systemc>

namespace approxtlm::platform {

/// Of every simulated accelerator. Cycles do not depend on the clock's period, so any will do.
inline const sc_core::sc_time kClockPeriod(1, sc_core::SC_NS);

}  // namespace approxtlm::platform
