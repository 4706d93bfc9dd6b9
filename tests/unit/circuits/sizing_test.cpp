#include "power/circuits/sizing.h"

#include "power/characterize/explorer.h"
#include "power/characterize/function_check.h"
#include "tests/unit/circuits/tiny_library.h"

namespace approxtlm::power {
namespace {

class SizingTest : public MappedTest {
protected:
    void SetUp() override {
        MappedTest::SetUp();
        if (!synthesis_) return;
        circuit_.multiplier = parse_multiplier("truncated:7");
        circuit_.array_row = 4;
        job_ = pe_job(circuit_, tiny_library(), *synthesis_);
        netlist_ = read_netlist(
            synthesis_->netlist(
                generate(circuit_, {FinalAdder::sklansky, Accumulation::fused, true}, synthesis_->cells()),
                {MapScript::map, 1}),
            tiny_library());
        toggles_ = job_.toggles(netlist_);
    }
    double period(const Netlist& netlist) const {
        return analyse(netlist, tiny_library(), job_.timing).shortest_period_ps;
    }
    double energy(const Netlist& netlist, double period_ps) const {
        return job_.energy_fj({netlist, analyse(netlist, tiny_library(), job_.timing), ""}, period_ps);
    }

    PeCircuit circuit_;
    CircuitJob job_;
    Netlist netlist_;
    std::vector<double> toggles_;
    const DriveStrengths strengths_{tiny_library()};
};

TEST_F(SizingTest, StrengthsAreCellsOfOneFunction) {
    const std::vector<const Cell*>& inverters = strengths_.of(tiny_library().find("INV_X1"));
    ASSERT_EQ(inverters.size(), 3u);
    for (const Cell* cell : inverters) EXPECT_EQ(cell->name.substr(0, 4), "INV_");
    // A flip-flop with a reset is no stand-in for one without, nor an AND for an OR.
    EXPECT_TRUE(strengths_.of(tiny_library().find("DFFN_X1")).empty());
    EXPECT_EQ(strengths_.of(tiny_library().find("AND2_X1")).size(), 2u);
}

TEST_F(SizingTest, FasterThanBeforeWhenAskedForTheImpossible) {
    const double before = period(netlist_);
    const double reached = size_cells(netlist_, tiny_library(), strengths_, job_.timing, 0, toggles_);
    EXPECT_LT(reached, before);
    EXPECT_DOUBLE_EQ(reached, period(netlist_));
    EXPECT_NO_THROW(check_function(netlist_, circuit_));
}

TEST_F(SizingTest, LeisureIsTurnedIntoEnergyAndTheClockIsStillMet) {
    size_cells(netlist_, tiny_library(), strengths_, job_.timing, 0, toggles_);
    const double target = 1.6 * period(netlist_), before = energy(netlist_, target);
    EXPECT_LE(size_cells(netlist_, tiny_library(), strengths_, job_.timing, target, toggles_), target);
    EXPECT_LE(period(netlist_), target);
    EXPECT_LT(energy(netlist_, target), before);
    EXPECT_NO_THROW(check_function(netlist_, circuit_));
}

TEST_F(SizingTest, ExplorationKeepsWhatMeetsTheClockLeastEnergyFirst) {
    const Explorer explorer(tiny_library(), *synthesis_, folder_);
    const double target = 1.3 * period(netlist_);
    const std::vector<Candidate> candidates{
        {{FinalAdder::sklansky, Accumulation::fused, true}, {MapScript::map, 1}},
        {{FinalAdder::brent_kung, Accumulation::fused, false}, {MapScript::map, 1}},
        {{FinalAdder::ripple, Accumulation::separate, true}, {MapScript::amap, 100000}}};
    const std::vector<Built> built = explorer.explore(job_, candidates, target, 3);
    ASSERT_FALSE(built.empty());
    for (std::size_t i = 0; i < built.size(); ++i) {
        EXPECT_LE(built[i].circuit.timing.shortest_period_ps, target);
        EXPECT_DOUBLE_EQ(built[i].energy_fj, job_.energy_fj(built[i].circuit, target));
        if (i > 0) {
            EXPECT_GE(built[i].energy_fj, built[i - 1].energy_fj);
        }
    }
    // Again, from the work folder.
    const std::vector<Built> again = explorer.explore(job_, candidates, target, 3);
    ASSERT_EQ(again.size(), built.size());
    for (std::size_t i = 0; i < built.size(); ++i) EXPECT_EQ(again[i].energy_fj, built[i].energy_fj);
    double shortest = 0;
    EXPECT_TRUE(explorer.explore(job_, candidates, 1, 3, &shortest).empty());
    EXPECT_GT(shortest, 1);
}

}  // namespace
}  // namespace approxtlm::power
