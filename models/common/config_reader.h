#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <string>
#include <vector>

#include "models/common/accelerator_ranges.h"

namespace approxtlm {

/// Reads one YAML map key by key. Every key is ranged; a duplicate, an unknown key, a wrong type or a value
/// out of range throws InputError `file:line: section.key: got X, expected Y`. A missing key keeps the
/// caller's default.
class ConfigReader {
public:
    /// Parses a file of at most 1 MiB of UTF-8 that holds one YAML map, or nothing.
    static ConfigReader load(const std::string& path);
    static ConfigReader parse(const std::string& text, const std::string& file);

    std::uint32_t integer(const std::string& key, std::uint32_t current, IntegerRange range);
    std::uint32_t power_of_two(const std::string& key, std::uint32_t current, IntegerRange range);
    bool boolean(const std::string& key, bool current);
    /// Index of the chosen name.
    std::size_t choice(const std::string& key, std::size_t current, const std::vector<std::string>& names);
    ConfigReader section(const std::string& key);

    /// Call last: any key that nobody asked for is an error.
    void finish() const;

    /// Throws for `key` (its line when the file has it, else the file alone): for checks across keys.
    [[noreturn]] void fail(const std::string& key, const std::string& got, const std::string& expected) const;

private:
    ConfigReader(const YAML::Node& map, std::string file, std::string prefix);
    YAML::Node find(const std::string& key);
    std::uint32_t ranged(const std::string& key, std::uint32_t current, IntegerRange range,
                         const std::string& expected, bool power_of_two);

    struct Entry {
        std::string key;
        int line = 0;
        YAML::Node value;
    };
    const Entry* entry(const std::string& key) const;

    std::string file_, prefix_;
    std::vector<Entry> entries_;
    std::vector<std::string> known_;
};

}  // namespace approxtlm
