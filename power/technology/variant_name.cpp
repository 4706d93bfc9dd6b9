#include "power/technology/variant_name.h"

#include "models/common/error.h"

namespace approxtlm::power {
namespace {

constexpr const char* kSigned = "/signed";
constexpr const char* kPerMac = "/per_mac";
constexpr const char* kTable = "table:";

bool is_multiplier(const std::string& name) {
    // A table is named by its content, which only its own file can show.
    if (name.compare(0, std::string(kTable).size(), kTable) == 0) return name.find('#') != std::string::npos;
    try {
        return to_string(parse_multiplier(name)) == name;
    } catch (const InputError&) {
        return false;
    }
}

bool take_suffix(std::string& name, const std::string& suffix) {
    if (name.size() < suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0)
        return false;
    name.resize(name.size() - suffix.size());
    return true;
}

}  // namespace

std::string variant_name(const Multiplier& multiplier, Encoding encoding, bool per_mac) {
    return to_string(multiplier) + (encoding == Encoding::signed_codes ? kSigned : "") +
           (per_mac ? kPerMac : "");
}

void check_variant_name(const YamlMap& in, const std::string& name, bool per_mac) {
    std::string multiplier = name;
    if (per_mac) take_suffix(multiplier, kPerMac);
    take_suffix(multiplier, kSigned);
    if (is_multiplier(multiplier)) return;
    in.fail(name, name,
            per_mac ? "a multiplier such as truncated:7, truncated:7/signed or truncated:7/per_mac"
                    : "a multiplier such as truncated:7 or truncated:7/signed");
}

}  // namespace approxtlm::power
