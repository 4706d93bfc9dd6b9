#include "workloads/compiler/dataflow_choice.h"

#include "models/common/array_timing.h"
#include "models/common/error.h"
#include "workloads/compiler/tile_choice.h"

namespace approxtlm::workloads {
namespace {

std::uint64_t estimated_cycles(LayerDescriptor d, const AcceleratorConfig& config, const std::string& where) {
    d.tile_rows = choose_tile_rows(d, config, where);
    if (weights_fit(d, config, where)) d.flags |= kFlagWeightsResident;
    return estimated_layer_cycles(config, d);
}

}  // namespace

Dataflow choose_dataflow(const LayerDescriptor& d, const AcceleratorConfig& config,
                         const std::string& where) {
    const DataflowChoice choice = config.pe_array.dataflow;
    const bool per_mac = config.correction.organization == CorrectionOrganization::per_mac;
    if (choice != DataflowChoice::automatic) {
        if (per_mac && choice != DataflowChoice::ws)
            throw InputError("pe_array.dataflow",
                             std::string(to_string(choice)) + " with correction.organization per_mac",
                             "ws: only PEs that hold weights form sum x themselves");
        return static_cast<Dataflow>(choice);
    }
    Dataflow best = Dataflow::weight_stationary;
    if (per_mac) return best;
    std::uint64_t fewest = 0;
    for (const Dataflow dataflow : kDataflows) {
        LayerDescriptor candidate = d;
        candidate.dataflow = dataflow;
        if (dataflow != Dataflow::weight_stationary && !sums_fit(candidate, config)) continue;
        const std::uint64_t cycles = estimated_cycles(candidate, config, where);
        if (dataflow != Dataflow::weight_stationary && cycles >= fewest) continue;
        best = dataflow;
        fewest = cycles;
    }
    return best;
}

}  // namespace approxtlm::workloads
