#pragma once

#include <cstdint>
#include <string>

namespace approxtlm {

/// How an 8-bit weight code is read by the multiplier. Activations are always unsigned.
enum class Encoding { unsigned_codes, signed_codes };

enum class MultiplierFamily { exact, perforated, recursive, truncated };

/// An 8x8 multiplier: a family and how much of it is left out (docs/glossary.md). A value, cheap to copy.
struct Multiplier {
    MultiplierFamily family = MultiplierFamily::exact;
    int m = 0;  ///< 0 for exact; perforated and recursive 1..7; truncated 1..12

    friend bool operator==(const Multiplier& a, const Multiplier& b) {
        return a.family == b.family && a.m == b.m;
    }
    friend bool operator!=(const Multiplier& a, const Multiplier& b) { return !(a == b); }
};

/// Parses "exact", "perforated:2", "recursive:4", "truncated:7". Throws InputError naming the option.
Multiplier parse_multiplier(const std::string& text);
std::string to_string(const Multiplier& multiplier);

Encoding parse_encoding(const std::string& text);  ///< "unsigned" | "signed"; throws InputError
std::string to_string(Encoding encoding);

/// Weight code as the integer it stands for: 0..255, or -128..127 when signed.
int weight_value(std::uint8_t code, Encoding encoding);

/// What the circuit leaves out: eps(W, A) = W A - T(W, A). >= 0 for unsigned codes.
/// `w` as weight_value() gives it; `a` in 0..255.
int multiplier_error(const Multiplier& multiplier, int w, int a);

/// The circuit's product T(W, A).
inline int approximate_product(const Multiplier& multiplier, int w, int a) {
    return w * a - multiplier_error(multiplier, w, a);
}

/// Number of partial-product bits that the circuit keeps, of 64.
int kept_partial_products(const Multiplier& multiplier);

/// Kept partial-product bits that carry activation bit `i` (0..7), as a mask over the weight code's bits.
std::uint8_t kept_weight_mask(const Multiplier& multiplier, int i);

}  // namespace approxtlm
