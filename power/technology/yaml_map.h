#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace approxtlm::power {

/// A YAML mapping that must be understood completely: every key read once, none left over, none twice. Errors
/// read `file:line: key.path: got X, expected Y`.
class YamlMap {
public:
    YamlMap(const YAML::Node& node, std::string file, std::string where);

    std::string text(const std::string& key);
    std::string any_text(const std::string& key);    ///< may be empty
    double number(const std::string& key);           ///< finite, at least 0
    double signed_number(const std::string& key);    ///< finite
    unsigned row(const std::string& key);            ///< 1..256
    double positive_number(const std::string& key);  ///< finite, above 0
    YamlMap map(const std::string& key);
    /// A non-empty map of positive numbers to positive numbers.
    std::map<double, double> number_map(const std::string& key);
    std::vector<std::string> names() const;
    /// Keys that are rows of an array, 1..256, in a map that is not empty.
    std::vector<std::pair<unsigned, std::string>> rows() const;
    /// Throws when a key was not read.
    void finish() const;

    [[noreturn]] void fail(const std::string& key, const std::string& got, const std::string& expected) const;

private:
    YAML::Node take(const std::string& key);
    double parse(const YAML::Node& node, const std::string& key, double least, bool above) const;
    unsigned parse_row(const YAML::Node& node, const std::string& key) const;
    std::string at(const YAML::Node& node, const std::string& key) const;

    YAML::Node node_;
    std::string file_, where_;
    std::set<std::string> read_;
};

}  // namespace approxtlm::power
