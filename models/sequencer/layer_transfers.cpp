#include "models/sequencer/layer_transfers.h"

namespace approxtlm {

std::uint32_t weight_slots(const AcceleratorConfig& config) {
    return config.weight_buffer.capacity_bytes /
           weight_slot_bytes(config.pe_array.rows, config.pe_array.columns);
}

std::shared_ptr<LayerJob> decode_layer(std::uint32_t index, const LayerDescriptor& d,
                                       const AcceleratorConfig& config, std::uint32_t first_slot) {
    auto job = std::make_shared<LayerJob>();
    job->index = index;
    job->d = d;
    job->footprint = activation_footprint(d);
    job->tiles = ceil_div(d.output_height, d.tile_rows);
    if (d.opcode == Opcode::matrix) {
        job->t = tiling_of(d, config.pe_array.rows, config.pe_array.columns);
        job->accumulators = accumulator_parts(d, job->t, config.accumulator_buffer.capacity_bytes);
        job->first_slot = first_slot;
    }
    return job;
}

DmaTransfer descriptor_transfer(std::uint64_t descriptor_base, std::uint32_t index) {
    DmaTransfer transfer;
    transfer.memory_address = descriptor_base + std::uint64_t{index} * sizeof(LayerDescriptor);
    transfer.row_bytes = sizeof(LayerDescriptor);
    transfer.local = DmaLocal::descriptor;
    return transfer;
}

DmaTransfer weight_transfer(const LayerJob& job, const FoldPosition& p, std::uint32_t sequence,
                            std::uint32_t slots) {
    DmaTransfer transfer;
    transfer.memory_address = job.d.weight_address + job.t.weight_offset(p.group, p.filter_tile, p.fold);
    transfer.row_bytes = job.t.fold_bytes(p.filter_tile, p.fold);
    transfer.local = DmaLocal::weight_buffer;
    transfer.local_address = std::uint64_t{job.slot(p, sequence) % slots} *
                             weight_slot_bytes(job.t.array_rows, job.t.array_columns);
    return transfer;
}

std::vector<DmaTransfer> input_transfers(const LayerJob& job, std::uint32_t tile) {
    const LayerDescriptor& d = job.d;
    const TileRows rows = tile_rows_of(d, tile);
    const std::uint32_t row_bytes = d.input_width * d.input_channels;
    std::vector<DmaTransfer> transfers;
    DmaTransfer transfer;
    transfer.row_bytes = rows.input_count * row_bytes;  // whole rows lie back to back
    transfer.local_address = job.input_half(tile);
    transfer.memory_address = d.input_address + std::uint64_t{rows.input_first} * row_bytes;
    if (transfer.row_bytes > 0) transfers.push_back(transfer);
    transfer.local_address += job.footprint.parameter_offset;
    if (d.opcode == Opcode::add) {
        transfer.memory_address = d.input2_address + std::uint64_t{rows.input_first} * row_bytes;
        transfers.push_back(transfer);
    } else if (d.opcode == Opcode::average_pool) {
        transfer.memory_address = d.parameter_address;
        transfer.row_bytes = scale_table_bytes(d);
        transfers.push_back(transfer);
    }
    return transfers;
}

DmaTransfer store_transfer(const LayerJob& job, std::uint32_t tile) {
    const TileRows rows = tile_rows_of(job.d, tile);
    const std::uint32_t row_bytes = job.d.output_width * job.d.output_channels;
    DmaTransfer transfer;
    transfer.store = true;
    transfer.memory_address = job.d.output_address + std::uint64_t{rows.output_first} * row_bytes;
    transfer.local_address = job.output_half(tile);
    transfer.row_bytes = rows.output_count * row_bytes;
    return transfer;
}

}  // namespace approxtlm
