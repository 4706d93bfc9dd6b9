// The schedule against the SystemC model: the same cycles, stalls and counts, layer by layer.
#include <gtest/gtest.h>

#include <numeric>
#include <systemc>

#include "models/schedule/job_schedule.h"
#include "platform/simulation/simulate.h"
#include "tests/models/random_job.h"
#include "workloads/compiler/program.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

using platform::simulate;
using platform::SimulationJob;
using platform::SimulationResult;
using workloads::Program;

/// Counts that only the array's registers know.
bool of_registers(Activity a) {
    return is_value_dependent(a) || a == Activity::streamed_vectors || a == Activity::pe_cycles ||
           a == Activity::row_cycles || a == Activity::column_cycles || a == Activity::weight_loads;
}

void expect_equal(const Program& program, const AcceleratorConfig& config,
                  const SimulationResult& simulated) {
    const std::vector<LayerStats> scheduled =
        schedule_job(program.layers, program.descriptor_address, config);
    ASSERT_EQ(scheduled.size(), simulated.layers.size());
    for (std::size_t l = 0; l < scheduled.size(); ++l) {
        SCOPED_TRACE("layer " + std::to_string(l) + " " + program.layer_names[l]);
        const LayerStats &s = scheduled[l], &m = simulated.layers[l];
        EXPECT_EQ(s.cycles, m.cycles);
        EXPECT_EQ(s.busy_cycles, m.busy_cycles);
        for (std::size_t i = 0; i < kStallNames.size(); ++i)
            EXPECT_EQ(s.stall_cycles[i], m.stall_cycles[i]) << kStallNames[i];
        for (std::size_t i = 0; i < kActivityNames.size(); ++i)
            if (const auto a = static_cast<Activity>(i); !of_registers(a)) {
                EXPECT_EQ(s.activity[a], m.activity[a]) << kActivityNames[i];
            }
        EXPECT_EQ(s.cycles, std::accumulate(s.stall_cycles.begin(), s.stall_cycles.end(), s.busy_cycles));
    }
}

TEST(Schedule, RandomNetworksOnRandomAcceleratorsTakeTheSameCycles) {
    std::vector<test::RandomJob> cases;
    for (unsigned seed = 1; seed <= 80; ++seed) cases.emplace_back(seed);
    std::vector<SimulationJob> jobs;
    for (std::size_t i = 0; i < cases.size(); ++i)
        jobs.push_back(
            {"case" + std::to_string(i), &cases[i].program, cases[i].config, cases[i].image, false});
    const std::vector<SimulationResult> results = simulate(jobs);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE("seed " + std::to_string(i + 1));
        expect_equal(cases[i].program, cases[i].config, results[i]);
    }
}

}  // namespace
}  // namespace approxtlm
