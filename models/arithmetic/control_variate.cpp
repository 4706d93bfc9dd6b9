#include "models/arithmetic/control_variate.h"

#include <algorithm>
#include <bitset>
#include <cmath>
#include <optional>
#include <string_view>

#include "models/arithmetic/error_statistics.h"
#include "models/arithmetic/parse.h"
#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm {
namespace {

/// Sums over A = 0..255 for one weight.
struct Sums {
    std::int64_t error = 0, x = 0, error_x = 0, x_x = 0;
};

Sums sums_over_activations(const Multiplier& multiplier, const Variate& variate, int w) {
    Sums s;
    for (int a = 0; a < 256; ++a) {
        const std::int64_t error = multiplier_error(multiplier, w, a);
        const std::int64_t x = variate_value(variate, multiplier, a);
        s.error += error;
        s.x += x;
        s.error_x += error * x;
        s.x_x += x * x;
    }
    return s;
}

/// The whole file; whole numbers only, as many and as large as x may have.
Variate read_variate(const std::string& path) {
    constexpr std::size_t kLargestFile = 64 << 10;
    const std::string text = read_text_file(path, kLargestFile);
    const auto is_gap = [](char c) { return c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    Variate::Table table{};
    std::size_t count = 0, line = 1;
    for (std::size_t i = 0; i < text.size();) {
        if (is_gap(text[i])) {
            line += text[i++] == '\n' ? 1 : 0;
            continue;
        }
        const std::size_t begin = i;
        while (i < text.size() && !is_gap(text[i])) ++i;
        const std::string word = text.substr(begin, i - begin);
        const std::string where = path + ':' + std::to_string(line) + ": x(" + std::to_string(count) + ")";
        if (count == table.size()) throw InputError(where, printable(word), "no more than 256 numbers");
        const std::optional<int> x = parse_small_integer(word, 0, 255);
        if (!x) throw InputError(where, printable(word), "an integer in [0, 255]");
        table[count++] = static_cast<std::uint8_t>(*x);
    }
    if (count != table.size())
        throw InputError(path + ':' + std::to_string(line) + ": x", std::to_string(count) + " numbers",
                         "256");
    if (std::all_of(table.begin(), table.end(), [&](std::uint8_t x) { return x == table[0]; }))
        throw InputError(path + ':' + std::to_string(line) + ": x", "256 times " + std::to_string(table[0]),
                         "numbers that differ");
    return Variate(table);
}

}  // namespace

Variate default_variate(const Multiplier& multiplier) {
    if (multiplier.family == MultiplierFamily::table) {
        for (const VariateFit& fit : variate_fits(multiplier, multiplier.table->weights()))
            if (fit.bits == multiplier.m) return fit.variate;
    }
    return multiplier.family == MultiplierFamily::truncated ? Variate::any_low : Variate::low_bits;
}

Variate parse_variate(const std::string& text) {
    for (const Variate& v : kVariates) {
        if (text == to_string(v)) return v;
    }
    constexpr std::string_view kFile = "file:";
    if (text.compare(0, kFile.size(), kFile) == 0) return read_variate(text.substr(kFile.size()));
    throw InputError("--variate", "'" + printable(text) + "'", "low_bits, or, popcount or file:PATH");
}

std::string to_string(const Variate& variate) {
    switch (variate.kind()) {
        case Variate::Kind::low_bits:
            return "low_bits";
        case Variate::Kind::any_low:
            return "or";
        case Variate::Kind::popcount:
            return "popcount";
        case Variate::Kind::table:
            break;
    }
    std::uint32_t hash = 0x811C9DC5;  // FNV-1a
    for (const std::uint8_t x : variate.table()) hash = (hash ^ x) * 0x01000193;
    std::string name = "file#";
    for (int shift = 28; shift >= 0; shift -= 4) name += "0123456789abcdef"[hash >> shift & 15];
    return name;
}

int variate_of_low_bits(const Variate& variate, int bits, int a) {
    const int low = a & ((1 << bits) - 1);
    switch (variate.kind()) {
        case Variate::Kind::low_bits:
            return low;
        case Variate::Kind::any_low:
            return low != 0 ? 1 : 0;
        case Variate::Kind::popcount:
            return static_cast<int>(std::bitset<8>(static_cast<unsigned>(low)).count());
        case Variate::Kind::table:
            break;
    }
    return variate.table()[static_cast<std::size_t>(a)];
}

int variate_value(const Variate& variate, const Multiplier& multiplier, int a) {
    if (multiplier.family == MultiplierFamily::exact) return 0;
    return variate_of_low_bits(variate, std::min(multiplier.m, 8), a);
}

int largest_variate(const Variate& variate, const Multiplier& multiplier) {
    int largest = 0;
    for (int a = 0; a < 256; ++a) largest = std::max(largest, variate_value(variate, multiplier, a));
    return largest;
}

int variate_bits(const Variate& variate, const Multiplier& multiplier) {
    int bits = 0;
    for (int largest = largest_variate(variate, multiplier); largest != 0; largest >>= 1) ++bits;
    return bits;
}

std::uint8_t registered_activation_bits(const Multiplier& multiplier, const Variate& variate,
                                        bool sum_x_inside) {
    unsigned bits = 0;
    for (int i = 0; i < 8; ++i) {
        const bool read_by_x = sum_x_inside && multiplier.family != MultiplierFamily::exact &&
                               (variate.kind() == Variate::Kind::table || i < multiplier.m);
        if (kept_weight_mask(multiplier, i) != 0 || read_by_x) bits |= 1u << i;
    }
    return static_cast<std::uint8_t>(bits);
}

double analytic_coefficient(const Multiplier& multiplier, const Variate& variate, int w) {
    if (multiplier.family == MultiplierFamily::exact) return 0.0;
    const Sums s = sums_over_activations(multiplier, variate, w);
    if (multiplier.family != MultiplierFamily::table)
        return static_cast<double>(s.error) / static_cast<double>(s.x);
    return static_cast<double>(256 * s.error_x - s.error * s.x) /
           static_cast<double>(256 * s.x_x - s.x * s.x);
}

double mean_error(const Multiplier& multiplier, int w) {
    return static_cast<double>(sums_over_activations(multiplier, Variate::low_bits, w).error) / 256;
}

double mean_variate(const Variate& variate, const Multiplier& multiplier) {
    return static_cast<double>(sums_over_activations(multiplier, variate, 0).x) / 256;
}

std::int32_t to_fixed_point(double value, int fraction_bits, int bits) {
    const double limit = std::ldexp(1.0, bits - 1);
    return static_cast<std::int32_t>(
        std::clamp(std::round(std::ldexp(value, fraction_bits)), -limit, limit - 1));
}

}  // namespace approxtlm
