#include "power/circuits/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "power/circuits/adder_tree.h"
#include "power/circuits/logic.h"
#include "power/circuits/partial_products.h"
#include "power/circuits/variate_logic.h"

namespace approxtlm::power {
namespace {

constexpr std::size_t kProductBits = 16;

std::vector<Signal> complement(std::vector<Signal> bits) {
    for (Signal& bit : bits) bit = ~bit;
    return bits;
}

/// What a sum's register is to be given, so that it needs no inverter behind it.
std::vector<Signal> as_stored(const CellChoice& cells, const std::vector<Signal>& bits) {
    return cells.flip_flop.output_inverted ? complement(bits) : bits;
}

std::vector<Signal> slice(const std::vector<Signal>& bits, std::size_t first) {
    return {bits.begin() + static_cast<std::ptrdiff_t>(first), bits.end()};
}

std::vector<Signal> with_zeros_below(const std::vector<Signal>& bits, std::size_t zeros) {
    std::vector<Signal> all(zeros, kZero);
    all.insert(all.end(), bits.begin(), bits.end());
    return all;
}

/// Registers of the bits in `mask`, true at their outputs; the others read 0.
std::string operand_register(const std::string& name, const CellChoice& cells, std::size_t bits,
                             unsigned mask) {
    Logic logic(name, cells, false);
    logic.input("clk", 1);
    const std::vector<Signal> d = logic.input("d", bits);
    std::vector<Signal> q;
    for (std::size_t i = 0; i < bits; ++i)
        q.push_back(mask >> i & 1 ? logic.flip_flop(fmt::format("bit_{}", i), "clk", d[i]) : kZero);
    logic.output("q", q);
    return logic.verilog();
}

/// Registers of bits `low`.. of a sum that arrives as as_stored() has it.
std::string sum_register(const std::string& name, const CellChoice& cells, std::size_t bits,
                         std::size_t low) {
    Logic logic(name, cells, false);
    logic.input("clk", 1);
    const std::vector<Signal> d = as_stored(cells, logic.input("d", bits));
    std::vector<Signal> q;
    for (std::size_t i = 0; i < bits; ++i)
        q.push_back(i < low ? kZero : logic.flip_flop_plain(fmt::format("bit_{}", i), "clk", d[i]));
    logic.output("q", q);
    return logic.verilog();
}

Columns products(Logic& logic, const PeCircuit& circuit, std::size_t width) {
    const std::vector<Signal> weight = logic.input("weight", 8), activation = logic.input("activation", 8);
    return partial_products(
        logic, weight, activation, circuit.weights == Encoding::signed_codes, width,
        [&](std::size_t i) { return kept_weight_mask(circuit.multiplier, static_cast<int>(i)); });
}

/// Columns from `low` on: the ones below are empty.
std::vector<Signal> sum_of(Logic& logic, const Columns& all, std::size_t low, FinalAdder adder) {
    Columns columns(all.begin() + static_cast<std::ptrdiff_t>(low), all.end());
    reduce(logic, columns);
    return add_rows(logic, columns, adder);
}

std::string fused_multiplier(const PeCircuit& circuit, const PeShape& shape, const Structure& structure,
                             const CellChoice& cells) {
    Logic logic("pe_multiplier", cells, structure.adder_cells);
    Columns columns = products(logic, circuit, shape.psum_bits);
    const std::vector<Signal> psum = logic.input("psum", shape.psum_bits);
    const std::size_t low = shape.constant_low_bits;
    add_row(columns, slice(psum, low), low, shape.psum_bits);
    const std::vector<Signal> sum = sum_of(logic, columns, low, structure.adder);
    logic.output("sum", with_zeros_below(as_stored(cells, sum), low));
    return logic.verilog();
}

std::string separate_multiplier(const PeCircuit& circuit, const PeShape& shape, const Structure& structure,
                                const CellChoice& cells) {
    Logic logic("pe_multiplier", cells, structure.adder_cells);
    const Columns columns = products(logic, circuit, kProductBits);
    const std::size_t low = shape.constant_low_bits;
    logic.output("product", with_zeros_below(sum_of(logic, columns, low, structure.adder), low));
    return logic.verilog();
}

/// psum + product. A signed product is extended by its sign bit: -s 2^15 = ~s 2^15 - 2^15.
std::string accumulator(const PeCircuit& circuit, const PeShape& shape, const Structure& structure,
                        const CellChoice& cells) {
    Logic logic("pe_accumulator", cells, structure.adder_cells);
    std::vector<Signal> product = logic.input("product", kProductBits);
    const std::vector<Signal> psum = logic.input("psum", shape.psum_bits);
    const std::size_t low = shape.constant_low_bits, width = shape.psum_bits;
    if (circuit.weights == Encoding::signed_codes && width > kProductBits)
        product.resize(width, product[kProductBits - 1]);
    Columns columns(width);
    add_row(columns, slice(product, low), low, width);
    add_row(columns, slice(psum, low), low, width);
    const std::vector<Signal> sum = sum_of(logic, columns, low, structure.adder);
    logic.output("sum", with_zeros_below(as_stored(cells, sum), low));
    return logic.verilog();
}

/// Bits of the activation that x reads and the multiplier's register does not hold.
unsigned own_bits(const PeCircuit& circuit, const PeShape& shape) {
    const unsigned low_bits = static_cast<unsigned>(std::min(circuit.multiplier.m, 8));
    return variate_inputs(*circuit.sum_x, low_bits) & ~static_cast<unsigned>(shape.activation_mask);
}

/// sum_in + x(A), registered; `activation` is registered but for the bits `own`.
std::string sum_module(const std::string& name, const Variate& variate, unsigned low_bits, unsigned own,
                       unsigned x_bits, unsigned sum_bits, const Structure& structure,
                       const CellChoice& cells, bool passes_own) {
    Logic logic(name, cells, structure.adder_cells);
    logic.input("clk", 1);
    std::vector<Signal> activation = logic.input("activation", 8);
    const std::vector<Signal> sum_in = logic.input("sum_in", sum_bits);
    std::vector<Signal> passed(8, kZero);
    for (std::size_t i = 0; i < 8; ++i) {
        if ((own >> i & 1) == 0) continue;
        activation[i] = logic.flip_flop(fmt::format("activation_{}", i), "clk", activation[i]);
        passed[i] = activation[i];
    }
    Columns columns(sum_bits);
    add_row(columns, variate_logic(logic, variate, low_bits, activation, x_bits), 0, sum_bits);
    add_row(columns, sum_in, 0, sum_bits);
    const std::vector<Signal> sum = sum_of(logic, columns, 0, structure.adder);
    std::vector<Signal> q;
    for (std::size_t i = 0; i < sum.size(); ++i)
        q.push_back(logic.flip_flop_plain(fmt::format("sum_{}", i), "clk", sum[i]));
    logic.output("sum_out", q);
    if (passes_own) logic.output("own", passed);
    return logic.verilog();
}

/// Empty modules with the pins of the cells, so that Yosys knows which way they point.
std::string cell_modules(const CellChoice& cells) {
    std::string text;
    const auto declare = [&](const std::string& name, const std::set<std::string>& inputs,
                             const std::set<std::string>& outputs) {
        std::string ports;
        for (const std::string& p : inputs) ports += (ports.empty() ? "input " : ", input ") + p;
        for (const std::string& p : outputs) ports += ", output " + p;
        text += fmt::format("(* blackbox *) module {} ({});\nendmodule\n", name, ports);
    };
    const FlipFlopCell& ff = cells.flip_flop;
    std::set<std::string> inputs{ff.data, ff.clock};
    for (const auto& [pin, value] : ff.tied) inputs.insert(pin);
    declare(ff.name, inputs, {ff.output});
    if (const auto& f = cells.full_adder) declare(f->name, {f->a, f->b, f->c}, {f->sum, f->carry});
    if (const auto& h = cells.half_adder) declare(h->name, {h->a, h->b}, {h->sum, h->carry});
    return text;
}

/// The wrapper of a user's multiplier: the component `multiplier`.
std::string foreign_wrapper(const ForeignMultiplier& foreign, const PeShape& shape) {
    std::string product = fmt::format("all[15:{}]", shape.constant_low_bits);
    if (shape.constant_low_bits > 0) product += fmt::format(", {}'b0", shape.constant_low_bits);
    return fmt::format(
        "{}\nmodule pe_multiplier (weight, activation, product);\n  input [7:0] weight;\n  input [7:0] "
        "activation;\n  output [15:0] product;\n  wire [15:0] all;\n  {} circuit (.{}(weight), "
        ".{}(activation), .{}(all));\n  assign product = {{{}}};\nendmodule\n",
        foreign.module_text, foreign.top, foreign.weight_port, foreign.activation_port, foreign.product_port,
        product);
}

std::string pe_top(const PeCircuit& circuit, const PeShape& shape, bool fused) {
    const bool sums_x = circuit.sum_x.has_value();
    std::string text =
        "module pe (clk, weight_clk, activation_in, weight_in, psum_in, activation_out, psum_out";
    text += sums_x ? ", sum_x_in, sum_x_out);\n" : ");\n";
    text += fmt::format(
        "  input clk, weight_clk;\n  input [7:0] activation_in, weight_in;\n  input [{0}:0] psum_in;\n"
        "  output [7:0] activation_out;\n  output [{0}:0] psum_out;\n  wire [7:0] activation, weight;\n"
        "  wire [{0}:0] sum;\n",
        shape.psum_bits - 1);
    text += "  pe_activation_register activation_register (.clk(clk), .d(activation_in), .q(activation));\n";
    text += "  pe_weight_register weight_register (.clk(weight_clk), .d(weight_in), .q(weight));\n";
    text += "  pe_psum_register psum_register (.clk(clk), .d(sum), .q(psum_out));\n";
    if (fused) {
        text +=
            "  pe_multiplier multiplier (.weight(weight), .activation(activation), .psum(psum_in), "
            ".sum(sum));\n";
    } else {
        text +=
            "  wire [15:0] product;\n  pe_multiplier multiplier (.weight(weight), "
            ".activation(activation), .product(product));\n  pe_accumulator accumulator "
            "(.product(product), .psum(psum_in), .sum(sum));\n";
    }
    if (!sums_x) return text + "  assign activation_out = activation;\nendmodule\n";
    const unsigned own = own_bits(circuit, shape);
    text += fmt::format(
        "  input [{0}:0] sum_x_in;\n  output [{0}:0] sum_x_out;\n  wire [7:0] own;\n"
        "  pe_correction correction (.clk(clk), .activation((activation & ~8'd{1}) | (activation_in & "
        "8'd{1})), .sum_in(sum_x_in), .sum_out(sum_x_out), .own(own));\n  assign activation_out = activation "
        "| own;\nendmodule\n",
        shape.sum_x_bits - 1, own);
    return text;
}

}  // namespace

GeneratedCircuit generate(const PeCircuit& circuit, const Structure& structure, const CellChoice& cells,
                          const ForeignMultiplier* foreign) {
    const bool is_table = circuit.multiplier.family == MultiplierFamily::table;
    if (is_table != (foreign != nullptr))
        throw std::invalid_argument("generate: a table's circuit must be given, and only a table's");
    const PeShape shape = pe_shape(circuit);
    const bool fused = structure.accumulation == Accumulation::fused && !is_table;
    std::string text = cell_modules(cells);
    text += operand_register("pe_activation_register", cells, 8, shape.activation_mask);
    text += operand_register("pe_weight_register", cells, 8, shape.weight_mask);
    text += sum_register("pe_psum_register", cells, shape.psum_bits, shape.constant_low_bits);
    if (fused) {
        text += fused_multiplier(circuit, shape, structure, cells);
    } else {
        text += is_table ? foreign_wrapper(*foreign, shape)
                         : separate_multiplier(circuit, shape, structure, cells);
        text += accumulator(circuit, shape, structure, cells);
    }
    if (circuit.sum_x) {
        const unsigned low_bits = static_cast<unsigned>(std::min(circuit.multiplier.m, 8));
        text += sum_module("pe_correction", *circuit.sum_x, low_bits, own_bits(circuit, shape), shape.x_bits,
                           shape.sum_x_bits, structure, cells, true);
    }
    return {"pe", text + pe_top(circuit, shape, fused)};
}

GeneratedCircuit generate(const SumCellCircuit& circuit, const Structure& structure,
                          const CellChoice& cells) {
    const unsigned bits = sum_bits(circuit);
    const std::string top = fmt::format(
        "module sum_cell (clk, activation, sum_in, sum_out);\n  input clk;\n  input [7:0] activation;\n"
        "  input [{0}:0] sum_in;\n  output [{0}:0] sum_out;\n  cell_sum sum_cell (.clk(clk), "
        ".activation(activation), .sum_in(sum_in), .sum_out(sum_out));\nendmodule\n",
        bits - 1);
    return {"sum_cell", cell_modules(cells) +
                            sum_module("cell_sum", circuit.variate, circuit.low_bits, circuit.own_registers,
                                       x_bits(circuit), bits, structure, cells, false) +
                            top};
}

GeneratedCircuit generate(const MacPlusCircuit& circuit, const Structure& structure,
                          const CellChoice& cells) {
    if (circuit.stages < 1 || circuit.stages > 3)
        throw std::invalid_argument("mac_plus: stages: expected 1, 2 or 3");
    constexpr std::size_t kSumBits = 32;
    const std::size_t fraction = circuit.fraction_bits, width = kSumBits + fraction;
    Logic logic("mac_plus_logic", cells, structure.adder_cells);
    logic.input("clk", 1);
    const std::vector<Signal> sum = logic.input("sum", kSumBits);
    const std::vector<Signal> sum_x = logic.input("sum_x", circuit.sum_x_bits);
    const std::vector<Signal> coefficient = logic.input("coefficient", circuit.coefficient_bits);
    Columns columns = partial_products(logic, coefficient, sum_x, true, width,
                                       [](std::size_t) { return ~std::uint64_t{0}; });
    add_row(columns, sum, fraction, width);
    if (fraction > 0) add_constant(columns, std::uint64_t{1} << (fraction - 1), width);
    const auto registers = [&](const char* name) {
        for (std::size_t i = 0; i < width; ++i)
            for (std::size_t j = 0; j < columns[i].size(); ++j)
                columns[i][j] =
                    logic.flip_flop_plain(fmt::format("{}_{}_{}", name, j, i), "clk", columns[i][j]);
    };
    if (circuit.stages == 3) {
        reduce(logic, columns, 4);
        registers("four");
    }
    reduce(logic, columns);
    if (circuit.stages >= 2) registers("row");
    const std::vector<Signal> all = add_rows(logic, columns, structure.adder);
    std::vector<Signal> q;
    for (std::size_t i = fraction; i < width; ++i)
        q.push_back(logic.flip_flop_plain(fmt::format("corrected_{}", i - fraction), "clk", all[i]));
    logic.output("corrected", q);
    const std::string top = fmt::format(
        "module mac_plus (clk, sum, sum_x, coefficient, corrected);\n  input clk;\n  input [31:0] sum;\n"
        "  input [{}:0] sum_x;\n  input [{}:0] coefficient;\n  output [31:0] corrected;\n  mac_plus_logic "
        "mac_plus (.clk(clk), .sum(sum), .sum_x(sum_x), .coefficient(coefficient), .corrected(corrected));\n"
        "endmodule\n",
        circuit.sum_x_bits - 1, circuit.coefficient_bits - 1);
    return {"mac_plus", cell_modules(cells) + logic.verilog() + top};
}

GeneratedCircuit generate_foreign(const ForeignMultiplier& foreign) {
    return {
        "multiplier_alone",
        foreign_wrapper(foreign, PeShape{}) +
            "module multiplier_alone (weight, activation, product);\n  input [7:0] weight, activation;\n  "
            "output [15:0] product;\n  pe_multiplier multiplier (.weight(weight), "
            ".activation(activation), .product(product));\nendmodule\n"};
}

GeneratedCircuit generate_delay_line(const CellChoice& cells) {
    Logic logic("delay_register", cells, false);
    logic.input("clk", 1);
    std::vector<Signal> q;
    for (const Signal d : logic.input("d", 8)) {
        // Where the output is the complement, the second register takes that and gives the bit itself.
        const Signal first = logic.flip_flop(fmt::format("first_{}", q.size()), "clk", d);
        const Signal second =
            logic.flip_flop(fmt::format("second_{}", q.size()), "clk", Signal{first.net, false});
        q.push_back({second.net, false});
    }
    logic.output("q", q);
    return {"delay_line",
            cell_modules(cells) + logic.verilog() +
                "module delay_line (clk, d, q);\n  input clk;\n  input [7:0] d;\n  output [7:0] "
                "q;\n  delay_register delay (.clk(clk), .d(d), .q(q));\nendmodule\n"};
}

}  // namespace approxtlm::power
