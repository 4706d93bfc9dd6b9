#include "power/estimator/notes.h"

#include <fmt/format.h>

#include <algorithm>

namespace approxtlm::power {

namespace {

constexpr const char* kOutputStationary =
    "Output-stationary layers are priced with PEs that were measured weight-stationary, all of the widest "
    "row: a flip "
    "of a weight that streams costs what an activation's costs, any sum register's flip what a partial sum's "
    "costs. "
    "The second sum register of a PE, its wider adder, its clock and its area are not priced, nor are the "
    "registers "
    "around the array.";
constexpr const char* kInputStationary =
    "Input-stationary layers are priced with PEs that were measured weight-stationary, activations and "
    "weights "
    "exchanged, and the cells above the columns as sum-x and sum-A cells; the area is the weight-stationary "
    "array's; "
    "the registers around the array are not priced.";
constexpr const char* kZeroGating =
    "Zero gating: toggles are those of what the PEs hold while zeros pass; the activation registers' clock "
    "is saved in "
    "these cycles; a flag per PE is priced as one register bit, the multiplexer around its adder and the "
    "clock gate "
    "are not.";
constexpr const char* kNoClockGating =
    "Without clock gating every register of the array, the weights' and those around it included, sees every "
    "cycle of "
    "the job.";

}  // namespace

std::vector<std::string> estimate_notes(const AcceleratorConfig& config, const std::vector<Dataflow>& used,
                                        const Technology& technology, const OperatingPoint& point) {
    const auto uses = [&](Dataflow d) { return std::find(used.begin(), used.end(), d) != used.end(); };
    std::vector<std::string> notes;
    if (uses(Dataflow::output_stationary)) notes.emplace_back(kOutputStationary);
    if (uses(Dataflow::input_stationary)) notes.emplace_back(kInputStationary);
    const unsigned stages = config.pe_array.multiplier_stages;
    if (stages > 0)
        notes.push_back(
            fmt::format("The multipliers' {} pipeline stage{} {} counted (multiplier_register_toggles) but "
                        "not priced: no technology "
                        "file has them, nor the smaller gates that they would allow.",
                        stages, stages == 1 ? "" : "s", stages == 1 ? "is" : "are"));
    if (config.power.zero_gating) notes.emplace_back(kZeroGating);
    if (!config.power.clock_gating) notes.emplace_back(kNoClockGating);
    if (point.voltage_v != technology.file.voltage_v)
        notes.push_back(fmt::format("{} V instead of the {} V that was measured: {}.", point.voltage_v,
                                    technology.file.voltage_v, technology.file.published.scaling_citation));
    return notes;
}

}  // namespace approxtlm::power
