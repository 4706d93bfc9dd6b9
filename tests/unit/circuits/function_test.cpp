#include "power/characterize/function_check.h"
#include "power/circuits/generate.h"
#include "tests/unit/circuits/tiny_library.h"

namespace approxtlm::power {
namespace {

constexpr Mapping kFast{MapScript::map, 1}, kSmall{MapScript::amap, 100000};

class FunctionTest : public MappedTest {
protected:
    template <class Circuit>
    Netlist mapped(const Circuit& circuit, const Structure& structure, const Mapping& mapping) const {
        return read_netlist(synthesis_->netlist(generate(circuit, structure, synthesis_->cells()), mapping),
                            tiny_library());
    }
    static PeCircuit pe(const char* multiplier, Encoding weights, unsigned row, bool per_mac) {
        PeCircuit circuit;
        circuit.multiplier = parse_multiplier(multiplier);
        circuit.weights = weights;
        circuit.array_row = row;
        if (per_mac) circuit.sum_x = default_variate(circuit.multiplier);
        return circuit;
    }
};

constexpr Encoding kUnsigned = Encoding::unsigned_codes, kSigned = Encoding::signed_codes;

TEST_F(FunctionTest, EveryStructureOfAPe) {
    for (const FinalAdder adder :
         {FinalAdder::ripple, FinalAdder::brent_kung, FinalAdder::sklansky, FinalAdder::kogge_stone}) {
        for (const Accumulation accumulation : {Accumulation::fused, Accumulation::separate}) {
            const bool cells = adder == FinalAdder::ripple || accumulation == Accumulation::fused;
            const Structure structure{adder, accumulation, cells};
            const PeCircuit circuit = pe("recursive:3", kSigned, 5, true);
            EXPECT_NO_THROW(check_function(mapped(circuit, structure, kFast), circuit))
                << to_string(structure);
        }
    }
}

TEST_F(FunctionTest, EveryFamilyAndEncoding) {
    const Structure structure{FinalAdder::sklansky, Accumulation::fused, true};
    for (const char* multiplier : {"exact", "perforated:1", "perforated:3", "recursive:5", "truncated:4",
                                   "truncated:7", "truncated:9", "truncated:12"}) {
        for (const Encoding weights : {kUnsigned, kSigned}) {
            const PeCircuit circuit = pe(multiplier, weights, 64, false);
            EXPECT_NO_THROW(check_function(mapped(circuit, structure, kSmall), circuit))
                << to_string(circuit);
        }
    }
}

TEST_F(FunctionTest, OneBitOfDifferenceIsFound) {
    const Structure structure{FinalAdder::brent_kung, Accumulation::fused, true};
    const Netlist netlist = mapped(pe("truncated:6", kUnsigned, 16, false), structure, kSmall);
    EXPECT_NO_THROW(check_function(netlist, pe("truncated:6", kUnsigned, 16, false)));
    EXPECT_THROW(check_function(netlist, pe("truncated:5", kUnsigned, 16, false)), std::runtime_error);
    EXPECT_THROW(check_function(netlist, pe("truncated:6", kSigned, 16, false)), std::runtime_error);
}

TEST_F(FunctionTest, AWrongGateIsFound) {
    const PeCircuit circuit = pe("truncated:7", kUnsigned, 4, false);
    Netlist netlist = mapped(circuit, {FinalAdder::ripple, Accumulation::fused, true}, kSmall);
    std::size_t changed = 0;
    for (Instance& instance : netlist.instances) {
        if (instance.cell->name.rfind("AND2", 0) != 0 && instance.cell->name.rfind("NOR2", 0) != 0) continue;
        const Cell* right = instance.cell;
        instance.cell = tiny_library().find(right->name.rfind("AND2", 0) == 0 ? "OR2_X1" : "NAND2_X1");
        EXPECT_THROW(check_function(netlist, circuit), std::runtime_error) << instance.name;
        instance.cell = right;
        if (++changed == 8) break;
    }
    EXPECT_GT(changed, 0u);
}

TEST_F(FunctionTest, SumCells) {
    const Structure structure{FinalAdder::ripple, Accumulation::fused, true};
    for (const SumCellCircuit& circuit :
         {SumCellCircuit{Variate::low_bits, 8, 0, 64}, SumCellCircuit{Variate::low_bits, 3, 7, 16},
          SumCellCircuit{Variate::any_low, 7, 0, 1}, SumCellCircuit{Variate::popcount, 5, 1, 4}})
        EXPECT_NO_THROW(check_function(mapped(circuit, structure, kSmall), circuit)) << to_string(circuit);
}

TEST_F(FunctionTest, MacPlusWithOneToThreeStages) {
    const Structure structure{FinalAdder::sklansky, Accumulation::fused, true};
    for (const MacPlusCircuit& circuit : {MacPlusCircuit{5, 9, 4, 1}, MacPlusCircuit{14, 20, 8, 2},
                                          MacPlusCircuit{6, 7, 0, 1}, MacPlusCircuit{9, 12, 8, 3}})
        EXPECT_NO_THROW(check_function(mapped(circuit, structure, kSmall), circuit)) << to_string(circuit);
}

TEST_F(FunctionTest, ConstantLowColumnsHaveNoCells) {
    // truncated:7 keeps columns 7 to 15: of a sum of 18 bits 11 have registers, of a weight and an
    // activation 8.
    const PeCircuit circuit = pe("truncated:7", kUnsigned, 4, false);
    const Netlist netlist = mapped(circuit, {FinalAdder::ripple, Accumulation::fused, true}, kSmall);
    std::map<std::string, int> registers;
    for (const Instance& instance : netlist.instances)
        if (instance.cell->flip_flop)
            ++registers[netlist.components[static_cast<std::size_t>(instance.component)]];
    EXPECT_EQ(registers, (std::map<std::string, int>{
                             {"activation_register", 8}, {"psum_register", 11}, {"weight_register", 8}}));
}

TEST_F(FunctionTest, ANetlistIsMadeOnce) {
    const PeCircuit circuit = pe("truncated:9", kUnsigned, 1, false);
    const Structure structure{FinalAdder::ripple, Accumulation::fused, true};
    const GeneratedCircuit generated = generate(circuit, structure, synthesis_->cells());
    const std::string path = synthesis_->netlist(generated, kSmall);
    const auto written = std::filesystem::last_write_time(path);
    EXPECT_EQ(synthesis_->netlist(generated, kSmall), path);
    EXPECT_EQ(std::filesystem::last_write_time(path), written);
    EXPECT_NE(synthesis_->netlist(generated, kFast), path);
}

}  // namespace
}  // namespace approxtlm::power
