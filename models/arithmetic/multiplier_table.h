#pragma once

#include <memory>
#include <string>

#include "models/arithmetic/multiplier.h"

namespace approxtlm {

/// Which operand an index of a table file stands for (docs/multipliers.md).
enum class IndexConvention {
    unsigned_order,   ///< index i is the operand i, 0..255
    twos_complement,  ///< index i is the operand i, or i - 256 from 128 on
    offset            ///< index i is the operand i - 128
};

/// How a table file is to be read.
struct TableFormat {
    IndexConvention convention = IndexConvention::unsigned_order;
    /// The activation's index is the unsigned code whatever the convention (signed by unsigned circuits).
    /// False with a signed convention: both operands are signed, and activation codes enter less 128.
    bool unsigned_activations = false;
    bool weight_is_second = false;  ///< the file's first index is the activation
};

/// Reads a table by its extension: .bin (65,536 little-endian 16-bit words, row = first operand), .csv or
/// .txt (256 rows of 256 products, or 65,536 lines `first, second, product`), .c or .h (a C array of 65,536
/// numbers). Products are 0..65535 with the unsigned convention, else -32768..32767. Throws InputError
/// `FILE[:line]: ...: got X, expected Y`, also when the products fit another convention far better.
std::shared_ptr<const ProductTable> read_product_table(const std::string& path, const TableFormat& format);

/// Does a multiplier option name a table: "table:..." or a path?
bool names_table(const std::string& text);

/// "[table:]FILE[,convention=unsigned|signed|offset][,operand=first|second][,activation=unsigned|signed]
/// [,bits=1..8]". operand: which one is the weight, default first. activation: default as the convention.
/// bits: low bits of A that the control variate reads; default: those that leave the least variance
/// (error_statistics.h). Throws InputError.
Multiplier parse_table_multiplier(const std::string& text);

}  // namespace approxtlm
