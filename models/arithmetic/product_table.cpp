#include "models/arithmetic/product_table.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace approxtlm {

ProductTable::ProductTable(std::string name, Encoding weights, int activation_origin,
                           const std::vector<std::int32_t>& products)
    : name_(std::move(name)), weights_(weights), activation_origin_(activation_origin) {
    if (products.size() != kEntries) throw std::logic_error("ProductTable: not 65536 products");
    std::copy(products.begin(), products.end(), products_.begin());
    hash_ = 14695981039346656037u;
    const auto add = [&](std::int32_t value) {
        for (int shift = 0; shift < 32; shift += 8) {
            hash_ = (hash_ ^ (static_cast<std::uint32_t>(value) >> shift & 255)) * 1099511628211u;
        }
    };
    add(weights == Encoding::signed_codes);
    add(activation_origin);
    for (const std::int32_t p : products_) add(p);
}

}  // namespace approxtlm
