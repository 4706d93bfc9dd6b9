#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace approxtlm {

/// What a PE's energy is a linear function of, counted in PE cycles with work. Bits that the design does not
/// build (dropped activation bits, partial products, constant low bits of a sum) never flip.
enum class PeFeature : std::size_t {
    cycles,                   ///< clock edges with work
    activation_toggles,       ///< bits flipped in the activation register, of those that the PE reads
    partial_product_toggles,  ///< kept partial-product bits flipped
    product_toggles,          ///< bits flipped in the product, 16 bits
    psum_in_toggles,          ///< bits flipped in the partial sum that comes from above
    psum_toggles,             ///< bits flipped in the partial sum that leaves
    sum_x_toggles,            ///< bits flipped in the PE's own sum of x (per-MAC correction), else 0
    count
};
inline constexpr std::size_t kPeFeatures = static_cast<std::size_t>(PeFeature::count);
inline constexpr std::array<std::string_view, kPeFeatures> kPeFeatureNames{
    "cycles",       "activation_toggles", "partial_product_toggles", "product_toggles", "psum_in_toggles",
    "psum_toggles", "sum_x_toggles"};

/// Rows whose partial-sum registers are equally wide form a class: row n (1-based) holds sums of n products
/// of 16 bits, 16 + ceil(log2 n) bits. Class k: 16 + k bits, rows 2^(k-1) + 1 .. 2^k.
inline constexpr std::size_t kRowClasses = 9;  // up to 256 rows
constexpr std::size_t row_class(std::uint32_t row) {
    std::size_t k = 0;
    while ((std::uint32_t{1} << k) < row) ++k;
    return k;
}

/// Counts of every feature, and of the cycles of a sum cell beside the rows, by the class of the row.
struct PeCounts {
    std::array<std::array<std::uint64_t, kPeFeatures>, kRowClasses> pe{};
    std::array<std::uint64_t, kRowClasses> row_cycles{};

    std::uint64_t& at(std::size_t row_class, PeFeature f) {
        return pe[row_class][static_cast<std::size_t>(f)];
    }
    std::uint64_t at(std::size_t row_class, PeFeature f) const {
        return pe[row_class][static_cast<std::size_t>(f)];
    }
    PeCounts& operator+=(const PeCounts& other) {
        for (std::size_t k = 0; k < kRowClasses; ++k) {
            for (std::size_t f = 0; f < kPeFeatures; ++f) pe[k][f] += other.pe[k][f];
            row_cycles[k] += other.row_cycles[k];
        }
        return *this;
    }
    friend bool operator==(const PeCounts& a, const PeCounts& b) {
        return a.pe == b.pe && a.row_cycles == b.row_cycles;
    }
};

}  // namespace approxtlm
