#pragma once

#include <string>

#include "power/technology/technology.h"
#include "power/technology/yaml_map.h"

namespace approxtlm::power {

/// Reads one technology file, whole and strictly.
class TechnologyReader {
public:
    /// `shown` is the path that errors print.
    static Technology read(const std::string& file, const std::string& shown);

private:
    static Technology::ByRows by_rows(YamlMap& in, const std::string& key);
    static Technology::Pe pe(YamlMap in, double activation_toggles);
    static Technology::Correction correction(YamlMap in);
    static Technology::ByCapacity by_capacity(YamlMap in);
    static Quantity quantity(YamlMap in);
    static void header(YamlMap& in, Technology& t);
    static void tables(YamlMap& in, Technology& t);
};

}  // namespace approxtlm::power
