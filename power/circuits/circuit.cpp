#include "power/circuits/circuit.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace approxtlm::power {
namespace {

constexpr unsigned kProductBits = 16;
constexpr unsigned kMostRows = 256;

/// Bits that `row` numbers of one row's size need more than one of them: clog2(row), row 1-based.
unsigned growth_bits(unsigned row) {
    if (row == 0 || row > kMostRows)
        throw std::invalid_argument(fmt::format("array_row: got {}, expected 1..{}", row, kMostRows));
    unsigned bits = 0;
    while ((1u << bits) < row) ++bits;
    return bits;
}

std::uint8_t kept_activation_bits(const Multiplier& multiplier) {
    unsigned mask = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (kept_weight_mask(multiplier, static_cast<int>(i)) != 0) mask |= 1u << i;
    return static_cast<std::uint8_t>(mask);
}

std::uint8_t kept_weight_bits(const Multiplier& multiplier) {
    unsigned mask = 0;
    for (int i = 0; i < 8; ++i) mask |= kept_weight_mask(multiplier, i);
    return static_cast<std::uint8_t>(mask);
}

/// The lowest column that keeps a partial product. A table's circuit is unknown: its zeros are found in the
/// products themselves.
unsigned lowest_column(const Multiplier& multiplier) {
    if (multiplier.family == MultiplierFamily::table) {
        unsigned seen = 0;
        for (unsigned w = 0; w < 256; ++w)
            for (unsigned a = 0; a < 256; ++a)
                seen |= static_cast<unsigned>(
                    multiplier.table->product(static_cast<std::uint8_t>(w), static_cast<std::uint8_t>(a)));
        for (unsigned bit = 0; bit < kProductBits; ++bit)
            if (seen >> bit & 1) return bit;
        return kProductBits;
    }
    unsigned lowest = kProductBits;
    for (unsigned i = 0; i < 8; ++i)
        for (unsigned j = 0; j < 8; ++j)
            if (kept_weight_mask(multiplier, static_cast<int>(i)) >> j & 1) lowest = std::min(lowest, i + j);
    return lowest;
}

}  // namespace

std::string to_string(FinalAdder adder) {
    switch (adder) {
        case FinalAdder::ripple:
            return "ripple";
        case FinalAdder::brent_kung:
            return "brent_kung";
        case FinalAdder::sklansky:
            return "sklansky";
        case FinalAdder::kogge_stone:
            return "kogge_stone";
    }
    throw std::invalid_argument("final adder");
}

std::string to_string(Accumulation accumulation) {
    return accumulation == Accumulation::fused ? "fused" : "separate";
}

std::string to_string(const Structure& structure) {
    return fmt::format("{}/{}/{}", to_string(structure.accumulation), to_string(structure.adder),
                       structure.adder_cells ? "cells" : "gates");
}

PeShape pe_shape(const PeCircuit& circuit) {
    PeShape shape;
    const unsigned growth = growth_bits(circuit.array_row);
    shape.psum_bits = kProductBits + growth;
    shape.constant_low_bits = lowest_column(circuit.multiplier);
    shape.activation_mask = kept_activation_bits(circuit.multiplier);
    shape.weight_mask = kept_weight_bits(circuit.multiplier);
    if (circuit.sum_x) {
        shape.x_bits = static_cast<unsigned>(variate_bits(*circuit.sum_x, circuit.multiplier));
        shape.sum_x_bits = shape.x_bits + growth;
    }
    return shape;
}

std::string to_string(const PeCircuit& circuit) {
    return fmt::format("{}/{}{}/row{}", to_string(circuit.multiplier), to_string(circuit.weights),
                       circuit.sum_x ? "/per_mac:" + to_string(*circuit.sum_x) : "", circuit.array_row);
}

unsigned x_bits(const SumCellCircuit& circuit) {
    unsigned largest = 0;
    for (int a = 0; a < 256; ++a)
        largest = std::max(largest, static_cast<unsigned>(variate_of_low_bits(
                                        circuit.variate, static_cast<int>(circuit.low_bits), a)));
    unsigned bits = 0;
    for (; largest != 0; largest >>= 1) ++bits;
    return bits;
}

unsigned sum_bits(const SumCellCircuit& circuit) { return x_bits(circuit) + growth_bits(circuit.array_row); }

std::string to_string(const SumCellCircuit& circuit) {
    return fmt::format("sum_cell/{}/{}bits/own{:02x}/row{}", to_string(circuit.variate), circuit.low_bits,
                       circuit.own_registers, circuit.array_row);
}

std::string to_string(const MacPlusCircuit& circuit) {
    return fmt::format("mac_plus/x{}/c{}/f{}/stages{}", circuit.sum_x_bits, circuit.coefficient_bits,
                       circuit.fraction_bits, circuit.stages);
}

}  // namespace approxtlm::power
