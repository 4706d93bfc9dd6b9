#include "models/common/config_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm {
namespace {

constexpr std::size_t kLargestFile = 1u << 20;

std::string at_line(const std::string& file, int line) { return file + ":" + std::to_string(line); }

std::string describe(const YAML::Node& value) {
    if (value.IsMap()) return "a map";
    if (value.IsSequence()) return "a list";
    if (value.IsNull() || !value.IsDefined()) return "nothing";
    // yaml-cpp tags quoted scalars "!": text, even where the letters spell a number.
    return value.Tag() == "!" ? "the text \"" + printable(value.Scalar()) + "\"" : printable(value.Scalar());
}

bool is_plain_scalar(const YAML::Node& value) { return value.IsScalar() && value.Tag() == "?"; }

/// Decimal digits, at most one minus sign, no leading zero (YAML 1.1 would call it octal).
bool is_decimal(const std::string& text) {
    const std::size_t start = text[0] == '-' ? 1 : 0;
    if (start == text.size()) return false;
    if (text[start] == '0' && text.size() > start + 1) return false;
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace

ConfigReader ConfigReader::load(const std::string& path) {
    return parse(read_text_file(path, kLargestFile), path);
}

ConfigReader ConfigReader::parse(const std::string& text, const std::string& file) {
    if (const auto bad = first_non_utf8(text)) {
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*bad), '\n');
        throw InputError(at_line(file, static_cast<int>(line)) +
                         ": got bytes that are not UTF-8, expected YAML text");
    }
    std::vector<YAML::Node> documents;
    try {
        documents = YAML::LoadAll(text);
    } catch (const YAML::Exception& e) {
        throw InputError(at_line(file, e.mark.line + 1) + ": YAML syntax: " + printable(e.msg));
    }
    if (documents.size() > 1)
        throw InputError(at_line(file, documents[1].Mark().line + 1) +
                         ": got a second YAML document, expected one");
    const YAML::Node root = documents.empty() ? YAML::Node() : documents.front();
    if (!root.IsNull() && !root.IsMap())
        throw InputError(at_line(file, root.Mark().line + 1), describe(root), "a map of sections");
    return {root, file, ""};
}

ConfigReader::ConfigReader(const YAML::Node& map, std::string file, std::string prefix)
    : file_(std::move(file)), prefix_(std::move(prefix)) {
    for (const auto& pair : map) {
        const int line = pair.first.Mark().line + 1;
        if (!pair.first.IsScalar())
            throw InputError(at_line(file_, line) + ": " + prefix_ + "key", describe(pair.first), "a name");
        const std::string key = pair.first.Scalar();
        if (const Entry* first = entry(key))
            throw InputError(at_line(file_, line) + ": " + prefix_ + printable(key), "the key a second time",
                             "it once (first in line " + std::to_string(first->line) + ")");
        entries_.push_back({key, line, pair.second});
    }
}

const ConfigReader::Entry* ConfigReader::entry(const std::string& key) const {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
    return found == entries_.end() ? nullptr : &*found;
}

YAML::Node ConfigReader::find(const std::string& key) {
    known_.push_back(key);
    const Entry* found = entry(key);
    return found ? found->value : YAML::Node(YAML::NodeType::Undefined);
}

void ConfigReader::fail(const std::string& key, const std::string& got, const std::string& expected) const {
    const Entry* found = entry(key);
    throw InputError((found ? at_line(file_, found->line) : file_) + ": " + prefix_ + printable(key), got,
                     expected);
}

std::uint32_t ConfigReader::ranged(const std::string& key, std::uint32_t current, IntegerRange range,
                                   const std::string& expected, bool power_of_two) {
    const YAML::Node value = find(key);
    if (!value.IsDefined()) return current;
    if (!is_plain_scalar(value) || !is_decimal(value.Scalar())) fail(key, describe(value), expected);
    const std::string& text = value.Scalar();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool in_range = error == std::errc{} && end == text.data() + text.size() && number >= range.low &&
                          number <= range.high && !(power_of_two && (number & (number - 1)) != 0);
    if (!in_range) fail(key, printable(text), expected);
    return static_cast<std::uint32_t>(number);
}

std::uint32_t ConfigReader::integer(const std::string& key, std::uint32_t current, IntegerRange range) {
    return ranged(key, current, range,
                  "an integer in [" + std::to_string(range.low) + ", " + std::to_string(range.high) + "]",
                  false);
}

std::uint32_t ConfigReader::power_of_two(const std::string& key, std::uint32_t current, IntegerRange range) {
    return ranged(key, current, range,
                  "a power of two in [" + std::to_string(range.low) + ", " + std::to_string(range.high) + "]",
                  true);
}

bool ConfigReader::boolean(const std::string& key, bool current) {
    const YAML::Node value = find(key);
    if (!value.IsDefined()) return current;
    if (is_plain_scalar(value) && value.Scalar() == "true") return true;
    if (is_plain_scalar(value) && value.Scalar() == "false") return false;
    fail(key, describe(value), "true or false");
}

std::size_t ConfigReader::choice(const std::string& key, std::size_t current,
                                 const std::vector<std::string>& names) {
    const YAML::Node value = find(key);
    if (!value.IsDefined()) return current;
    const auto found = value.IsScalar() ? std::find(names.begin(), names.end(), value.Scalar()) : names.end();
    if (found == names.end()) fail(key, describe(value), "one of " + joined(names));
    return static_cast<std::size_t>(found - names.begin());
}

ConfigReader ConfigReader::section(const std::string& key) {
    const YAML::Node value = find(key);
    const bool empty = !value.IsDefined() || value.IsNull();
    if (!empty && !value.IsMap()) fail(key, describe(value), "a map of keys");
    return {empty ? YAML::Node(YAML::NodeType::Map) : value, file_, prefix_ + key + "."};
}

void ConfigReader::finish() const {
    for (const Entry& e : entries_)
        if (std::find(known_.begin(), known_.end(), e.key) == known_.end())
            fail(e.key, "an unknown key", "one of " + joined(known_));
}

}  // namespace approxtlm
