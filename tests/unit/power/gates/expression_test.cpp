#include "power/liberty/expression.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/input_error.h"

namespace approxtlm::power {
namespace {

/// Truth table as text, inputs A (fastest), B, C.
std::string table(const std::string& text) {
    std::string out;
    for (const bool value : Expression::parse(text, "f").truth_table({"A", "B", "C"}, "f"))
        out += value ? '1' : '0';
    return out;
}

TEST(Expression, Operators) {
    EXPECT_EQ(table("A"), "01010101");
    EXPECT_EQ(table("!A"), "10101010");
    EXPECT_EQ(table("A'"), "10101010");
    EXPECT_EQ(table("A & B"), "00010001");
    EXPECT_EQ(table("A*B"), "00010001");
    EXPECT_EQ(table("A B"), "00010001");
    EXPECT_EQ(table("A | B"), "01110111");
    EXPECT_EQ(table("A+B"), "01110111");
    EXPECT_EQ(table("A ^ B"), "01100110");
    EXPECT_EQ(table("0"), "00000000");
    EXPECT_EQ(table("1"), "11111111");
}

TEST(Expression, PrecedenceIsNotXorAndOr) {
    EXPECT_EQ(table("A + B C"), table("A | (B & C)"));
    EXPECT_EQ(table("A & B ^ C"), table("A & (B ^ C)"));
    EXPECT_EQ(table("!A ^ B"), table("(!A) ^ B"));
    EXPECT_EQ(table("(A B)' + C"), table("!(A & B) | C"));
    EXPECT_EQ(table("A''"), table("A"));
    EXPECT_EQ(table("(!A * !B) + (!A * !C) + (!B * !C)"), "11101000");
}

TEST(Expression, LongFunctions) {
    std::string text = "A";
    for (int i = 0; i < 1000; ++i) text += " ^ B ^ A ^ B";
    EXPECT_EQ(table(text), table("A"));  // an odd number of A, an even one of B
}

TEST(Expression, Errors) {
    const auto error = [](const char* text) {
        return test::input_error([&] { (void)Expression::parse(text, "x.lib:3: function"); });
    };
    EXPECT_EQ(error("A &"),
              "x.lib:3: function: got \"A &\" at character 4, expected a name, 0, 1, \"!\" or \"(\"");
    EXPECT_EQ(error("(A"), "x.lib:3: function: got \"(A\" at character 3, expected \")\"");
    EXPECT_EQ(error("A ? B"),
              "x.lib:3: function: got \"A ? B\" at character 3, expected an operator or the end");
    EXPECT_EQ(error(""), "x.lib:3: function: got \"\" at character 1, expected a name, 0, 1, \"!\" or \"(\"");
    EXPECT_NE(error(std::string(100000, '(').c_str()).find("fewer nested operators"), std::string::npos);
    EXPECT_EQ(test::input_error([] { (void)Expression::parse("D", "f").truth_table({"A"}, "f"); }),
              "f: got the name D, expected a pin or state of this cell");
}

TEST(Expression, DecidingCondition) {
    const auto when = [](const char* text, const char* name) {
        const auto condition = Expression::parse(text, "f").deciding_condition(name);
        std::string out;
        if (!condition) return std::string("none");
        for (const bool value : condition->truth_table({"A", "B", "C"}, "f")) out += value ? '1' : '0';
        return out;
    };
    EXPECT_EQ(when("!A", "A"), table("1"));
    EXPECT_EQ(when("!(A & B)", "A"), table("B"));
    EXPECT_EQ(when("A + B", "B"), table("!A"));
    EXPECT_EQ(when("(A * B) * C", "C"), table("A B"));
    EXPECT_EQ(when("(A * B) * C", "A"), "none");
    EXPECT_EQ(when("A ^ B", "A"), "none");
    EXPECT_EQ(when("!((A & B) | C)", "C"), table("!(A & B)"));
}

}  // namespace
}  // namespace approxtlm::power
