#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"

namespace approxtlm::power {

/// The adder that turns the last two rows of a carry-save tree into one number.
enum class FinalAdder { ripple, brent_kung, sklansky, kogge_stone };
/// How the partial sum is added: by an adder behind the multiplier's own, or as one more row of its tree.
enum class Accumulation { separate, fused };

std::string to_string(FinalAdder adder);
std::string to_string(Accumulation accumulation);

/// What of a circuit's structure is open to choice; its function does not depend on it.
struct Structure {
    FinalAdder adder = FinalAdder::brent_kung;
    Accumulation accumulation = Accumulation::fused;
    bool adder_cells =
        true;  ///< full and half adders as the library's cells, where it has them, else as gates

    friend bool operator==(const Structure& a, const Structure& b) {
        return a.adder == b.adder && a.accumulation == b.accumulation && a.adder_cells == b.adder_cells;
    }
};
std::string to_string(const Structure& structure);  ///< "fused/sklansky/cells"

/// A PE of the weight-stationary array. Module `pe`:
///   clk, weight_clk           registers of activation and sums; of the weight, gated while streaming
///   activation_in[7:0], weight_in[7:0], psum_in[P-1:0]; sum_x_in[X-1:0] of a per-MAC PE
///   activation_out[7:0], psum_out[P-1:0]; sum_x_out[X-1:0]
/// psum_out is psum_in + T(weight, activation) of the registered operands, modulo 2^P, one clock later. Bits
/// that are always 0 (the low columns that T leaves out) have no register; those of activation_out and of the
/// operands that nothing reads are tied to 0. Cells are named `multiplier.`, `accumulator.`,
/// `activation_register.`, `weight_register.`, `psum_register.`, `correction.`.
struct PeCircuit {
    Multiplier multiplier;
    Encoding weights = Encoding::unsigned_codes;
    unsigned array_row = 64;       ///< 1-based: decides how wide the sums are
    std::optional<Variate> sum_x;  ///< per-MAC organisation: also accumulates x(A)
};

/// Widths that follow from the circuit.
struct PeShape {
    unsigned psum_bits = 0;            ///< P = 16 + clog2(array_row)
    unsigned constant_low_bits = 0;    ///< of the product and the partial sum: always 0
    std::uint8_t activation_mask = 0;  ///< bits of the activation that the PE registers
    std::uint8_t weight_mask = 0;      ///< bits of the weight that the PE registers
    unsigned x_bits = 0;               ///< of x(A), 0 without sum x
    unsigned sum_x_bits = 0;           ///< x_bits + clog2(array_row), 0 without sum x
};
PeShape pe_shape(const PeCircuit& circuit);
std::string to_string(const PeCircuit& circuit);  ///< "truncated:7/signed/per_mac:or/row64"

/// One row of the column that sums x(A) for the whole array; module `sum_cell`: clk, activation[7:0],
/// sum_in[S-1:0], sum_out[S-1:0]. It reads the activation register of the row's first PE (models/rtl/
/// sum_column_pe.sv); bits that this PE does not register (`registered_mask` clear) get a register here, with
/// port activation still one clock ahead of them.
struct SumCellCircuit {
    Variate variate;                 ///< Variate::low_bits of 8 bits: sum A
    unsigned low_bits = 8;           ///< min(m, 8) low bits of A that x reads
    std::uint8_t own_registers = 0;  ///< bits of A registered here, because no PE keeps them
    unsigned array_row = 64;
};
unsigned x_bits(const SumCellCircuit& circuit);
unsigned sum_bits(const SumCellCircuit& circuit);
std::string to_string(const SumCellCircuit& circuit);

/// MAC+ behind a column (models/rtl/mac_plus.sv); module `mac_plus`: clk, sum[31:0], sum_x[X-1:0],
/// coefficient[C-1:0], corrected[31:0] = sum + floor(coefficient sum_x / 2^fraction_bits + 1/2) modulo 2^32,
/// `stages` clocks later: registers behind the tree's last two rows with two stages, also behind its last
/// four with three.
struct MacPlusCircuit {
    unsigned sum_x_bits = 24;        ///< unsigned
    unsigned coefficient_bits = 20;  ///< two's complement
    unsigned fraction_bits = 8;
    unsigned stages = 1;  ///< 1, 2 or 3
};
std::string to_string(const MacPlusCircuit& circuit);

}  // namespace approxtlm::power
