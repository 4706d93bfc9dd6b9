#include <algorithm>
#include <charconv>
#include <cstring>
#include <string_view>

#include "models/arithmetic/table_text.h"
#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm {
namespace {

constexpr std::size_t kSide = 256, kEntries = kSide * kSide;

/// Reads C source one token at a time, counting lines.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::size_t line() const { return line_; }

    /// The next token: a brace, comma or other sign, or a run of letters, digits and signs of numbers. Empty
    /// at the end.
    std::string_view next() {
        skip_space();
        if (at_ == text_.size()) return {};
        const std::size_t begin = at_++;
        if (std::strchr("{},;=[]()", text_[begin]) == nullptr) {
            while (at_ < text_.size() && std::strchr("{},;=[]()/ \t\r\n\v\f", text_[at_]) == nullptr) ++at_;
        }
        return text_.substr(begin, at_ - begin);
    }

private:
    bool follows(std::string_view sign) const { return text_.substr(at_, sign.size()) == sign; }

    void skip_to(std::string_view end) {
        while (at_ < text_.size() && !follows(end)) line_ += text_[at_++] == '\n';
    }

    void skip_space() {
        while (at_ < text_.size()) {
            if (follows("//") || text_[at_] == '#') {
                skip_to("\n");
            } else if (follows("/*")) {
                at_ += 2;
                skip_to("*/");
                at_ = std::min(at_ + 2, text_.size());
            } else if (text_[at_] == '\n' || std::strchr(" \t\r\v\f", text_[at_]) != nullptr) {
                line_ += text_[at_++] == '\n';
            } else {
                return;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0, line_ = 1;
};

/// A decimal or hexadecimal literal with u and l suffixes; false for anything else.
bool integer_literal(std::string_view token, std::int64_t& value) {
    const bool negative = !token.empty() && token[0] == '-';
    if (negative) token.remove_prefix(1);
    while (!token.empty() && std::strchr("uUlL", token.back()) != nullptr) token.remove_suffix(1);
    const bool hexadecimal = token.size() > 2 && token[0] == '0' && (token[1] == 'x' || token[1] == 'X');
    if (hexadecimal) token.remove_prefix(2);
    if (token.empty() || token[0] == '-') return false;
    const auto [end, error] =
        std::from_chars(token.data(), token.data() + token.size(), value, hexadecimal ? 16 : 10);
    if (negative) value = -value;
    return error == std::errc{} && end == token.data() + token.size();
}

}  // namespace

std::vector<std::int32_t> parse_c_table(const std::string& path, const std::string& text,
                                        const TableRange& range) {
    const std::string numbers = "an integer in [" + std::to_string(range.lowest_product) + ", " +
                                std::to_string(range.highest_product) + "]";
    Scanner scan(text);
    const auto here = [&] { return path + ':' + std::to_string(scan.line()); };

    std::string_view before, token = scan.next();
    for (; !token.empty() && !(before == "=" && token == "{"); token = scan.next()) before = token;
    if (token.empty())
        throw InputError(path, "no array", "65536 products such as const uint16_t table[256][256] = {...}");

    std::vector<std::int32_t> products;
    std::size_t row_begin = 0;
    bool in_row = false, after_number = false, rows = false;
    while (true) {
        token = scan.next();
        if (token.empty()) throw InputError(here(), "the end of the file", "} after the last product");
        if (token == "{" && !in_row && !after_number && rows == !products.empty()) {
            in_row = rows = true;
            row_begin = products.size();
        } else if (token == "}" && in_row) {
            if (products.size() - row_begin != kSide)
                throw InputError(
                    here(), "a row of " + std::to_string(products.size() - row_begin) + " products", "256");
            in_row = false;
            after_number = true;
        } else if (token == "}") {
            break;
        } else if (token == "," && after_number) {
            after_number = false;
        } else {
            std::int64_t value = 0;
            if (after_number || (rows && !in_row))
                throw InputError(here(), printable(std::string{token}), after_number ? "a comma" : "{");
            if (!integer_literal(token, value) || value < range.lowest_product ||
                value > range.highest_product)
                throw InputError(here(), printable(std::string{token}), numbers);
            if (products.size() == kEntries) throw InputError(here(), "more products", "65536");
            products.push_back(static_cast<std::int32_t>(value));
            after_number = true;
        }
    }
    if (products.size() != kEntries)
        throw InputError(here(), std::to_string(products.size()) + " products", "65536");
    return products;
}

}  // namespace approxtlm
