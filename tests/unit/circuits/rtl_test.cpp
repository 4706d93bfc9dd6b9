// Generated circuits against models/rtl in Icarus Verilog: both get the same operands, every cycle is
// compared.
#include <fmt/format.h>

#include "models/common/error.h"
#include "models/common/text_file.h"
#include "power/circuits/generate.h"
#include "power/circuits/tool.h"
#include "tests/unit/circuits/tiny_library.h"

namespace approxtlm::power {
namespace {

/// Behaviour of the cells of tiny.lib that the generator instantiates.
constexpr const char* kCells =
    "module FA_X1 (input A, B, CI, output S, CON); assign S = A ^ B ^ CI; assign CON = ~((A & B) | (A & CI) "
    "| "
    "(B & CI)); endmodule\n"
    "module HA_X1 (input A, B, output S, CON); assign S = A ^ B; assign CON = ~(A & B); endmodule\n"
    "module DFFN_X1 (input D, CK, output reg QN); always @(posedge CK) QN <= ~D; endmodule\n";

/// Without the empty modules of the cells.
std::string circuit_text(std::string verilog) {
    const std::string blackbox = "(* blackbox *)", end = "endmodule\n";
    for (std::size_t at; (at = verilog.find(blackbox)) != std::string::npos;)
        verilog.erase(at, verilog.find(end, at) + end.size() - at);
    return verilog;
}

class RtlTest : public testing::Test {
protected:
    void SetUp() override {
        try {
            find_program("iverilog");
            find_program("vvp");
        } catch (const InputError& e) {
            GTEST_SKIP() << e.what();
        }
        folder_ = testing::TempDir() + "rtl-" + std::to_string(getpid());
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override {
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }
    /// Last line that the bench prints.
    std::string simulate(const std::string& circuit, const std::string& bench,
                         const std::vector<std::string>& rtl) const {
        write_file(folder_ + "/circuit.v", circuit_text(circuit) + kCells);
        write_file(folder_ + "/bench.v", bench);
        std::vector<std::string> command{
            find_program("iverilog"), "-g2012", "-o", folder_ + "/bench", folder_ + "/bench.v",
            folder_ + "/circuit.v"};
        for (const std::string& file : rtl) command.push_back(std::string(APPROXTLM_RTL) + "/" + file);
        const std::string log = folder_ + "/log";
        if (run_program(command, log) != 0) return read_text_file(log, 1 << 20);
        if (run_program({find_program("vvp"), folder_ + "/bench"}, log) != 0) return "vvp failed";
        return read_text_file(log, 1 << 20);
    }
    std::string folder_;
};

/// 4,096 operand pairs that visit every weight and every activation 16 times, random partial sums.
std::string pe_bench(int family, int m, bool is_signed, bool fused, unsigned psum_bits, unsigned low) {
    return fmt::format(R"(module bench;
  reg clk = 0;
  reg [7:0] activation, weight;
  reg [{0}:0] psum;
  wire [7:0] passed;
  wire [{0}:0] got, expected;
  pe_alias circuit (.clk(clk), .weight_clk(clk), .activation_in(activation), .weight_in(weight), .psum_in(psum),
                    .activation_out(passed), .psum_out(got));
  wire [7:0] passed_rtl, unused_weight, active;
  pe #(.FAMILY({1}), .M({2}), .SIGNED_WEIGHTS({3}), .FUSED({4}), .SHADOW(0), .PSUM_IN_WIDTH({5}),
       .PSUM_WIDTH({5})) twin (.clk(clk), .reset(1'b0), .row_valid_in(1'b1), .swap_in(1'b0),
       .activation_in(activation), .column_valid_in(1'b1), .weight_shift(1'b1), .weight_in(weight),
       .psum_valid_in(1'b1), .psum_in(psum), .sum_x_valid_in(1'b0), .sum_x_in(1'b0), .psum_out(expected),
       .activation_out(passed_rtl));
  integer i, differences = 0;
  initial begin
    for (i = 0; i < 4100; i = i + 1) begin
      activation = i;
      weight = (i >> 4) ^ (i * 17);
      psum = ($urandom >> {6}) << {6};
      #1 clk = 1;
      #1 if (i > 3 && got !== expected) differences = differences + 1;
      clk = 0;
    end
    $display("%0d differences", differences);
  end
endmodule
)",
                       psum_bits - 1, family, m, is_signed ? 1 : 0, fused ? 1 : 0, psum_bits, low);
}

TEST_F(RtlTest, PeIsTheTwinsPe) {
    struct Case {
        const char* multiplier;
        int family, m;
        bool is_signed;
        Structure structure;
    };
    for (const Case& c :
         {Case{"exact", 0, 0, false, {FinalAdder::kogge_stone, Accumulation::fused, true}},
          Case{"truncated:7", 3, 7, true, {FinalAdder::brent_kung, Accumulation::separate, true}},
          Case{"recursive:4", 2, 4, true, {FinalAdder::ripple, Accumulation::fused, true}},
          Case{"perforated:2", 1, 2, false, {FinalAdder::sklansky, Accumulation::fused, false}}}) {
        PeCircuit circuit;
        circuit.multiplier = parse_multiplier(c.multiplier);
        circuit.weights = c.is_signed ? Encoding::signed_codes : Encoding::unsigned_codes;
        circuit.array_row = 16;
        const PeShape shape = pe_shape(circuit);
        CellChoice cells = {FullAdderCell{"FA_X1", "A", "B", "CI", "S", "CON", false, true},
                            HalfAdderCell{"HA_X1", "A", "B", "S", "CON", false, true},
                            FlipFlopCell{"DFFN_X1", "D", "CK", "QN", true, {}}};
        std::string text = generate(circuit, c.structure, cells).verilog;
        text.replace(text.rfind("module pe ("), std::string("module pe (").size(), "module pe_alias (");
        EXPECT_EQ(
            simulate(text,
                     pe_bench(c.family, c.m, c.is_signed, c.structure.accumulation == Accumulation::fused,
                              shape.psum_bits, shape.constant_low_bits),
                     {"pe.sv", "approx_multiplier.sv", "partial_products.sv", "control_variate.sv",
                      "sum_register.sv"}),
            "0 differences\n")
            << to_string(circuit);
    }
}

TEST_F(RtlTest, AnotherTruncationDiffersFromTheTwin) {
    PeCircuit circuit;
    circuit.multiplier = parse_multiplier("truncated:6");
    circuit.array_row = 16;
    const CellChoice cells = {FullAdderCell{"FA_X1", "A", "B", "CI", "S", "CON", false, true},
                              HalfAdderCell{"HA_X1", "A", "B", "S", "CON", false, true},
                              FlipFlopCell{"DFFN_X1", "D", "CK", "QN", true, {}}};
    std::string text = generate(circuit, {FinalAdder::ripple, Accumulation::fused, true}, cells).verilog;
    text.replace(text.rfind("module pe ("), std::string("module pe (").size(), "module pe_alias (");
    const std::string log = simulate(
        text, pe_bench(3, 7, false, true, 20, 7),
        {"pe.sv", "approx_multiplier.sv", "partial_products.sv", "control_variate.sv", "sum_register.sv"});
    EXPECT_NE(log, "0 differences\n");
    EXPECT_NE(log.find("differences"), std::string::npos) << log;
}

TEST_F(RtlTest, MacPlusIsTheTwinsMacPlus) {
    const CellChoice cells = {FullAdderCell{"FA_X1", "A", "B", "CI", "S", "CON", false, true},
                              HalfAdderCell{"HA_X1", "A", "B", "S", "CON", false, true},
                              FlipFlopCell{"DFFN_X1", "D", "CK", "QN", true, {}}};
    std::string text =
        generate(MacPlusCircuit{14, 20, 8, 1}, {FinalAdder::sklansky, Accumulation::fused, true}, cells)
            .verilog;
    text.replace(text.rfind("module mac_plus ("), std::string("module mac_plus (").size(),
                 "module mac_plus_alias (");
    const std::string bench = R"(module bench;
  reg clk = 0;
  reg [31:0] sum;
  reg [13:0] sum_x;
  reg [19:0] coefficient;
  wire [31:0] got, expected;
  mac_plus_alias circuit (.clk(clk), .sum(sum), .sum_x(sum_x), .coefficient(coefficient), .corrected(got));
  mac_plus #(.SUM_X_WIDTH(14), .COEFFICIENT_WIDTH(20), .FRACTION_BITS(8)) twin (.clk(clk), .enable(1'b1),
      .sum(sum), .sum_x(sum_x), .coefficient(coefficient), .corrected(expected));
  integer i, differences = 0;
  initial begin
    for (i = 0; i < 2000; i = i + 1) begin
      sum = $urandom; sum_x = i % 5 == 0 ? 14'h3FFF : $urandom; coefficient = i % 7 == 0 ? 20'h80000 : $urandom;
      #1 clk = 1;
      #1 if (got !== expected) differences = differences + 1;
      clk = 0;
    end
    $display("%0d differences", differences);
  end
endmodule
)";
    EXPECT_EQ(simulate(text, bench, {"mac_plus.sv"}), "0 differences\n");
}

}  // namespace
}  // namespace approxtlm::power
