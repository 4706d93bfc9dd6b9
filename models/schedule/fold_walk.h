#pragma once

#include <cstdint>

#include "models/job/layer_job.h"

namespace approxtlm {

/// The folds of a matrix layer in the order in which every unit walks them (models/common/tiling.h).
class FoldWalk {
public:
    explicit FoldWalk(const Tiling& tiling = {}) : t_(tiling) {}

    std::uint32_t tile = 0, group = 0, filter_tile = 0, fold = 0;
    std::uint32_t fold_of_tile = 0;

    bool first_of_sum() const { return fold == 0; }
    bool last_of_sum() const { return fold + 1 == t_.reduction_folds; }
    bool first_of_tile() const { return fold_of_tile == 0; }
    void next() {
        ++fold_of_tile;
        if (++fold < t_.reduction_folds) return;
        fold = 0;
        if (++filter_tile < t_.filter_tiles) return;
        filter_tile = 0;
        if (++group < t_.groups) return;
        group = fold_of_tile = 0;
        ++tile;
    }

private:
    Tiling t_;
};

}  // namespace approxtlm
