#pragma once

#include <initializer_list>

#include "models/common/accelerator_config.h"
#include "tests/support/random_network.h"
#include "workloads/compiler/program.h"

namespace approxtlm::test {

struct Random {
    NetworkBuilder& b;
    int among(std::initializer_list<int> values) {
        return values.begin()[b.uniform(0, int(values.size()) - 1)];
    }
};

/// A chain of convolutions of random shapes with residual adds and pools between.
inline workloads::Network random_network(NetworkBuilder& b, int layers) {
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
                t = b.pool(workloads::LayerKind::max_pool, t, 3, 1, 1);
                break;
            case 2:
                t = b.pool(workloads::LayerKind::average_pool, t, 2, 1);
                break;
            default: {
                const int kernel = random.among({1, 3});
                t = b.convolution(t, filters, kernel, random.among({1, 1, 2}), kernel / 2);
            }
        }
    }
    return b.finish(b.fully_connected(t, 10));
}

inline AcceleratorConfig random_config(NetworkBuilder& b) {
    Random random{b};
    AcceleratorConfig c;
    c.pe_array.rows = static_cast<std::uint32_t>(random.among({8, 16, 64}));
    c.pe_array.columns = static_cast<std::uint32_t>(random.among({4, 8, 32}));
    c.pe_array.shadow_weights = b.uniform(0, 3) != 0;
    c.pe_array.dataflow = static_cast<DataflowChoice>(b.uniform(0, 3));
    c.pe_array.multiplier_stages = static_cast<std::uint32_t>(b.uniform(0, 2));
    c.correction.pipelined = b.uniform(0, 3) != 0;
    c.weight_buffer = {static_cast<std::uint32_t>(random.among({8, 16, 64})) * 1024, 1, 64};
    c.activation_buffer = {static_cast<std::uint32_t>(random.among({64, 96, 256})) * 1024, 1,
                           static_cast<std::uint32_t>(random.among({4, 16, 64}))};
    c.accumulator_buffer = {static_cast<std::uint32_t>(random.among({32, 64, 256})) * 1024, 1, 264};
    c.dma.bus_bytes = static_cast<std::uint32_t>(random.among({4, 16, 32}));
    c.dma.burst_beats = static_cast<std::uint32_t>(random.among({4, 16}));
    c.dma.outstanding_requests = static_cast<std::uint32_t>(random.among({1, 2, 8}));
    c.vector_unit.lanes = static_cast<std::uint32_t>(random.among({2, 16, 64}));
    c.memory.latency_cycles = static_cast<std::uint32_t>(random.among({0, 7, 40, 200}));
    c.memory.bytes_per_cycle = static_cast<std::uint32_t>(random.among({3, 16, 64}));
    c.activation_buffer.banks = static_cast<std::uint32_t>(random.among({1, 4, 16}));
    c.activation_buffer.bank_skew = static_cast<std::uint32_t>(random.among({0, 1, 3}));
    return c;
}

/// A program on an accelerator with an image, all random.
struct RandomJob {
    explicit RandomJob(unsigned seed) {
        NetworkBuilder builder(3, 20, 20, seed);
        config = random_config(builder);
        workloads::DesignPoint design{{MultiplierFamily::perforated, 2}};
        if (seed % 2 == 0) design.correction = workloads::CorrectionMethod::analytic;
        program = workloads::compile(random_network(builder, builder.uniform(1, 6)), config, design);
        image = builder.image();
    }
    AcceleratorConfig config;
    workloads::Program program;
    std::vector<std::uint8_t> image;
};

}  // namespace approxtlm::test
