#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/dma/dma_transfer.h"
#include "models/job/layer_job.h"

namespace approxtlm {

/// Folds that the weight buffer holds.
std::uint32_t weight_slots(const AcceleratorConfig& config);

/// A checked descriptor as the units see it; `first_slot`: ring position in the weight buffer of its first
/// fold.
std::shared_ptr<LayerJob> decode_layer(std::uint32_t index, const LayerDescriptor& d,
                                       const AcceleratorConfig& config, std::uint32_t first_slot);

// The DMA transfers of a layer, in the order in which a channel issues them.

DmaTransfer descriptor_transfer(std::uint64_t descriptor_base, std::uint32_t index);
/// One fold's weights (and parameters) into its slot; `sequence` as LayerJob::slot().
DmaTransfer weight_transfer(const LayerJob& job, const FoldPosition& p, std::uint32_t sequence,
                            std::uint32_t slots);
/// The input rows of a tile, then an `add`'s second operand or an `average_pool`'s scale table. None is
/// empty.
std::vector<DmaTransfer> input_transfers(const LayerJob& job, std::uint32_t tile);
DmaTransfer store_transfer(const LayerJob& job, std::uint32_t tile);

}  // namespace approxtlm
