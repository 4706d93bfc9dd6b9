#pragma once

#include <string>

#include "power/circuits/cell_choice.h"
#include "power/circuits/circuit.h"

namespace approxtlm::power {

/// Structural Verilog of one circuit: a top module whose instances are the components, modules of gates,
/// adder cells and flip-flops beneath them, and empty modules for the cells that it uses.
struct GeneratedCircuit {
    std::string top, verilog;
};

/// A multiplier written by the user: `module_text` holds a combinational module `top` with two 8-bit inputs
/// and a 16-bit output of these names.
struct ForeignMultiplier {
    std::string path, top;
    std::string module_text;
    std::string weight_port, activation_port, product_port;
};

/// `foreign` stands for the multiplier of a table (PeCircuit::multiplier of family table) and for no other;
/// its accumulation is separate whatever `structure` says. Throws std::invalid_argument otherwise.
GeneratedCircuit generate(const PeCircuit& circuit, const Structure& structure, const CellChoice& cells,
                          const ForeignMultiplier* foreign = nullptr);
/// The accumulation of `structure` does not matter to the others.
GeneratedCircuit generate(const SumCellCircuit& circuit, const Structure& structure, const CellChoice& cells);
GeneratedCircuit generate(const MacPlusCircuit& circuit, const Structure& structure, const CellChoice& cells);
/// The user's multiplier alone; module `multiplier_alone`: weight[7:0], activation[7:0], product[15:0].
GeneratedCircuit generate_foreign(const ForeignMultiplier& foreign);
/// Two registers in a row for each of eight bits; module `delay_line`: clk, d[7:0], q[7:0].
GeneratedCircuit generate_delay_line(const CellChoice& cells);

}  // namespace approxtlm::power
