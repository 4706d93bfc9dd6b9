#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace approxtlm {

/// What a PE's energy is a linear function of, counted in PE cycles with work. Bits that the design does not
/// build (dropped activation bits, partial products, constant low bits of a sum) never flip.
enum class PeFeature : std::size_t {
    cycles,                       ///< clock edges with work
    activation_toggles,           ///< bits flipped in the activation register, of those that the PE reads
    weighted_activation_toggles,  ///< those, each times the weight code (0..255) that it meets
    partial_products_0,           ///< kept partial-product bits of activation bit 0 that flipped
    partial_products_1,           ///< ... of bit 1, and so on
    partial_products_2,
    partial_products_3,
    partial_products_4,
    partial_products_5,
    partial_products_6,
    partial_products_7,
    partial_product_ones,  ///< ones among the kept partial products, in cycles in which one of their
                           ///< activation bits flipped
    product_toggles,       ///< bits flipped in the product, 16 bits
    product_ones,     ///< ones of the product, in cycles in which an activation bit that makes it flipped
    psum_in_toggles,  ///< bits flipped in the partial sum that comes from above
    psum_toggles,     ///< bits flipped in the partial sum that leaves
    sum_x_toggles,    ///< bits flipped in the PE's own sum of x (per-MAC correction), else 0
    count
};
inline constexpr std::size_t kPeFeatures = static_cast<std::size_t>(PeFeature::count);
inline constexpr std::array<std::string_view, kPeFeatures> kPeFeatureNames{"cycles",
                                                                           "activation_toggles",
                                                                           "weighted_activation_toggles",
                                                                           "partial_products_0",
                                                                           "partial_products_1",
                                                                           "partial_products_2",
                                                                           "partial_products_3",
                                                                           "partial_products_4",
                                                                           "partial_products_5",
                                                                           "partial_products_6",
                                                                           "partial_products_7",
                                                                           "partial_product_ones",
                                                                           "product_toggles",
                                                                           "product_ones",
                                                                           "psum_in_toggles",
                                                                           "psum_toggles",
                                                                           "sum_x_toggles"};

constexpr PeFeature partial_products_of(std::size_t activation_bit) {
    return static_cast<PeFeature>(static_cast<std::size_t>(PeFeature::partial_products_0) + activation_bit);
}

/// Rows whose partial-sum registers are equally wide form a class: row n (1-based) holds sums of n products
/// of 16 bits, 16 + ceil(log2 n) bits. Class k: 16 + k bits, rows 2^(k-1) + 1 .. 2^k.
inline constexpr std::size_t kRowClasses = 9;  // up to 256 rows
constexpr std::size_t row_class(std::uint32_t row) {
    std::size_t k = 0;
    while ((std::uint32_t{1} << k) < row) ++k;
    return k;
}

/// Other counts of a row class.
enum class RowCount : std::size_t {
    row_cycles,         ///< cycles of the sum-x or sum-A cell beside a row
    zero_cycles,        ///< PE cycles whose activation is zero; with zero gating only, as the next
    zero_flag_toggles,  ///< PE cycles whose activation is zero and its row's one before was not, or vice
                        ///< versa
    count
};
/// Registers around the array: row r's activations wait r cycles before it, column c's sums C - 1 - c behind
/// it.
enum class EdgeCount : std::size_t {
    skew_captures,    ///< bytes taken by one register in front of a row
    skew_toggles,     ///< bits flipped in them
    deskew_captures,  ///< sums taken by one register behind a column
    /// Twice the bits flipped in them, every column taken to flip like the mean column of its fold
    deskew_toggles_twice,
    count
};

/// What an array is priced by: features and row counts by the class of the row, and its edge registers.
class PeCounts {
    static constexpr std::size_t kRowCounts = static_cast<std::size_t>(RowCount::count);
    static constexpr std::size_t kPerClass = kPeFeatures + kRowCounts;

public:
    static constexpr std::size_t kSize = kRowClasses * kPerClass + static_cast<std::size_t>(EdgeCount::count);

    std::uint64_t& at(std::size_t row_class, PeFeature f) { return all[index(row_class, f)]; }
    std::uint64_t at(std::size_t row_class, PeFeature f) const { return all[index(row_class, f)]; }
    std::uint64_t& at(std::size_t row_class, RowCount c) { return all[index(row_class, c)]; }
    std::uint64_t at(std::size_t row_class, RowCount c) const { return all[index(row_class, c)]; }
    std::uint64_t& at(EdgeCount c) { return all[index(c)]; }
    std::uint64_t at(EdgeCount c) const { return all[index(c)]; }

    PeCounts& operator+=(const PeCounts& other) {
        for (std::size_t i = 0; i < kSize; ++i) all[i] += other.all[i];
        return *this;
    }
    friend bool operator==(const PeCounts& a, const PeCounts& b) { return a.all == b.all; }

    std::array<std::uint64_t, kSize> all{};  ///< whatever order

private:
    static constexpr std::size_t index(std::size_t row_class, PeFeature f) {
        return row_class * kPerClass + static_cast<std::size_t>(f);
    }
    static constexpr std::size_t index(std::size_t row_class, RowCount c) {
        return row_class * kPerClass + kPeFeatures + static_cast<std::size_t>(c);
    }
    static constexpr std::size_t index(EdgeCount c) {
        return kRowClasses * kPerClass + static_cast<std::size_t>(c);
    }
};

}  // namespace approxtlm
