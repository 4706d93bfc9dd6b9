#include "power/macro_model/macro_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

#include "power/macro_model/non_negative.h"

namespace approxtlm::power {
namespace {

double sum(const ComponentEnergies& e) { return std::accumulate(e.begin(), e.end(), 0.0); }

}  // namespace

// In a fused PE everything combinational is the multiplier, so partial sums are among its features; clock
// pins and leakage see no data.
const std::vector<PeFeature>& component_features(Component component) {
    using Features = std::vector<PeFeature>;
    static const Features combinational = [] {
        Features features{PeFeature::cycles, PeFeature::activation_toggles,
                          PeFeature::weighted_activation_toggles};
        for (std::size_t i = 0; i < 8; ++i) features.push_back(partial_products_of(i));
        features.insert(features.end(),
                        {PeFeature::partial_product_ones, PeFeature::product_toggles, PeFeature::product_ones,
                         PeFeature::psum_in_toggles, PeFeature::psum_toggles});
        return features;
    }();
    static const Features activation{PeFeature::activation_toggles}, psum{PeFeature::psum_toggles},
        correction{PeFeature::activation_toggles, PeFeature::sum_x_toggles}, constant{PeFeature::cycles};
    switch (component) {
        case Component::multiplier:
        case Component::accumulator:
            return combinational;
        case Component::activation_registers:
            return activation;
        case Component::psum_registers:
            return psum;
        case Component::correction:
            return correction;
        default:
            return constant;
    }
}

ComponentEnergies MacroModel::components_fj(const PeFeatures& features) const {
    ComponentEnergies energy{};
    for (std::size_t c = 0; c < kComponents; ++c)
        for (std::size_t f = 0; f < kPeFeatures; ++f) energy[c] += coefficient_fj[c][f] * features[f];
    return energy;
}

double MacroModel::energy_fj(const PeFeatures& features) const { return sum(components_fj(features)); }

MacroModel fit(const std::vector<Observation>& training) {
    if (training.size() < kPeFeatures)
        throw std::invalid_argument(fmt::format("macro_model::fit: got {} observations, expected at least {}",
                                                training.size(), kPeFeatures));
    const auto rows = static_cast<Eigen::Index>(training.size());
    MacroModel model;
    for (std::size_t c = 0; c < kComponents; ++c) {
        const std::vector<PeFeature>& features = component_features(static_cast<Component>(c));
        Eigen::MatrixXd a(rows, static_cast<Eigen::Index>(features.size()));
        Eigen::VectorXd b(rows);
        for (Eigen::Index r = 0; r < rows; ++r) {
            const Observation& o = training[static_cast<std::size_t>(r)];
            const double weight = 1 / sum(o.energy_fj);
            b[r] = weight * o.energy_fj[c];
            for (std::size_t f = 0; f < features.size(); ++f)
                a(r, static_cast<Eigen::Index>(f)) =
                    weight * o.features[static_cast<std::size_t>(features[f])];
        }
        const Eigen::VectorXd x = non_negative_least_squares(a, b);
        for (std::size_t f = 0; f < features.size(); ++f)
            model.coefficient_fj[c][static_cast<std::size_t>(features[f])] = x[static_cast<Eigen::Index>(f)];
    }
    return model;
}

ModelError judge(const MacroModel& model, const std::vector<Observation>& held_out) {
    struct Sums {
        double model_fj = 0, gates_fj = 0;
    };
    std::map<std::string, Sums> streams;  // blocks are equally long
    for (const Observation& o : held_out) {
        Sums& s = streams[o.stream];
        s.model_fj += model.energy_fj(o.features);
        s.gates_fj += sum(o.energy_fj);
    }
    ModelError error;
    error.streams = streams.size();
    for (const auto& [name, s] : streams) {
        const double percent = 100 * std::abs(s.model_fj / s.gates_fj - 1);
        error.mean_percent += percent / static_cast<double>(streams.size());
        if (percent < error.worst_percent) continue;
        error.worst_percent = percent;
        error.worst_stream = name;
    }
    return error;
}

ModelError combined(const std::vector<ModelError>& errors) {
    ModelError all;
    for (const ModelError& e : errors) {
        all.mean_percent += e.mean_percent / static_cast<double>(errors.size());
        all.streams = std::max(all.streams, e.streams);
        if (e.worst_percent < all.worst_percent) continue;
        all.worst_percent = e.worst_percent;
        all.worst_stream = e.worst_stream;
    }
    return all;
}

}  // namespace approxtlm::power
