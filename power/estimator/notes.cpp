#include "power/estimator/notes.h"

#include <fmt/format.h>

#include <algorithm>

namespace approxtlm::power {

std::vector<std::string> estimate_notes(const PeArrayConfig& array, const std::vector<Dataflow>& used) {
    const auto uses = [&](Dataflow d) { return std::find(used.begin(), used.end(), d) != used.end(); };
    std::vector<std::string> notes;
    if (uses(Dataflow::output_stationary))
        notes.push_back(
            "Output-stationary layers are priced with PEs that were measured weight-stationary: a flip of a "
            "weight that streams costs what an activation's costs, any sum register's flip what a partial "
            "sum's "
            "costs. The second sum register of a PE, its wider adder, its clock and its area are not "
            "priced.");
    if (uses(Dataflow::input_stationary))
        notes.push_back(
            "Input-stationary layers are priced with PEs that were measured weight-stationary, activations "
            "and "
            "weights exchanged, and the cells above the columns as sum-x and sum-A PEs; the area is the "
            "weight-stationary array's.");
    if (array.multiplier_stages > 0)
        notes.push_back(
            fmt::format("The multipliers' {} pipeline stage{} {} counted (multiplier_register_toggles) but "
                        "not priced: no "
                        "technology file has them, nor the smaller gates that they would allow.",
                        array.multiplier_stages, array.multiplier_stages == 1 ? "" : "s",
                        array.multiplier_stages == 1 ? "is" : "are"));
    return notes;
}

}  // namespace approxtlm::power
