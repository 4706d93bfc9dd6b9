#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/arithmetic/encoding.h"
#include "models/arithmetic/product_table.h"

namespace approxtlm {

enum class MultiplierFamily { exact, perforated, recursive, truncated, table };

/// An 8x8 multiplier: a family and how much of it is left out (docs/glossary.md), or a table of its products
/// (docs/multipliers.md). A value, cheap to copy.
struct Multiplier {
    MultiplierFamily family = MultiplierFamily::exact;
    /// 0 for exact; perforated and recursive 1..7; truncated 1..12; table 1..8, the low bits of A that the
    /// control variate reads
    int m = 0;
    std::shared_ptr<const ProductTable> table = {};  ///< of family table, never null; null in all others

    friend bool operator==(const Multiplier& a, const Multiplier& b) {
        return a.family == b.family && a.m == b.m &&
               (a.table == b.table || (a.table != nullptr && b.table != nullptr && *a.table == *b.table));
    }
    friend bool operator!=(const Multiplier& a, const Multiplier& b) { return !(a == b); }
};

/// Parses "exact", "perforated:2", "recursive:4", "truncated:7", and "table:FILE[,OPTION=VALUE...]" or just
/// the FILE of a table (multiplier_table.h), which is read. Throws InputError naming the option or the file.
Multiplier parse_multiplier(const std::string& text);
/// As parse_multiplier reads it; a table as table:NAME#HASH:M, different for different content.
std::string to_string(const Multiplier& multiplier);

/// Throws InputError unless weight codes of this encoding mean to the multiplier what they stand for: a table
/// is made for one encoding, the other families take both.
void check_encoding(const Multiplier& multiplier, Encoding encoding);

/// What the circuit leaves out: eps(W, A) = W A - T(W, A). >= 0 for unsigned codes and all but tables.
/// `w` as weight_value() gives it; `a` in 0..255.
int multiplier_error(const Multiplier& multiplier, int w, int a);

/// The circuit's product T(W, A).
inline int approximate_product(const Multiplier& multiplier, int w, int a) {
    return w * a - multiplier_error(multiplier, w, a);
}

/// Number of partial-product bits that the circuit keeps, of 64; 64 for a table, whose circuit is unknown.
int kept_partial_products(const Multiplier& multiplier);

/// Kept partial-product bits that carry activation bit `i` (0..7), as a mask over the weight code's bits; all
/// of them for a table.
std::uint8_t kept_weight_mask(const Multiplier& multiplier, int i);

}  // namespace approxtlm
