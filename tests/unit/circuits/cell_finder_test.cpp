#include "power/circuits/cell_finder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/common/error.h"
#include "tests/unit/circuits/tiny_library.h"

namespace approxtlm::power {
namespace {

TEST(CellFinder, AddersByFunctionWithTheirPolarity) {
    const CellChoice cells = choose_cells(tiny_library());
    ASSERT_TRUE(cells.full_adder);
    EXPECT_EQ(cells.full_adder->name, "FA_X1");
    EXPECT_EQ(cells.full_adder->sum, "S");
    EXPECT_FALSE(cells.full_adder->sum_inverted);
    EXPECT_EQ(cells.full_adder->carry, "CON");
    EXPECT_TRUE(cells.full_adder->carry_inverted);
    ASSERT_TRUE(cells.half_adder);
    EXPECT_EQ(cells.half_adder->name, "HA_X1");
    EXPECT_TRUE(cells.half_adder->carry_inverted);
    EXPECT_FALSE(cells.half_adder->sum_inverted);
}

TEST(CellFinder, PlainFlipFlopBeforeASmallerOneWithReset) {
    const FlipFlopCell ff = choose_cells(tiny_library()).flip_flop;
    EXPECT_EQ(ff.name, "DFFN_X1");
    EXPECT_EQ(ff.output, "QN");
    EXPECT_TRUE(ff.output_inverted);
    EXPECT_TRUE(ff.tied.empty());
}

TEST(CellFinder, ResetIsTiedOffWhereThereIsNoOther) {
    LibertyLibrary library = tiny_library();
    library.cells.erase("DFFN_X1");
    const FlipFlopCell ff = choose_cells(library).flip_flop;
    EXPECT_EQ(ff.name, "DFFR_X1");
    EXPECT_FALSE(ff.output_inverted);
    EXPECT_EQ(ff.tied, (std::map<std::string, bool>{{"RN", true}}));
}

TEST(CellFinder, WithoutFlipFlopIsAnError) {
    LibertyLibrary library = tiny_library();
    library.cells.erase("DFFN_X1");
    library.cells.erase("DFFR_X1");
    EXPECT_THROW(choose_cells(library), InputError);
}

TEST(CellFinder, SynthesisUsesSingleOutputGatesThatAreNotExcluded) {
    LibertyLibrary library = tiny_library();
    library.cells.at("XOR2_X2").dont_use = true;
    std::vector<std::string> names;
    for (const Cell* cell : synthesis_cells(library)) names.push_back(cell->name);
    const auto has = [&](const char* name) { return std::count(names.begin(), names.end(), name) == 1; };
    EXPECT_TRUE(has("NAND2_X1"));
    EXPECT_TRUE(has("XOR2_X1"));
    EXPECT_FALSE(has("XOR2_X2"));
    EXPECT_FALSE(has("FA_X1"));
    EXPECT_FALSE(has("DFFN_X1"));
}

}  // namespace
}  // namespace approxtlm::power
