// The schedule against the SystemC model: the same cycles, stalls and counts, layer by layer.
#include <gtest/gtest.h>

#include <numeric>
#include <systemc>

#include "models/schedule/job_schedule.h"
#include "platform/simulation/simulate.h"
#include "tests/support/random_network.h"
#include "workloads/compiler/program.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

using platform::simulate;
using platform::SimulationJob;
using platform::SimulationResult;
using test::NetworkBuilder;
using workloads::CorrectionMethod;
using workloads::DesignPoint;
using workloads::LayerKind;
using workloads::Network;
using workloads::Program;

struct Random {
    NetworkBuilder& b;
    int among(std::initializer_list<int> values) {
        return values.begin()[b.uniform(0, int(values.size()) - 1)];
    }
};

/// A chain of convolutions of random shapes with residual adds and pools between.
Network random_network(NetworkBuilder& b, int layers) {
    Random random{b};
    int t = b.convolution(b.input(), random.among({8, 16, 24}), 3, 1, 1);
    for (int i = 0; i < layers; ++i) {
        const int filters = random.among({8, 16, 20, 40, 64});
        switch (b.uniform(0, 4)) {
            case 0: {
                const int a = b.convolution(t, filters, 3, 1, 1);
                t = b.add(a, b.convolution(a, filters, 3, 1, 1));
                break;
            }
            case 1:
                t = b.pool(LayerKind::max_pool, t, 3, 1, 1);
                break;
            case 2:
                t = b.pool(LayerKind::average_pool, t, 2, 1);
                break;
            default: {
                const int kernel = random.among({1, 3});
                t = b.convolution(t, filters, kernel, random.among({1, 1, 2}), kernel / 2);
            }
        }
    }
    return b.finish(b.fully_connected(t, 10));
}

AcceleratorConfig random_config(NetworkBuilder& b) {
    Random random{b};
    AcceleratorConfig c;
    c.pe_array.rows = static_cast<std::uint32_t>(random.among({8, 16, 64}));
    c.pe_array.columns = static_cast<std::uint32_t>(random.among({4, 8, 32}));
    c.pe_array.shadow_weights = b.uniform(0, 3) != 0;
    c.correction.pipelined = b.uniform(0, 3) != 0;
    c.weight_buffer = {static_cast<std::uint32_t>(random.among({8, 16, 64})) * 1024, 1, 64};
    c.activation_buffer = {static_cast<std::uint32_t>(random.among({64, 96, 256})) * 1024, 1,
                           static_cast<std::uint32_t>(random.among({4, 16, 64}))};
    c.accumulator_buffer = {static_cast<std::uint32_t>(random.among({16, 64, 256})) * 1024, 1, 264};
    c.dma.bus_bytes = static_cast<std::uint32_t>(random.among({4, 16, 32}));
    c.dma.burst_beats = static_cast<std::uint32_t>(random.among({4, 16}));
    c.dma.outstanding_requests = static_cast<std::uint32_t>(random.among({1, 2, 8}));
    c.vector_unit.lanes = static_cast<std::uint32_t>(random.among({2, 16, 64}));
    c.memory.latency_cycles = static_cast<std::uint32_t>(random.among({0, 7, 40, 200}));
    c.memory.bytes_per_cycle = static_cast<std::uint32_t>(random.among({3, 16, 64}));
    return c;
}

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
    struct Case {
        AcceleratorConfig config;
        Program program;
        std::vector<std::uint8_t> image;
    };
    std::vector<Case> cases;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        NetworkBuilder builder(3, 20, 20, seed);
        Case c;
        c.config = random_config(builder);
        DesignPoint design{{MultiplierFamily::perforated, 2}};
        if (seed % 2 == 0) design.correction = CorrectionMethod::analytic;
        c.program = workloads::compile(random_network(builder, builder.uniform(1, 6)), c.config, design);
        c.image = builder.image();
        cases.push_back(std::move(c));
    }
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
