#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/common/pe_counts.h"
#include "power/macro_model/streams.h"

namespace approxtlm::power {

/// Where a PE's energy goes. Register clock pins are `clock` alone, whatever register they belong to.
enum class Component : std::size_t {
    multiplier,            ///< combinational; everything combinational where sum and product are fused
    accumulator,           ///< combinational, separate adder of the partial sum
    activation_registers,  ///< data: internal and switching energy of the flip-flops, without clock pins
    psum_registers,        ///< data
    correction,            ///< sum-x adder and register data inside a per-MAC PE
    clock,                 ///< clock pins of everything that streams; not the weight register's
    leakage,
    count
};
inline constexpr std::size_t kComponents = static_cast<std::size_t>(Component::count);
inline constexpr std::array<std::string_view, kComponents> kComponentNames{
    "multiplier", "accumulator", "activation_registers", "psum_registers", "correction", "clock", "leakage"};
/// What can flip the wires of a component: the features its model has coefficients for.
const std::vector<PeFeature>& component_features(Component component);
/// Femtojoules.
using ComponentEnergies = std::array<double, kComponents>;
/// Mean counts per PE cycle; cycles is 1.
using PeFeatures = std::array<double, kPeFeatures>;

/// One block of one stream at the gates of one PE.
struct Observation {
    std::string stream;             ///< its name
    PeFeatures features{};          ///< mean over the block's cycles from kSkippedCycles on
    ComponentEnergies energy_fj{};  ///< mean over the same cycles
};

/// Counted in the block's cycles from kSkippedCycles on, a flip where entry t differs from t - 1.
PeFeatures features_of(const StreamBlock& block, const StreamDesign& design, unsigned row, bool per_mac);

/// Energy per PE cycle = sum over components and features of coefficient x feature, femtojoules.
struct MacroModel {
    std::array<PeFeatures, kComponents> coefficient_fj{};  ///< all >= 0
    double energy_fj(const PeFeatures& features) const;
    ComponentEnergies components_fj(const PeFeatures& features) const;
};

/// Least squares with non-negative coefficients, each component on its own features; blocks weigh by the
/// inverse of their energy (relative errors count). Clock and leakage are constants. Throws
/// std::invalid_argument for fewer observations than coefficients.
MacroModel fit(const std::vector<Observation>& training);

/// Against gate level: |model / gates - 1| of each stream's mean energy.
struct ModelError {
    double mean_percent = 0, worst_percent = 0;
    std::size_t streams = 0;
    std::string worst_stream;
};
ModelError judge(const MacroModel& model, const std::vector<Observation>& held_out);
/// Over several rows of one design: the mean of the means, the worst of the worst.
ModelError combined(const std::vector<ModelError>& errors);

}  // namespace approxtlm::power
