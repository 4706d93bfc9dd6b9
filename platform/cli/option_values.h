#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace approxtlm::platform {

/// Calibration looks at no more images than this.
inline constexpr std::uint64_t kMostCalibrationImages = 256;

/// Values of command-line options; each throws InputError `--option: got X, expected Y`.
std::uint64_t parse_count(const std::string& option, const std::string& text, std::uint64_t low,
                          std::uint64_t high);
double parse_clock_mhz(const std::string& option, const std::string& text);   ///< 0.001 .. 100000
double parse_voltage_v(const std::string& option, const std::string& text);   ///< above 0, at most 10
double parse_quantum_us(const std::string& option, const std::string& text);  ///< 0 .. 1e6
/// "exact" -> 1, "sampled:K" -> K, "off" -> 0.
std::size_t parse_activity(const std::string& option, const std::string& text);

/// The value as a message shows it: printable, "nothing" when empty.
std::string shown(const std::string& text);

}  // namespace approxtlm::platform
