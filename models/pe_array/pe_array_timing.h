#pragma once

#include <cstdint>

#include "models/common/accelerator_config.h"

namespace approxtlm {

/// Cycles to move a fold's weights into the array, one row a cycle, always through all R rows.
inline std::uint64_t weight_shift_cycles(const PeArrayConfig& array) { return array.rows; }

/// Cycles from the last vector's entry to the last column's output: the skew of R rows and C columns.
inline std::uint64_t array_drain_cycles(const PeArrayConfig& array) { return array.rows + array.columns - 2; }

/// One fold alone, without shadow weights: R (load) + T + R + C - 2.
inline std::uint64_t isolated_fold_cycles(const PeArrayConfig& array, std::uint64_t vectors) {
    return weight_shift_cycles(array) + vectors + array_drain_cycles(array);
}

/// Each further fold of a back-to-back run with shadow weights: max(T, R).
inline std::uint64_t back_to_back_fold_cycles(const PeArrayConfig& array, std::uint64_t vectors) {
    return vectors > array.rows ? vectors : array.rows;
}

}  // namespace approxtlm
