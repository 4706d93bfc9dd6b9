#pragma once

#include <string>

#include "models/arithmetic/multiplier.h"
#include "power/technology/yaml_map.h"

namespace approxtlm::power {

/// Key of a design's circuits in technology files: multiplier[/signed][/per_mac], e.g. "truncated:7/signed".
std::string variant_name(const Multiplier& multiplier, Encoding encoding, bool per_mac);

/// Throws InputError unless variant_name can make `name`; `per_mac`: whether it may end in /per_mac.
void check_variant_name(const YamlMap& in, const std::string& name, bool per_mac);

}  // namespace approxtlm::power
