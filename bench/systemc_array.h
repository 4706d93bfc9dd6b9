#pragma once

#include <cstdint>

namespace approxtlm::bench {

/// A weight-stationary systolic array as it is usually written in SystemC: one SC_METHOD per PE on the rising
/// clock edge, registers are signals, every PE counts the toggles of its psum register. Returns the seconds
/// per PE update of `cycles` clock cycles.
double systemc_array_seconds(std::uint32_t cycles);

}  // namespace approxtlm::bench
