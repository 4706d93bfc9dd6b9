#include "models/arithmetic/multiplier_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "models/arithmetic/error_statistics.h"
#include "models/arithmetic/parse.h"
#include "models/arithmetic/table_text.h"
#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm {
namespace {

constexpr std::size_t kSide = ProductTable::kSide, kEntries = ProductTable::kEntries;
constexpr std::size_t kLongestText = std::size_t{32} << 20;
constexpr std::array kExtensions{".bin", ".csv", ".txt", ".c", ".h"};
constexpr std::array kConventions{IndexConvention::unsigned_order, IndexConvention::twos_complement,
                                  IndexConvention::offset};

std::string to_string(IndexConvention convention) {
    switch (convention) {
        case IndexConvention::unsigned_order:
            return "unsigned";
        case IndexConvention::twos_complement:
            return "signed";
        case IndexConvention::offset:
            break;
    }
    return "offset";
}

bool is_signed(const TableFormat& format) { return format.convention != IndexConvention::unsigned_order; }

/// As the options of a specification.
std::string to_string(const TableFormat& format) {
    return to_string(format.convention) +
           (is_signed(format) && format.unsigned_activations ? ",activation=unsigned" : "");
}

int operand_at(IndexConvention convention, std::size_t index) {
    const int i = static_cast<int>(index);
    switch (convention) {
        case IndexConvention::unsigned_order:
            return i;
        case IndexConvention::twos_complement:
            return i < 128 ? i : i - 256;
        case IndexConvention::offset:
            break;
    }
    return i - 128;
}

/// The convention of the file's first (0) or second (1) operand.
IndexConvention convention_of(const TableFormat& format, int operand) {
    const bool weight = (operand == 1) == format.weight_is_second;
    return !weight && format.unsigned_activations ? IndexConvention::unsigned_order : format.convention;
}

std::string extension_of(const std::string& path) { return std::filesystem::path(path).extension().string(); }

bool is_table_extension(const std::string& extension) {
    for (const char* known : kExtensions)
        if (extension == known) return true;
    return false;
}

TableRange range_of(const TableFormat& format) {
    TableRange range;
    if (is_signed(format)) {
        range.lowest_product = -32768;
        range.highest_product = 32767;
    }
    for (int operand = 0; operand < 2; ++operand) {
        const IndexConvention convention = convention_of(format, operand);
        if (convention != IndexConvention::unsigned_order) range.lowest_operand[operand] = -128;
        if (convention == IndexConvention::twos_complement) range.lowest_index[operand] = 128;
    }
    return range;
}

std::vector<std::int32_t> parse_words(const std::string& path, const std::string& bytes,
                                      const TableFormat& format) {
    if (bytes.size() != 2 * kEntries)
        throw InputError(path, std::to_string(bytes.size()) + " bytes",
                         "131072 (256 x 256 little-endian 16-bit products)");
    std::vector<std::int32_t> products(kEntries);
    for (std::size_t i = 0; i < kEntries; ++i) {
        const auto byte = [&](std::size_t k) { return static_cast<std::uint8_t>(bytes[2 * i + k]); };
        const auto word = static_cast<std::uint16_t>(byte(0) | byte(1) << 8);
        products[i] = is_signed(format) ? static_cast<std::int16_t>(word) : word;
    }
    return products;
}

/// [first index][second index] as the file has it.
std::vector<std::int32_t> read_entries(const std::string& path, const TableFormat& format) {
    const std::string extension = extension_of(path);
    if (!is_table_extension(extension))
        throw InputError(path, extension.empty() ? "no extension" : "extension " + printable(extension),
                         ".bin, .csv, .txt, .c or .h");
    const std::string content = read_text_file(path, kLongestText);
    if (extension == ".bin") return parse_words(path, content, format);
    if (extension == ".csv" || extension == ".txt") return parse_csv_table(path, content, range_of(format));
    return parse_c_table(path, content, range_of(format));
}

/// Pearson's, of the entries read as `format` with the products of the operands; 0 when all are equal.
double correlation_with_exact(const std::vector<std::int32_t>& entries, const TableFormat& format) {
    double p = 0, t = 0, pp = 0, tt = 0, pt = 0;
    for (std::size_t i = 0; i < kEntries; ++i) {
        const double exact =
            operand_at(convention_of(format, 0), i / kSide) * operand_at(convention_of(format, 1), i % kSide);
        const auto word = static_cast<std::uint16_t>(entries[i]);
        const double entry = is_signed(format) ? static_cast<std::int16_t>(word) : word;
        p += exact;
        t += entry;
        pp += exact * exact;
        tt += entry * entry;
        pt += exact * entry;
    }
    constexpr double n = kEntries;
    const double variances = (pp - p * p / n) * (tt - t * t / n);
    return variances > 0 ? (pt - p * t / n) / std::sqrt(variances) : 0;
}

/// Any table may be poor; one that is poor as declared and good in another convention was declared wrongly.
void check_convention(const std::string& path, const std::vector<std::int32_t>& entries,
                      const TableFormat& format) {
    constexpr double kPoor = 0.5, kGood = 0.75;
    const auto correlation_text = [](double r) {
        return "correlation with exact products " + std::to_string(r).substr(0, r < 0 ? 5 : 4);
    };
    const double declared = correlation_with_exact(entries, format);
    if (declared >= kPoor) return;
    for (const IndexConvention convention : kConventions) {
        for (const bool unsigned_activations : {false, true}) {
            TableFormat other = format;
            other.convention = convention;
            other.unsigned_activations = unsigned_activations;
            const double r = correlation_with_exact(entries, other);
            if (r > kGood)
                throw InputError(path + ": convention",
                                 to_string(format) + " (" + correlation_text(declared) + ")",
                                 to_string(other) + " (" + correlation_text(r) + ")");
        }
    }
}

struct TableSpec {
    std::string path;
    TableFormat format;
    int variate_bits = 0;  ///< 0: the best
};

void set_option(TableSpec& spec, std::string_view key, std::string_view value) {
    const std::string where = "--multiplier: " + std::string{key};
    const std::string got = "'" + printable(std::string{value}) + "'";
    if (key == "convention") {
        for (const IndexConvention convention : kConventions) {
            if (value != to_string(convention)) continue;
            spec.format.convention = convention;
            return;
        }
        throw InputError(where, got, "unsigned, signed or offset");
    }
    if (key == "operand" || key == "activation") {
        const std::array<std::string_view, 2> names =
            key == "operand" ? std::array<std::string_view, 2>{"first", "second"}
                             : std::array<std::string_view, 2>{"signed", "unsigned"};
        if (value != names[0] && value != names[1])
            throw InputError(where, got, std::string{names[0]} + " or " + std::string{names[1]});
        (key == "operand" ? spec.format.weight_is_second : spec.format.unsigned_activations) =
            value == names[1];
        return;
    }
    if (key == "bits") {
        const auto bits = parse_small_integer(value, 1, 8);
        if (!bits) throw InputError(where, got, "an integer in [1, 8]");
        spec.variate_bits = *bits;
        return;
    }
    throw InputError("--multiplier", "option '" + printable(std::string{key}) + "'",
                     "convention, operand, activation or bits");
}

/// Where the options begin: at the first comma before `word=`; a path may hold commas of its own.
std::size_t end_of_path(std::string_view text) {
    for (std::size_t comma = text.find(','); comma != text.npos; comma = text.find(',', comma + 1)) {
        std::size_t i = comma + 1;
        while (i < text.size() && text[i] >= 'a' && text[i] <= 'z') ++i;
        if (i > comma + 1 && i < text.size() && text[i] == '=') return comma;
    }
    return text.size();
}

constexpr std::string_view kPrefix = "table:";

bool has_prefix(std::string_view text) { return text.substr(0, kPrefix.size()) == kPrefix; }

TableSpec parse_spec(std::string_view text) {
    if (has_prefix(text)) text.remove_prefix(kPrefix.size());
    TableSpec spec;
    std::size_t at = end_of_path(text);
    spec.path = std::string{text.substr(0, at)};
    if (spec.path.empty()) throw InputError("--multiplier: table", "no file", "table:FILE");
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(',', at + 1), text.size());
        const std::string_view option = text.substr(at + 1, end - at - 1);
        const std::size_t equals = std::min(option.find('='), option.size());
        set_option(spec, option.substr(0, equals), option.substr(std::min(equals + 1, option.size())));
        at = end;
    }
    return spec;
}

}  // namespace

std::shared_ptr<const ProductTable> read_product_table(const std::string& path, const TableFormat& format) {
    const std::vector<std::int32_t> entries = read_entries(path, format);
    check_convention(path, entries, format);
    const bool both_signed = is_signed(format) && !format.unsigned_activations;
    const int origin = both_signed ? -128 : 0;
    std::vector<std::int32_t> products(kEntries);
    for (std::size_t i = 0; i < kEntries; ++i) {
        int weight = operand_at(convention_of(format, 0), i / kSide);
        int activation = operand_at(convention_of(format, 1), i % kSide);
        if (format.weight_is_second) std::swap(weight, activation);
        const std::size_t code = static_cast<std::uint8_t>(weight);
        products[code * kSide + static_cast<std::size_t>(activation - origin)] = entries[i] - origin * weight;
    }
    return std::make_shared<const ProductTable>(
        std::filesystem::path(path).stem().string(),
        is_signed(format) ? Encoding::signed_codes : Encoding::unsigned_codes, origin, products);
}

bool names_table(const std::string& text) {
    if (has_prefix(text)) return true;
    const std::string path = text.substr(0, end_of_path(text));
    return path.find('/') != std::string::npos || is_table_extension(extension_of(path));
}

Multiplier parse_table_multiplier(const std::string& text) {
    const TableSpec spec = parse_spec(text);
    Multiplier multiplier{MultiplierFamily::table, spec.variate_bits,
                          read_product_table(spec.path, spec.format)};
    if (multiplier.m == 0) multiplier.m = variate_fits(multiplier, multiplier.table->weights()).front().bits;
    return multiplier;
}

}  // namespace approxtlm
