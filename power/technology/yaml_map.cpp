#include "power/technology/yaml_map.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <utility>

#include "models/common/error.h"

namespace approxtlm::power {
namespace {

std::string describe(const YAML::Node& node) {
    if (node.IsMap()) return "a map";
    if (node.IsSequence()) return "a list";
    if (node.IsNull()) return "nothing";
    return node.Scalar();
}

}  // namespace

YamlMap::YamlMap(const YAML::Node& node, std::string file, std::string where)
    : node_(node), file_(std::move(file)), where_(std::move(where)) {
    if (!node_.IsMap()) throw InputError(at(node_, ""), describe(node_), "a map");
    std::set<std::string> seen;
    for (const auto& entry : node_)
        if (!seen.insert(entry.first.Scalar()).second)
            throw InputError(at(entry.first, entry.first.Scalar()), "the key twice", "it once");
}

std::string YamlMap::at(const YAML::Node& node, const std::string& key) const {
    const std::string separator = where_.empty() || key.empty() ? "" : ".";
    const int line = node.Mark().line;  // -1 where yaml-cpp has no position
    const std::string place = line < 0 ? file_ : fmt::format("{}:{}", file_, line + 1);
    const std::string path = where_ + separator + key;
    return path.empty() ? place : place + ": " + path;
}

void YamlMap::fail(const std::string& key, const std::string& got, const std::string& expected) const {
    const YAML::Node value = std::as_const(node_)[key];
    throw InputError(at(value.IsDefined() ? value : node_, key), got, expected);
}

YAML::Node YamlMap::take(const std::string& key) {
    const YAML::Node value = std::as_const(node_)[key];
    if (!value.IsDefined()) throw InputError(at(node_, key), "no such key", "it in every technology file");
    read_.insert(key);
    return value;
}

double YamlMap::parse(const YAML::Node& node, const std::string& key, double least, bool above) const {
    const bool any = least == std::numeric_limits<double>::lowest();
    const std::string expected =
        any ? "a finite number"
            : fmt::format("a finite number {} {}", above ? "above" : "of at least", least);
    double value = 0;
    if (!node.IsScalar() || !YAML::convert<double>::decode(node, value))
        throw InputError(at(node, key), describe(node), expected);
    if (!std::isfinite(value) || value < least || (above && value == least))
        throw InputError(at(node, key), node.Scalar(), expected);
    return value;
}

std::string YamlMap::text(const std::string& key) {
    const YAML::Node value = take(key);
    if (!value.IsScalar() || value.Scalar().empty())
        throw InputError(at(value, key), describe(value), "a text");
    return value.Scalar();
}

std::string YamlMap::any_text(const std::string& key) {
    const YAML::Node value = take(key);
    if (!value.IsScalar()) throw InputError(at(value, key), describe(value), "a text");
    return value.Scalar();
}

double YamlMap::signed_number(const std::string& key) {
    return parse(take(key), key, std::numeric_limits<double>::lowest(), false);
}

unsigned YamlMap::row(const std::string& key) { return parse_row(take(key), key); }

unsigned YamlMap::parse_row(const YAML::Node& node, const std::string& key) const {
    const double value = parse(node, key, 0, true);
    if (value != std::floor(value) || value > 256)
        throw InputError(at(node, key), node.Scalar(), "a row, 1 to 256");
    return static_cast<unsigned>(value);
}

std::vector<std::pair<unsigned, std::string>> YamlMap::rows() const {
    std::vector<std::pair<unsigned, std::string>> result;
    for (const auto& entry : node_)
        result.emplace_back(parse_row(entry.first, entry.first.Scalar()), entry.first.Scalar());
    if (result.empty()) throw InputError(at(node_, ""), "an empty map", "at least one row");
    return result;
}

double YamlMap::number(const std::string& key) { return parse(take(key), key, 0, false); }

double YamlMap::positive_number(const std::string& key) { return parse(take(key), key, 0, true); }

YamlMap YamlMap::map(const std::string& key) {
    return {take(key), file_, where_.empty() ? key : where_ + "." + key};
}

std::map<double, double> YamlMap::number_map(const std::string& key) {
    const YamlMap table = map(key);
    std::map<double, double> result;
    for (const auto& entry : table.node_)
        result[parse(entry.first, key, 0, true)] = parse(entry.second, key, 0, true);
    if (result.empty()) fail(key, "an empty map", "at least one entry");
    return result;
}

std::vector<std::string> YamlMap::names() const {
    std::vector<std::string> result;
    for (const auto& entry : node_) result.push_back(entry.first.Scalar());
    return result;
}

void YamlMap::finish() const {
    for (const auto& entry : node_)
        if (read_.count(entry.first.Scalar()) == 0)
            throw InputError(at(entry.first, entry.first.Scalar()), "an unknown key",
                             fmt::format("one of {}", fmt::join(read_, ", ")));
}

}  // namespace approxtlm::power
