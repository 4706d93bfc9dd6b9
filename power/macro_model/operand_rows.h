#pragma once

#include <cstdint>
#include <vector>

#include "power/macro_model/streams.h"

namespace approxtlm::power {

/// What one row of the array gets during one block.
struct OperandRow {
    std::uint8_t weight = 0;                ///< unsigned code
    std::vector<std::uint8_t> activations;  ///< [kBlockCycles]
};

/// Rows of block `block`, the row in question first, then the one above it and so on: `rows` of them, fewer
/// where a recorded fold has fewer.
std::vector<OperandRow> operand_rows(const StreamSpec& spec, unsigned block, unsigned rows);

}  // namespace approxtlm::power
