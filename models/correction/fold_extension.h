#pragma once

#include <cstdint>
#include <memory>
#include <tlm>
#include <vector>

#include "models/job/layer_job.h"

namespace approxtlm {

/// Which fold the sums on the array's output socket belong to. The payload's data are int32 lanes
/// [vector][fold columns, sum A, sum x].
struct FoldExtension : tlm::tlm_extension<FoldExtension> {
    JobPtr job;
    std::uint32_t tile = 0, group = 0, filter_tile = 0, fold = 0;
    std::uint32_t vectors = 0, columns = 0;
    std::uint32_t accumulator_half = 0;
    std::shared_ptr<const std::vector<FilterParameters>> parameters;  ///< with the last reduction fold

    bool first() const { return fold == 0; }
    bool last() const { return fold + 1 == job->t.reduction_folds; }
    tlm::tlm_extension_base* clone() const override { return new FoldExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        *this = static_cast<const FoldExtension&>(other);
    }
};

}  // namespace approxtlm
