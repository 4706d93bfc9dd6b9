#pragma once

#include <cstdint>

#include "power/circuits/adder_tree.h"

namespace approxtlm::power {

/// The partial products of `multiplicand` (two's complement where `is_signed`) times the unsigned
/// `multiplier`, modulo 2^width, as columns. kept(i): which multiplicand bits meet multiplier bit i. Signed:
/// the last multiplicand bit counts -2^(n-1); -s is written as ~s - 1, and the -1 of all rows are one
/// constant (Baugh-Wooley).
template <class Kept>
Columns partial_products(Logic& logic, const std::vector<Signal>& multiplicand,
                         const std::vector<Signal>& multiplier, bool is_signed, std::size_t width,
                         const Kept& kept) {
    Columns columns(width);
    const std::size_t last = multiplicand.size() - 1;
    std::uint64_t constant = 0;
    for (std::size_t i = 0; i < multiplier.size(); ++i) {
        for (std::size_t j = 0; j < multiplicand.size(); ++j) {
            if (!(kept(i) >> j & 1)) continue;
            const Signal bit = logic.and_gate(multiplicand[j], multiplier[i]);
            const bool negative = is_signed && j == last;
            if (negative) constant -= std::uint64_t{1} << (i + j);
            if (i + j < width) columns[i + j].push_back(negative ? ~bit : bit);
        }
    }
    add_constant(columns, constant, width);
    return columns;
}

}  // namespace approxtlm::power
