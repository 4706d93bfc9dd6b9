#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"

namespace approxtlm::testing {

/// Every multiplier of a family.
inline std::vector<Multiplier> all_multipliers() {
    std::vector<Multiplier> all{{MultiplierFamily::exact, 0}};
    for (int m = 1; m <= 7; ++m) all.push_back({MultiplierFamily::perforated, m});
    for (int m = 1; m <= 7; ++m) all.push_back({MultiplierFamily::recursive, m});
    for (int m = 1; m <= 12; ++m) all.push_back({MultiplierFamily::truncated, m});
    return all;
}

/// A table of unrelated products over the whole range of its entries. `activation_origin`: ProductTable's.
inline Multiplier random_table(std::uint32_t seed, Encoding weights, int activation_origin = 0,
                               int bits = 8) {
    std::mt19937 random(seed);
    std::vector<std::int32_t> products;
    for (int code = 0; code < 256; ++code) {
        const int w = weight_value(static_cast<std::uint8_t>(code), weights);
        for (int a = 0; a < 256; ++a) {
            const int entry =
                static_cast<int>(random() & 0xFFFF) - (weights == Encoding::signed_codes ? 32768 : 0);
            products.push_back(entry - activation_origin * w);
        }
    }
    return {MultiplierFamily::table, bits,
            std::make_shared<const ProductTable>("random" + std::to_string(seed), weights, activation_origin,
                                                 products)};
}

/// Every multiplier of a family, and tables, for weights of `encoding`.
inline std::vector<Multiplier> all_multipliers_and_tables(Encoding encoding) {
    std::vector<Multiplier> all = all_multipliers();
    all.push_back(random_table(1, encoding));
    if (encoding == Encoding::signed_codes) all.push_back(random_table(2, encoding, -128, 5));
    return all;
}

/// One of the named variates, or a table of its own.
inline Variate any_variate(std::uint32_t seed) {
    if (seed % 4 < kVariates.size()) return kVariates[seed % 4];
    Variate::Table table{};
    for (std::size_t a = 0; a < table.size(); ++a)
        table[a] = static_cast<std::uint8_t>((a + 1) * (2 * seed + 1) * 2654435761u >> 24);
    return Variate(table);
}

}  // namespace approxtlm::testing
