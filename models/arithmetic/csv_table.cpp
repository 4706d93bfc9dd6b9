#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "models/arithmetic/table_text.h"
#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm {
namespace {

constexpr std::size_t kSide = 256;

std::string at(const std::string& path, std::size_t line) { return path + ':' + std::to_string(line); }

std::string integer_in(std::int64_t low, std::int64_t high) {
    return "an integer in [" + std::to_string(low) + ", " + std::to_string(high) + "]";
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Cells between commas, semicolons or runs of blanks.
std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> cells;
    std::size_t i = 0;
    const auto skip_blanks = [&] {
        while (i < line.size() && is_blank(line[i])) ++i;
    };
    const auto is_separator = [&](char c) { return c == ',' || c == ';'; };
    skip_blanks();
    while (i < line.size()) {
        const std::size_t begin = i;
        while (i < line.size() && !is_blank(line[i]) && !is_separator(line[i])) ++i;
        cells.push_back(line.substr(begin, i - begin));
        skip_blanks();
        if (i == line.size() || !is_separator(line[i])) continue;
        ++i;
        skip_blanks();
        if (i == line.size()) cells.emplace_back();  // nothing behind the last separator
    }
    return cells;
}

/// Tools that write floating point ("2.5e+01") are welcome as long as the number is whole.
std::int32_t whole_number(std::string_view cell, const std::string& where, std::int32_t low,
                          std::int32_t high) {
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    const bool whole = error == std::errc{} && end == cell.data() + cell.size() && std::isfinite(value) &&
                       value == std::floor(value);
    if (!whole || value < low || value > high)
        throw InputError(where, cell.empty() ? "nothing" : printable(std::string{cell}),
                         integer_in(low, high));
    return static_cast<std::int32_t>(value);
}

bool is_name(std::string_view cell) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !cell.empty() && letter(cell[0]) && cell != "nan" && cell != "NaN" && cell != "inf";
}

class CsvTable {
public:
    CsvTable(const std::string& path, const TableRange& range)
        : path_(path), range_(range), products_(kSide * kSide) {}

    void add_line(std::string_view line, std::size_t number) {
        const std::vector<std::string_view> cells = split(line);
        if (cells.empty() || line[line.find_first_not_of(" \t\r")] == '#') return;
        if (cells_per_line_ == 0) {
            if (cells.size() != 3 && cells.size() != kSide)
                throw InputError(at(path_, number), std::to_string(cells.size()) + " numbers",
                                 "256 (a row of products) or 3 (first operand, second operand, product)");
            cells_per_line_ = cells.size();
            if (cells_per_line_ == 3) line_of_pair_.resize(kSide * kSide);
            if (cells_per_line_ == 3 && is_name(cells[0]) && is_name(cells[1]) && is_name(cells[2])) return;
        }
        if (cells.size() != cells_per_line_)
            throw InputError(at(path_, number), std::to_string(cells.size()) + " numbers",
                             std::to_string(cells_per_line_));
        cells_per_line_ == 3 ? add_triple(cells, number) : add_row(cells, number);
    }

    std::vector<std::int32_t> finish() {
        if (cells_per_line_ == 0) throw InputError(path_, "no numbers", "65536 products");
        if (cells_per_line_ == kSide && lines_ != kSide)
            throw InputError(path_, std::to_string(lines_) + " rows", "256");
        for (std::size_t i = 0; i < line_of_pair_.size(); ++i) {
            if (line_of_pair_[i] == 0)
                throw InputError(path_, std::to_string(lines_) + " pairs of operands",
                                 "65536 (none for " + std::to_string(operand(0, i / kSide)) + ", " +
                                     std::to_string(operand(1, i % kSide)) + ")");
        }
        return std::move(products_);
    }

private:
    void add_row(const std::vector<std::string_view>& cells, std::size_t number) {
        if (lines_ == kSide) throw InputError(at(path_, number), "another row", "256 rows");
        for (std::size_t i = 0; i < kSide; ++i) {
            products_[lines_ * kSide + i] =
                whole_number(cells[i], at(path_, number) + ": column " + std::to_string(i + 1),
                             range_.lowest_product, range_.highest_product);
        }
        ++lines_;
    }

    void add_triple(const std::vector<std::string_view>& cells, std::size_t number) {
        std::array<std::size_t, 2> index{};
        for (std::size_t i = 0; i < 2; ++i) {
            const int low = range_.lowest_operand[i];
            const int value =
                whole_number(cells[i], at(path_, number) + (i == 0 ? ": first operand" : ": second operand"),
                             low, low + 255);
            index[i] = static_cast<std::size_t>(value - low + range_.lowest_index[i]) % kSide;
        }
        const std::size_t pair = index[0] * kSide + index[1];
        if (line_of_pair_[pair] != 0)
            throw InputError(
                at(path_, number),
                "the pair " + std::string{cells[0]} + ", " + std::string{cells[1]} + " a second time",
                "it once (first in line " + std::to_string(line_of_pair_[pair]) + ")");
        line_of_pair_[pair] = number;
        products_[pair] = whole_number(cells[2], at(path_, number) + ": product", range_.lowest_product,
                                       range_.highest_product);
        ++lines_;
    }

    int operand(int which, std::size_t index) const {
        const auto from_lowest = (static_cast<int>(index) - range_.lowest_index[which] + 256) % 256;
        return range_.lowest_operand[which] + from_lowest;
    }

    const std::string& path_;
    const TableRange& range_;
    std::vector<std::int32_t> products_;
    std::size_t cells_per_line_ = 0, lines_ = 0;
    std::vector<std::size_t> line_of_pair_;  ///< of triples only; 0: not seen
};

}  // namespace

std::vector<std::int32_t> parse_csv_table(const std::string& path, const std::string& text,
                                          const TableRange& range) {
    CsvTable table(path, range);
    std::size_t number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        table.add_line(std::string_view{text}.substr(begin, end - begin), ++number);
        begin = end + 1;
    }
    return table.finish();
}

}  // namespace approxtlm
