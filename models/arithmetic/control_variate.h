#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/arithmetic/multiplier.h"

namespace approxtlm {

/// The cheap variable x(A) that accompanies every approximate product. A value, cheap to copy.
class Variate {
public:
    enum class Kind {
        low_bits,  ///< A mod 2^m
        any_low,   ///< OR of the min(m, 8) low bits of A
        popcount,  ///< number of ones among the min(m, 8) low bits of A
        table      ///< any bytes
    };
    using Table = std::array<std::uint8_t, 256>;

    static const Variate low_bits, any_low, popcount;
    constexpr Variate() = default;  ///< low_bits
    constexpr explicit Variate(const Table& x) : kind_(Kind::table), table_(x) {}

    Kind kind() const { return kind_; }
    const Table& table() const { return table_; }  ///< x of every A, of kind table; else zeros

    friend bool operator==(const Variate& a, const Variate& b) {
        return a.kind_ == b.kind_ && a.table_ == b.table_;
    }
    friend bool operator!=(const Variate& a, const Variate& b) { return !(a == b); }

private:
    constexpr explicit Variate(Kind kind) : kind_(kind) {}

    Kind kind_ = Kind::low_bits;
    Table table_{};
};
inline constexpr Variate Variate::low_bits{Variate::Kind::low_bits}, Variate::any_low{Variate::Kind::any_low},
    Variate::popcount{Variate::Kind::popcount};

/// The variates that have a name of their own.
inline constexpr std::array kVariates{Variate::low_bits, Variate::any_low, Variate::popcount};

/// The variate each family uses unless told otherwise: low_bits for perforated and recursive, any_low for
/// truncated, and for a table the one of its m low bits that leaves the least variance (error_statistics.h).
Variate default_variate(const Multiplier& multiplier);
/// "low_bits", "or", "popcount", or "file:PATH" of a text of 256 whole numbers 0..255, x(0) first, between
/// commas, blanks or lines; not all equal. Throws InputError naming the option or the file.
Variate parse_variate(const std::string& text);
/// As parse_variate reads it; a table as file#HASH, different for different content.
std::string to_string(const Variate& variate);

/// The variate of the `bits` low bits of A, 0..8. A table reads all of A.
int variate_of_low_bits(const Variate& variate, int bits, int a);

/// x(A), of the min(m, 8) low bits; 0 for the exact multiplier.
int variate_value(const Variate& variate, const Multiplier& multiplier, int a);
/// The largest x(A), and its bits.
int largest_variate(const Variate& variate, const Multiplier& multiplier);
int variate_bits(const Variate& variate, const Multiplier& multiplier);

/// Activation bits that a PE's register must hold, as a mask: what the multiplier reads, and with
/// `sum_x_inside` what x reads.
std::uint8_t registered_activation_bits(const Multiplier& multiplier, const Variate& variate,
                                        bool sum_x_inside);

/// The coefficient C of a single weight, A uniform: E_A[eps(W, A)] / E_A[x(A)]; for a table, whose error need
/// not vanish with x, cov_A(eps, x) / var_A(x).
double analytic_coefficient(const Multiplier& multiplier, const Variate& variate, int w);

/// E_A[eps(W, A)] of a single weight and E_A[x(A)], A uniform. A filter of a table keeps the mean error
/// C0 = sum over its weights of mean_error - C mean_variate behind its correction; 0 by definition for all
/// other families.
double mean_error(const Multiplier& multiplier, int w);
double mean_variate(const Variate& variate, const Multiplier& multiplier);

/// Nearest fixed-point number (half away from zero), saturated to `bits` two's complement bits.
std::int32_t to_fixed_point(double value, int fraction_bits, int bits);

/// MAC+: floor(coefficient * sum_x / 2^fraction_bits + 1/2).
inline std::int64_t correction_term(std::int32_t coefficient, std::int64_t sum_x, int fraction_bits) {
    const std::int64_t product = static_cast<std::int64_t>(coefficient) * sum_x;
    return fraction_bits == 0 ? product
                              : (product + (std::int64_t{1} << (fraction_bits - 1))) >> fraction_bits;
}

}  // namespace approxtlm
