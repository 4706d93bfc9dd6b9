#pragma once

#include <cstdint>
#include <string>

namespace approxtlm {

/// How an 8-bit weight code is read by the multiplier. Activations are always unsigned.
enum class Encoding { unsigned_codes, signed_codes };

Encoding parse_encoding(const std::string& text);  ///< "unsigned" | "signed"; throws InputError
std::string to_string(Encoding encoding);

/// Weight code as the integer it stands for: 0..255, or -128..127 when signed.
int weight_value(std::uint8_t code, Encoding encoding);

}  // namespace approxtlm
