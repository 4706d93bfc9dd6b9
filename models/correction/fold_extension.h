#pragma once

#include <cstdint>
#include <memory>
#include <tlm>
#include <vector>

#include "models/job/layer_job.h"

namespace approxtlm {

/// Which fold the sums on the array's output socket belong to (output-stationary: the pixel tile's last, with
/// the sums of all). The payload's data are int32 [pixel][filters, sum A, sum x]; input-stationary
/// [filter][pixel], then sum A [pixel], then sum x [pixel].
struct FoldExtension : tlm::tlm_extension<FoldExtension> {
    JobPtr job;
    std::uint32_t tile = 0;
    FoldPosition at;
    std::uint64_t accumulator_address = 0;                            ///< of the part that the sums go to
    std::shared_ptr<const std::vector<FilterParameters>> parameters;  ///< with the last reduction fold

    std::uint32_t filters() const { return job->t.fold_columns(at.filter_tile); }
    std::size_t words() const { return std::size_t{at.pixels} * (filters() + 2); }
    bool first() const { return at.fold == 0 || job->t.dataflow == Dataflow::output_stationary; }
    bool last() const { return at.fold + 1 == job->t.reduction_folds; }
    tlm::tlm_extension_base* clone() const override { return new FoldExtension(*this); }
    void copy_from(const tlm::tlm_extension_base& other) override {
        *this = static_cast<const FoldExtension&>(other);
    }
};

}  // namespace approxtlm
