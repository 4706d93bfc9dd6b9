#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/common/activity_counts.h"
#include "models/kernels/activity_kernels.h"

namespace approxtlm {

/// The rows of a fold that lie in one class (PeCounts), and their registers' flips.
struct RowSegment {
    std::size_t row_class = 0;
    std::uint32_t first = 0, rows = 0;  ///< rows of the fold
};

/// A fold of `fold_rows` rows in the bottom rows of an array of `array_rows`, cut where classes meet.
inline std::vector<RowSegment> row_segments(std::uint32_t array_rows, std::uint32_t fold_rows) {
    std::vector<RowSegment> segments;
    const std::uint32_t top = array_rows - fold_rows;
    for (std::uint32_t r = 0; r < fold_rows;) {
        const std::size_t k = row_class(top + r + 1);
        const std::uint32_t end = std::min(fold_rows, (std::uint32_t{1} << k) - top);
        segments.push_back({k, r, end - r});
        r = end;
    }
    return segments;
}

inline std::vector<PsumSegment> psum_segments(const std::vector<RowSegment>& segments) {
    std::vector<PsumSegment> psums;
    for (const RowSegment& s : segments) psums.push_back({s.rows, 0, 0});
    return psums;
}

/// What leaves a row comes into the next one; into a fold's first row come zeros. Returns all flips.
inline std::uint64_t add_psum_flips(const std::vector<RowSegment>& segments,
                                    const std::vector<PsumSegment>& psums, PeCounts& counts) {
    std::uint64_t total = 0, from_above = 0;
    for (std::size_t s = 0; s < segments.size(); ++s) {
        const std::size_t k = segments[s].row_class;
        counts.at(k, PeFeature::psum_toggles) += psums[s].flips;
        counts.at(k, PeFeature::psum_in_toggles) += psums[s].flips - psums[s].last_row_flips + from_above;
        from_above = psums[s].last_row_flips;
        total += psums[s].flips;
    }
    return total;
}

}  // namespace approxtlm
