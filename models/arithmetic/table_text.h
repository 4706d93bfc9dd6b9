#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace approxtlm {

/// The numbers a table file may hold.
struct TableRange {
    std::int32_t lowest_product = 0, highest_product = 65535;
    /// Operands of lines `first, second, product`; index of the lowest one in the table, the others follow
    /// modulo 256.
    int lowest_operand[2] = {0, 0};
    int lowest_index[2] = {0, 0};
};

/// 65,536 products [first index][second index] out of comma-, semicolon- or blank-separated text: 256 lines
/// of 256 products, or 65,536 lines `first, second, product` in any order, each pair once. Lines that are
/// empty or begin with # are skipped, and so is one line of three names before triples. Throws InputError
/// `path:line: ...`.
std::vector<std::int32_t> parse_csv_table(const std::string& path, const std::string& text,
                                          const TableRange& range);

/// The first braced list of numbers in C source, flat or as [256][256]. Comments and preprocessor lines are
/// skipped; numbers are decimal or hexadecimal integer literals. Throws InputError `path:line: ...`.
std::vector<std::int32_t> parse_c_table(const std::string& path, const std::string& text,
                                        const TableRange& range);

}  // namespace approxtlm
