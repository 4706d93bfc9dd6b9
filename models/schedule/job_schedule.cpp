#include "models/schedule/job_schedule.h"

#include <stdexcept>

#include "models/schedule/array_schedule.h"
#include "models/schedule/load_schedule.h"
#include "models/schedule/schedule_state.h"
#include "models/schedule/vector_schedule.h"
#include "models/sequencer/layer_transfers.h"

namespace approxtlm {

std::vector<LayerStats> schedule_job(const std::vector<LayerDescriptor>& layers,
                                     std::uint64_t descriptor_base, const AcceleratorConfig& config,
                                     UnitObserver* observer) {
    ScheduleState state(config, layers.size(), weight_slots(config), observer);
    FetchSchedule fetch(state, layers, descriptor_base);
    WeightLoadSchedule weights(state);
    ActivationLoadSchedule activations(state);
    ArraySchedule array(state);
    VectorSchedule vector_unit(state);
    StoreSchedule store(state);
    const auto advance = [&] {
        while (fetch.step() || weights.step() || activations.step() || array.step() || vector_unit.step() ||
               store.step()) {
        }
        return state.layer_stored.size() < layers.size();
    };
    while (advance()) {
        if (state.bus.next_grant() == kNever)
            throw std::logic_error("schedule: every unit waits for another");
        state.bus.serve_next();
    }
    return state.account.stats();
}

}  // namespace approxtlm
