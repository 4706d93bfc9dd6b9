#include <bitset>
#include <stdexcept>

#include "power/macro_model/macro_model.h"

namespace approxtlm::power {
namespace {

double ones(std::uint64_t bits) { return static_cast<double>(std::bitset<64>(bits).count()); }

/// What the wires of a PE carry in one cycle.
struct Wires {
    std::uint8_t activation = 0;         ///< bits that the register holds
    std::uint8_t read = 0;               ///< bits that the multiplier reads
    std::uint64_t partial_products = 0;  ///< byte i: weight bits that activation bit i switches through
    std::uint32_t product = 0, psum_in = 0, psum = 0, sum_x = 0;
};

Wires wires_at(const StreamBlock& block, const StreamDesign& design, unsigned row, bool per_mac,
               std::size_t t) {
    const std::uint8_t a = block.activations[t];
    Wires wires;
    wires.activation = a & registered_activation_bits(design.multiplier, design.variate, per_mac);
    wires.read = a & registered_activation_bits(design.multiplier, design.variate, false);
    for (int i = 0; i < 8; ++i) {
        const std::uint8_t kept = kept_weight_mask(design.multiplier, i);
        if ((a >> i & 1) != 0)
            wires.partial_products |= std::uint64_t{static_cast<std::uint8_t>(block.weight & kept)}
                                      << (8 * i);
    }
    const int w = weight_value(block.weight, design.encoding);
    const auto product = static_cast<std::uint32_t>(approximate_product(design.multiplier, w, a));
    const std::uint32_t mask = (std::uint32_t{1} << (16 + row_class(row))) - 1;
    wires.product = product & 0xFFFF;
    wires.psum_in = block.psum_in[t] & mask;
    wires.psum = (block.psum_in[t] + product) & mask;
    if (per_mac)
        wires.sum_x = block.sum_x_in[t] +
                      static_cast<std::uint32_t>(variate_value(design.variate, design.multiplier, a));
    return wires;
}

}  // namespace

PeFeatures features_of(const StreamBlock& block, const StreamDesign& design, unsigned row, bool per_mac) {
    const std::size_t cycles = block.activations.size();
    if (cycles <= kSkippedCycles) throw std::invalid_argument("features_of: a block without counted cycles");
    PeFeatures sum{};
    const auto add = [&](PeFeature f, double n) { sum[static_cast<std::size_t>(f)] += n; };
    Wires before = wires_at(block, design, row, per_mac, kSkippedCycles - 1);
    for (std::size_t t = kSkippedCycles; t < cycles; ++t) {
        const Wires now = wires_at(block, design, row, per_mac, t);
        add(PeFeature::cycles, 1);
        add(PeFeature::activation_toggles, ones(before.activation ^ now.activation));
        add(PeFeature::weighted_activation_toggles, block.weight * ones(before.activation ^ now.activation));
        for (std::size_t i = 0; i < 8; ++i)
            add(partial_products_of(i),
                ones((before.partial_products ^ now.partial_products) >> (8 * i) & 255));
        add(PeFeature::product_toggles, ones(before.product ^ now.product));
        if (before.read != now.read) {
            add(PeFeature::partial_product_ones, ones(now.partial_products));
            add(PeFeature::product_ones, ones(now.product));
        }
        add(PeFeature::psum_in_toggles, ones(before.psum_in ^ now.psum_in));
        add(PeFeature::psum_toggles, ones(before.psum ^ now.psum));
        add(PeFeature::sum_x_toggles, ones(before.sum_x ^ now.sum_x));
        before = now;
    }
    for (double& n : sum) n /= static_cast<double>(cycles - kSkippedCycles);
    return sum;
}

}  // namespace approxtlm::power
