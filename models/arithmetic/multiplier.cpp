#include "models/arithmetic/multiplier.h"

#include <array>
#include <bitset>
#include <string_view>

#include "models/arithmetic/multiplier_table.h"
#include "models/arithmetic/parse.h"
#include "models/common/error.h"

namespace approxtlm {
namespace {

struct FamilyName {
    std::string_view name;
    MultiplierFamily family;
    int m_max;
};
constexpr std::array kFamilies{FamilyName{"perforated", MultiplierFamily::perforated, 7},
                               FamilyName{"recursive", MultiplierFamily::recursive, 7},
                               FamilyName{"truncated", MultiplierFamily::truncated, 12}};

/// The low `bits` bits of w, as a non-negative number; all of w, with its sign, from 8 bits on.
int low_bits_of(int w, int bits) {
    if (bits <= 0) return 0;
    return bits >= 8 ? w : w & ((1 << bits) - 1);
}

std::uint8_t mask_from(int first_bit) {
    return static_cast<std::uint8_t>(first_bit >= 8 ? 0 : 0xFF << (first_bit < 0 ? 0 : first_bit));
}

}  // namespace

Multiplier parse_multiplier(const std::string& text) {
    if (text == "exact") return {};
    if (names_table(text)) return parse_table_multiplier(text);
    const std::string_view view = text;
    const std::size_t colon = view.find(':');
    if (colon != std::string_view::npos) {
        for (const FamilyName& f : kFamilies) {
            if (view.substr(0, colon) != f.name) continue;
            if (const auto m = parse_small_integer(view.substr(colon + 1), 1, f.m_max)) return {f.family, *m};
        }
    }
    throw InputError("--multiplier", "'" + text + "'",
                     "exact, perforated:1..7, recursive:1..7, truncated:1..12 or table:FILE");
}

std::string to_string(const Multiplier& multiplier) {
    for (const FamilyName& f : kFamilies) {
        if (f.family == multiplier.family) return std::string{f.name} + ':' + std::to_string(multiplier.m);
    }
    if (multiplier.family == MultiplierFamily::exact) return "exact";
    constexpr const char* kHex = "0123456789abcdef";
    std::string hash;
    for (int shift = 60; shift >= 32; shift -= 4) hash += kHex[multiplier.table->hash() >> shift & 15];
    return "table:" + multiplier.table->name() + '#' + hash + ':' + std::to_string(multiplier.m);
}

void check_encoding(const Multiplier& multiplier, Encoding encoding) {
    if (multiplier.family != MultiplierFamily::table || multiplier.table->weights() == encoding) return;
    throw InputError(
        "--encoding", to_string(encoding),
        to_string(multiplier.table->weights()) + ", the weight codes of " + to_string(multiplier));
}

int multiplier_error(const Multiplier& multiplier, int w, int a) {
    const int m = multiplier.m;
    switch (multiplier.family) {
        case MultiplierFamily::exact:
            return 0;
        case MultiplierFamily::perforated:
            return w * low_bits_of(a, m);
        case MultiplierFamily::recursive:
            return low_bits_of(w, m) * low_bits_of(a, m);
        case MultiplierFamily::table:
            return w * a -
                   multiplier.table->product(static_cast<std::uint8_t>(w), static_cast<std::uint8_t>(a));
        case MultiplierFamily::truncated:
            break;
    }
    int error = 0;
    for (int i = 0; i < 8; ++i) {
        if (a >> i & 1) error += low_bits_of(w, m - i) * (1 << i);
    }
    return error;
}

int kept_partial_products(const Multiplier& multiplier) {
    std::size_t kept = 0;
    for (int i = 0; i < 8; ++i) kept += std::bitset<8>(kept_weight_mask(multiplier, i)).count();
    return static_cast<int>(kept);
}

std::uint8_t kept_weight_mask(const Multiplier& multiplier, int i) {
    const int m = multiplier.m;
    switch (multiplier.family) {
        case MultiplierFamily::exact:
        case MultiplierFamily::table:
            break;
        case MultiplierFamily::perforated:
            return i < m ? 0 : 0xFF;
        case MultiplierFamily::recursive:
            return i < m ? mask_from(m) : 0xFF;
        case MultiplierFamily::truncated:
            return mask_from(m - i);
    }
    return 0xFF;
}

}  // namespace approxtlm
