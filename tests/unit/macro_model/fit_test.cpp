#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "power/macro_model/macro_model.h"
#include "power/macro_model/non_negative.h"

namespace approxtlm::power {
namespace {

Eigen::MatrixXd matrix(std::initializer_list<std::initializer_list<double>> rows) {
    Eigen::MatrixXd m(static_cast<Eigen::Index>(rows.size()),
                      static_cast<Eigen::Index>(rows.begin()->size()));
    Eigen::Index r = 0;
    for (const auto& row : rows) {
        Eigen::Index c = 0;
        for (const double x : row) m(r, c++) = x;
        ++r;
    }
    return m;
}

TEST(NonNegative, IsLeastSquaresWhereThatIsPositive) {
    const Eigen::MatrixXd a = matrix({{1, 0}, {1, 1}, {1, 2}});
    const Eigen::VectorXd x = non_negative_least_squares(a, Eigen::Vector3d(1, 3, 5));
    EXPECT_NEAR(x[0], 1, 1e-12);
    EXPECT_NEAR(x[1], 2, 1e-12);
}

TEST(NonNegative, BindsWhereLeastSquaresIsNegative) {
    // Unconstrained: x = (6, -1); with x1 >= 0 the best constant is the mean 5.
    const Eigen::MatrixXd a = matrix({{1, 0}, {1, 1}, {1, 2}});
    const Eigen::VectorXd x = non_negative_least_squares(a, Eigen::Vector3d(6, 5, 4));
    EXPECT_NEAR(x[0], 5, 1e-12);
    EXPECT_EQ(x[1], 0);
    EXPECT_EQ(non_negative_least_squares(a, Eigen::Vector3d(-1, -1, -1)).maxCoeff(), 0);
}

TEST(NonNegative, MeetsTheConditionsOfAnOptimum) {
    // Karush-Kuhn-Tucker: gradient 0 where x > 0, not positive where x = 0.
    std::srand(1);
    for (int round = 0; round < 50; ++round) {
        const Eigen::MatrixXd a = Eigen::MatrixXd::Random(20, 6);
        const Eigen::VectorXd b = Eigen::VectorXd::Random(20);
        const Eigen::VectorXd x = non_negative_least_squares(a, b), gradient = a.transpose() * (b - a * x);
        for (Eigen::Index j = 0; j < x.size(); ++j) {
            EXPECT_GE(x[j], 0);
            EXPECT_LT(gradient[j], 1e-9) << round;
            if (x[j] > 0) {
                EXPECT_GT(gradient[j], -1e-9) << round;
            }
        }
    }
}

MacroModel known_model() {
    MacroModel m;
    const auto set = [&](Component c, PeFeature f, double fj) {
        m.coefficient_fj[static_cast<std::size_t>(c)][static_cast<std::size_t>(f)] = fj;
    };
    set(Component::multiplier, PeFeature::cycles, 0.5);
    set(Component::multiplier, PeFeature::weighted_activation_toggles, 0.01);
    for (std::size_t i = 0; i < 8; ++i)
        set(Component::multiplier, partial_products_of(i), 1.5 + 0.1 * static_cast<double>(i));
    set(Component::multiplier, PeFeature::product_toggles, 2);
    set(Component::multiplier, PeFeature::product_ones, 0.75);
    set(Component::multiplier, PeFeature::partial_product_ones, 0.125);
    set(Component::multiplier, PeFeature::psum_in_toggles, 0.25);
    set(Component::accumulator, PeFeature::psum_toggles, 3);
    set(Component::activation_registers, PeFeature::activation_toggles, 4);
    set(Component::psum_registers, PeFeature::psum_toggles, 0.5);
    set(Component::correction, PeFeature::sum_x_toggles, 0.75);
    set(Component::clock, PeFeature::cycles, 20);
    set(Component::leakage, PeFeature::cycles, 0.125);
    return m;
}

/// Blocks of real streams with the energy of `model`, that of block b times 1 + noise b.
std::vector<Observation> observe(const MacroModel& model, const std::vector<StreamSpec>& specs,
                                 double noise) {
    const StreamDesign design{{MultiplierFamily::truncated, 6}, Encoding::unsigned_codes, Variate::any_low};
    std::vector<Observation> result;
    for (const StreamSpec& spec : specs) {
        double sign = 1;
        const OperandStream stream = make_stream(spec, design, 16);
        for (const StreamBlock& block : stream.blocks) {
            Observation o{spec.name, features_of(block, design, 16, true), {}};
            o.energy_fj = model.components_fj(o.features);
            for (double& e : o.energy_fj) e *= 1 + sign * noise;
            sign = -sign;
            result.push_back(o);
        }
    }
    return result;
}

TEST(Fit, FindsTheCoefficientsItWasMadeFrom) {
    const MacroModel known = known_model();
    const MacroModel found = fit(observe(known, training_streams({}), 0));
    for (std::size_t c = 0; c < kComponents; ++c)
        for (std::size_t f = 0; f < kPeFeatures; ++f)
            EXPECT_NEAR(found.coefficient_fj[c][f], known.coefficient_fj[c][f], 1e-8)
                << kComponentNames[c] << " " << kPeFeatureNames[f];
    const ModelError error = judge(found, observe(known, held_out_streams({}), 0));
    EXPECT_EQ(error.streams, 20u);
    EXPECT_LT(error.worst_percent, 1e-6);
}

TEST(Fit, JudgesTheMeanOfAStreamNotOfABlock) {
    const MacroModel known = known_model();
    auto held_out = observe(known, held_out_streams({}), 0);
    for (Observation& o : held_out)
        if (o.stream == "dense-2")
            for (double& e : o.energy_fj) e *= 2;
    const ModelError error = judge(known, held_out);
    EXPECT_DOUBLE_EQ(error.worst_percent, 50);
    EXPECT_EQ(error.worst_stream, "dense-2");
    EXPECT_NEAR(error.mean_percent, 50.0 / 20, 1e-9);
}

TEST(Fit, CombinesRows) {
    const ModelError both = combined({{1, 2, 20, "a"}, {2, 5, 20, "b"}});
    EXPECT_DOUBLE_EQ(both.mean_percent, 1.5);
    EXPECT_DOUBLE_EQ(both.worst_percent, 5);
    EXPECT_EQ(both.worst_stream, "b");
    EXPECT_EQ(both.streams, 20u);
}

TEST(Fit, NeedsObservations) { EXPECT_THROW(fit({}), std::invalid_argument); }

}  // namespace
}  // namespace approxtlm::power
