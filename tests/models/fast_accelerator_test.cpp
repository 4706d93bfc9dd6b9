// The loosely timed accelerator against the cycle mode: the same bits, cycles, stalls and counts.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <systemc>

#include "platform/simulation/simulate.h"
#include "tests/models/damaged_job.h"
#include "tests/models/random_job.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

using platform::simulate;
using platform::SimulationJob;
using platform::SimulationResult;
using platform::Timing;
using test::descriptor;
using test::RandomJob;
using test::stopped;
using workloads::Program;

SimulationJob job_of(const RandomJob& random, const std::string& name, Timing timing, bool activity) {
    return {name, &random.program, random.config, random.image, activity, timing};
}

TEST(FastAccelerator, RunsRandomJobsAsTheCycleModeDoes) {
    std::vector<RandomJob> cases;
    for (unsigned seed = 100; seed < 120; ++seed) cases.emplace_back(seed);
    std::vector<SimulationJob> jobs;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const bool activity = i % 2 == 0;
        jobs.push_back(job_of(cases[i], "cycle" + std::to_string(i), Timing::cycle, activity));
        jobs.push_back(job_of(cases[i], "fast" + std::to_string(i), Timing::fast, activity));
    }
    const std::vector<SimulationResult> results = simulate(jobs);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        SCOPED_TRACE("seed " + std::to_string(100 + i));
        const SimulationResult &cycle = results[2 * i], &fast = results[2 * i + 1];
        EXPECT_EQ(fast.logits, cycle.logits);
        EXPECT_EQ(fast.cycles, cycle.cycles);
        ASSERT_EQ(fast.layers.size(), cycle.layers.size());
        for (std::size_t l = 0; l < fast.layers.size(); ++l) {
            SCOPED_TRACE("layer " + std::to_string(l));
            EXPECT_EQ(fast.layers[l].cycles, cycle.layers[l].cycles);
            EXPECT_EQ(fast.layers[l].stall_cycles, cycle.layers[l].stall_cycles);
            EXPECT_TRUE(fast.layers[l].activity == cycle.layers[l].activity);
        }
    }
}

TEST(FastAccelerator, SyncsOnceALayerOrNeverKeepCyclesAndInterrupt) {
    const RandomJob random(7);
    const std::vector<SimulationResult> results = simulate(
        {job_of(random, "cycle", Timing::cycle, false), job_of(random, "fast", Timing::fast, false)}, {}, 0);
    EXPECT_EQ(results[1].cycles, results[0].cycles);
    EXPECT_EQ(results[1].logits, results[0].logits);
}

/// Error of a job whose descriptors were damaged.
std::string error_of(const std::function<void(Program&)>& damage) {
    RandomJob random(3);
    damage(random.program);
    return test::error_of(job_of(random, "damaged", Timing::fast, false));
}

TEST(FastAccelerator, UnknownOpcodeStopsTheJob) {
    EXPECT_EQ(error_of([](Program& p) { descriptor(p, 1).opcode = static_cast<Opcode>(99); }),
              stopped(2, 0x1000 + 256));
}

TEST(FastAccelerator, AddressOutsideMemoryStopsTheJob) {
    EXPECT_EQ(error_of([](Program& p) { descriptor(p, 0).weight_address = 0x70000000; }),
              stopped(1, 0x70000000));
}

TEST(FastAccelerator, NoDescriptorsIsAnError) {
    EXPECT_EQ(error_of([](Program& p) { p.layers.clear(); }), stopped(4, 0x1000));
}

}  // namespace
}  // namespace approxtlm
