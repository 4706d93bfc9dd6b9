#pragma once

#include <cstdint>
#include <vector>

#include "models/job/layer_job.h"

namespace approxtlm {

/// The folds of a matrix layer in the order of their use, tile by tile (for_each_fold).
class FoldWalk {
public:
    FoldWalk() = default;
    explicit FoldWalk(const LayerJob& job) : job_(&job) { collect(); }

    bool done() const { return tile_ == job_->tiles; }
    std::uint32_t tile() const { return tile_; }
    const FoldPosition& at() const { return folds_[index_]; }
    std::uint32_t sequence() const { return sequence_; }
    bool first_of_tile() const { return index_ == 0; }
    /// The fold `ahead` further on in the tile; null behind its end.
    const FoldPosition* ahead(std::size_t ahead) const {
        return index_ + ahead < folds_.size() ? &folds_[index_ + ahead] : nullptr;
    }
    void next() {
        ++sequence_;
        if (++index_ < folds_.size()) return;
        ++tile_;
        collect();
    }

private:
    void collect() {
        index_ = 0;
        folds_.clear();
        if (done()) return;
        for_each_fold(job_->t, job_->pixels(tile_), [&](const FoldPosition& p) { folds_.push_back(p); });
    }

    const LayerJob* job_ = nullptr;
    std::uint32_t tile_ = 0, sequence_ = 0;
    std::size_t index_ = 0;
    std::vector<FoldPosition> folds_;  ///< of the tile
};

}  // namespace approxtlm
