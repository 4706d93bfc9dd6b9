#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "models/arithmetic/encoding.h"

namespace approxtlm {

/// All 65,536 products of a circuit that no formula describes. Immutable; multipliers share it.
class ProductTable {
public:
    static constexpr std::size_t kSide = 256, kEntries = kSide * kSide;

    /// `products` [weight code][activation code], 65,536 of them, each W * A as the circuit has it.
    /// `weights`: how the circuit reads a weight code. `activation_origin`: the number that activation code 0
    /// stands for inside the circuit, 0 or -128 (both operands signed): the code's top bit is inverted on the
    /// way in and 128 W, known before the run, is already added back in `products`.
    ProductTable(std::string name, Encoding weights, int activation_origin,
                 const std::vector<std::int32_t>& products);

    std::int32_t product(std::uint8_t weight_code, std::uint8_t activation_code) const {
        return products_[weight_code * kSide + activation_code];
    }
    const std::string& name() const { return name_; }  ///< the file's, without folder and extension
    Encoding weights() const { return weights_; }
    int activation_origin() const { return activation_origin_; }
    std::uint64_t hash() const { return hash_; }  ///< FNV-1a of the products and how they are indexed

    /// Same content; the name is no part of it.
    friend bool operator==(const ProductTable& a, const ProductTable& b) {
        return a.hash_ == b.hash_ && a.weights_ == b.weights_ &&
               a.activation_origin_ == b.activation_origin_ && a.products_ == b.products_;
    }

private:
    std::string name_;
    Encoding weights_;
    int activation_origin_;
    std::array<std::int32_t, kEntries> products_{};
    std::uint64_t hash_;
};

}  // namespace approxtlm
