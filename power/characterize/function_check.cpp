#include "power/characterize/function_check.h"

#include <fmt/format.h>

#include <array>
#include <random>
#include <stdexcept>

#include "power/circuits/bit_simulator.h"

namespace approxtlm::power {
namespace {

constexpr unsigned kLanes = BitSimulator::kLanes;
constexpr std::uint32_t kSeed = 20261123;
using Lanes = std::array<std::uint64_t, kLanes>;

std::uint64_t mask_of(unsigned bits) { return (std::uint64_t{1} << bits) - 1; }

Lanes random_lanes(std::mt19937_64& random, unsigned bits) {
    Lanes lanes;
    for (std::uint64_t& value : lanes) value = random() & mask_of(bits);
    return lanes;
}

void set(BitSimulator& sim, int port, const Lanes& values) {
    for (unsigned lane = 0; lane < kLanes; ++lane) sim.set(port, lane, values[lane]);
}

[[noreturn]] void differ(const std::string& circuit, const std::string& operands, const char* port,
                         std::uint64_t got, std::uint64_t expected) {
    throw std::runtime_error(fmt::format("{}: {}: {}: got {}, expected {} (seed {})", circuit, operands, port,
                                         got, expected, kSeed));
}

}  // namespace

void check_function(const Netlist& netlist, const PeCircuit& circuit) {
    const PeShape shape = pe_shape(circuit);
    BitSimulator sim(netlist);
    const int clk = sim.port("clk"), weight_clk = sim.port("weight_clk"), a_in = sim.port("activation_in"),
              w_in = sim.port("weight_in"), p_in = sim.port("psum_in"), a_out = sim.port("activation_out"),
              p_out = sim.port("psum_out");
    const bool sums_x = circuit.sum_x.has_value();
    const int x_in = sums_x ? sim.port("sum_x_in") : 0, x_out = sums_x ? sim.port("sum_x_out") : 0;
    std::mt19937_64 random(kSeed);
    struct Step {
        Lanes w, a, psum, sum_x;
    };
    std::vector<Step> steps;
    constexpr unsigned kBatches = 65536 / kLanes;
    // After edge n the ports hold step n, the operand registers step n - 1, and the sums are of the operands
    // of step n - 2 with the partial sums of step n - 1.
    for (unsigned n = 0; n < kBatches + 2; ++n) {
        Step step{};
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            const unsigned pair = (n * kLanes + lane) & 0xFFFF;
            step.w[lane] = pair >> 8;
            step.a[lane] = pair & 0xFF;
        }
        step.psum = random_lanes(random, shape.psum_bits);
        for (std::uint64_t& p : step.psum) p &= ~mask_of(shape.constant_low_bits);
        if (sums_x) step.sum_x = random_lanes(random, shape.sum_x_bits);
        set(sim, w_in, step.w);
        set(sim, a_in, step.a);
        set(sim, p_in, step.psum);
        if (sums_x) set(sim, x_in, step.sum_x);
        steps.push_back(step);
        sim.clock({clk, weight_clk});
        if (n < 2) continue;
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            const auto w = static_cast<std::uint8_t>(steps[n - 2].w[lane]);
            const auto a = static_cast<int>(steps[n - 2].a[lane]);
            const std::uint64_t psum = steps[n - 1].psum[lane];
            const auto operands = [&] {
                return fmt::format("weight code {}, activation {}, psum {}", w, a, psum);
            };
            const auto product = static_cast<std::uint64_t>(static_cast<std::int64_t>(
                approximate_product(circuit.multiplier, weight_value(w, circuit.weights), a)));
            const std::uint64_t sum = (psum + product) & mask_of(shape.psum_bits);
            if (sim.get(p_out, lane) != sum)
                differ(to_string(circuit), operands(), "psum_out", sim.get(p_out, lane), sum);
            const std::uint64_t passed = sim.get(a_out, lane), kept = steps[n - 1].a[lane];
            if ((passed ^ kept) & shape.activation_mask)
                differ(to_string(circuit), operands(), "activation_out", passed, kept);
            if (!sums_x) continue;
            const std::uint64_t sum_x =
                (steps[n - 1].sum_x[lane] +
                 static_cast<std::uint64_t>(variate_value(*circuit.sum_x, circuit.multiplier, a))) &
                mask_of(shape.sum_x_bits);
            if (sim.get(x_out, lane) != sum_x)
                differ(to_string(circuit), operands(), "sum_x_out", sim.get(x_out, lane), sum_x);
        }
    }
}

void check_function(const Netlist& netlist, const SumCellCircuit& circuit) {
    BitSimulator sim(netlist);
    const int clk = sim.port("clk"), a_in = sim.port("activation"), s_in = sim.port("sum_in"),
              s_out = sim.port("sum_out");
    const unsigned bits = sum_bits(circuit), own = circuit.own_registers;
    std::mt19937_64 random(kSeed);
    Lanes before_a{}, before_s{};
    for (unsigned n = 0; n < 64; ++n) {
        // The PE's register holds `a`; bits that the cell registers itself come one clock earlier.
        Lanes a, next, s = random_lanes(random, bits), port;
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            a[lane] = (n * kLanes + lane) & 0xFF;
            next[lane] = ((n + 1) * kLanes + lane) & 0xFF;
            port[lane] = (a[lane] & ~std::uint64_t{own}) | (next[lane] & own);
        }
        set(sim, a_in, port);
        set(sim, s_in, s);
        sim.clock({clk});
        for (unsigned lane = 0; lane < kLanes && n >= 2; ++lane) {
            const std::uint64_t expected =
                (before_s[lane] + static_cast<std::uint64_t>(
                                      variate_of_low_bits(circuit.variate, static_cast<int>(circuit.low_bits),
                                                          static_cast<int>(before_a[lane])))) &
                mask_of(bits);
            if (sim.get(s_out, lane) != expected)
                differ(to_string(circuit),
                       fmt::format("activation {}, sum {}", before_a[lane], before_s[lane]), "sum_out",
                       sim.get(s_out, lane), expected);
        }
        before_a = a;
        before_s = s;
    }
}

void check_function(const Netlist& netlist, const MacPlusCircuit& circuit) {
    BitSimulator sim(netlist);
    const int clk = sim.port("clk"), sum_port = sim.port("sum"), x_port = sim.port("sum_x"),
              c_port = sim.port("coefficient"), out = sim.port("corrected");
    std::mt19937_64 random(kSeed);
    struct Step {
        Lanes sum, x, c;
    };
    std::vector<Step> steps;
    for (unsigned n = 0; n < 512; ++n) {
        Step step{random_lanes(random, 32), random_lanes(random, circuit.sum_x_bits),
                  random_lanes(random, circuit.coefficient_bits)};
        if (n % 8 == 0) step.x.fill(mask_of(circuit.sum_x_bits));
        if (n % 16 == 0) step.c.fill(std::uint64_t{1} << (circuit.coefficient_bits - 1));
        set(sim, sum_port, step.sum);
        set(sim, x_port, step.x);
        set(sim, c_port, step.c);
        steps.push_back(step);
        sim.clock({clk});
        if (n < circuit.stages) continue;
        const Step& old = steps[n - circuit.stages];
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            const std::uint64_t sign = std::uint64_t{1} << (circuit.coefficient_bits - 1);
            const auto c = static_cast<std::int32_t>(static_cast<std::int64_t>(old.c[lane] ^ sign) -
                                                     static_cast<std::int64_t>(sign));
            const std::int64_t term = correction_term(c, static_cast<std::int64_t>(old.x[lane]),
                                                      static_cast<int>(circuit.fraction_bits));
            const std::uint64_t expected = (old.sum[lane] + static_cast<std::uint64_t>(term)) & 0xFFFFFFFF;
            if (sim.get(out, lane) != expected)
                differ(to_string(circuit),
                       fmt::format("sum {}, sum x {}, C {}", old.sum[lane], old.x[lane], c), "corrected",
                       sim.get(out, lane), expected);
        }
    }
}

}  // namespace approxtlm::power
