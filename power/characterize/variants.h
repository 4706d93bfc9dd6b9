#pragma once

#include <string>
#include <vector>

#include "models/arithmetic/multiplier.h"

namespace approxtlm::power {

/// One PE design to be characterised.
struct Variant {
    Multiplier multiplier;
    Encoding weights = Encoding::unsigned_codes;
    bool per_mac = false;
};

/// exact, perforated 1-3, recursive 2-5, truncated 4-9: unsigned, signed, and per-MAC with unsigned weights.
std::vector<Variant> default_variants();
/// "exact,truncated:7,truncated:7/signed,truncated:7/per_mac". Throws InputError naming `option`.
std::vector<Variant> parse_variants(const std::string& option, const std::string& text);

}  // namespace approxtlm::power
