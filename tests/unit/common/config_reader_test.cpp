#include "models/common/config_reader.h"

#include <gtest/gtest.h>

#include "tests/support/input_error.h"

namespace approxtlm {
namespace {

using test::input_error;

std::string integer_error(const std::string& yaml) {
    return input_error([&] { ConfigReader::parse(yaml, "a.yaml").integer("rows", 64, {1, 256}); });
}

TEST(ConfigReader, MissingKeyKeepsTheDefault) {
    auto in = ConfigReader::parse("", "a.yaml");
    EXPECT_EQ(in.integer("rows", 64, {1, 256}), 64u);
    EXPECT_EQ(in.power_of_two("bus", 16, {4, 128}), 16u);
    EXPECT_TRUE(in.boolean("on", true));
    EXPECT_EQ(in.choice("colour", 1, {"red", "green"}), 1u);
    EXPECT_EQ(in.section("inner").integer("x", 3, {0, 9}), 3u);
    EXPECT_NO_THROW(in.finish());
}

TEST(ConfigReader, ReadsEveryKindAtBothEndsOfItsRange) {
    auto in = ConfigReader::parse(
        "low: 1\nhigh: 4294967295\nbus: 128\non: false\ncolour: green\ninner: {x: 9}\n", "a");
    EXPECT_EQ(in.integer("low", 64, {1, 256}), 1u);
    EXPECT_EQ(in.integer("high", 0, {0, 4294967295u}), 4294967295u);
    EXPECT_EQ(in.power_of_two("bus", 16, {4, 128}), 128u);
    EXPECT_FALSE(in.boolean("on", true));
    EXPECT_EQ(in.choice("colour", 0, {"red", "green"}), 1u);
    auto inner = in.section("inner");
    EXPECT_EQ(inner.integer("x", 3, {0, 9}), 9u);
    EXPECT_NO_THROW(inner.finish());
    EXPECT_NO_THROW(in.finish());
}

TEST(ConfigReader, WhatIsNotADecimalIntegerInRangeIsNamed) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"0", "0"},
        {"257", "257"},
        {"-1", "-1"},
        {"1e3", "1e3"},
        {"0x10", "0x10"},
        {"010", "010"},
        {"1.5", "1.5"},
        {"+5", "+5"},
        {"--5", "--5"},
        {"99999999999999999999999", "99999999999999999999999"},
        {"18446744073709551615", "18446744073709551615"},
        {"4294967297", "4294967297"},
        {"\"64\"", "the text \"64\""},
        {"", "nothing"},
        {"~", "nothing"},
        {"true", "true"},
        {"[1, 2]", "a list"},
        {"{a: 1}", "a map"},
        {"!!int 5", "5"},
    };
    for (const auto& [value, got] : cases)
        EXPECT_EQ(integer_error("# comment\nrows: " + value + "\n"),
                  "a.yaml:2: rows: got " + got + ", expected an integer in [1, 256]");
}

TEST(ConfigReader, PowerOfTwoBooleanAndChoiceSayWhatTheyExpect) {
    EXPECT_EQ(input_error([] {
                  ConfigReader::parse("b: 12", "f").power_of_two("b", 16, {4, 128});
              }),
              "f:1: b: got 12, expected a power of two in [4, 128]");
    EXPECT_EQ(input_error([] {
                  ConfigReader::parse("b: 256", "f").power_of_two("b", 16, {4, 128});
              }),
              "f:1: b: got 256, expected a power of two in [4, 128]");
    EXPECT_EQ(input_error([] { ConfigReader::parse("b: yes", "f").boolean("b", false); }),
              "f:1: b: got yes, expected true or false");
    EXPECT_EQ(input_error([] {
                  ConfigReader::parse("b: blue", "f").choice("b", 0, {"red", "green"});
              }),
              "f:1: b: got blue, expected one of red, green");
}

TEST(ConfigReader, UnknownKeyNamesTheKnownOnes) {
    EXPECT_EQ(input_error([] {
                  auto in =
                      ConfigReader::parse("pe_array:\n  rows: 4\n  rwos: 4\n", "a.yaml").section("pe_array");
                  in.integer("rows", 64, {1, 256});
                  in.integer("columns", 64, {1, 256});
                  in.finish();
              }),
              "a.yaml:3: pe_array.rwos: got an unknown key, expected one of rows, columns");
}

TEST(ConfigReader, DuplicateKeyNamesBothLines) {
    EXPECT_EQ(integer_error("rows: 4\nother: 1\nrows: 5\n"),
              "a.yaml:3: rows: got the key a second time, expected it once (first in line 1)");
}

TEST(ConfigReader, KeyThatIsNoNameIsAnError) {
    EXPECT_EQ(integer_error("[a, b]: 4\n"), "a.yaml:1: key: got a list, expected a name");
}

TEST(ConfigReader, SectionMustBeAMap) {
    EXPECT_EQ(input_error([] { ConfigReader::parse("dma: 4", "f").section("dma"); }),
              "f:1: dma: got 4, expected a map of keys");
    EXPECT_NO_THROW(ConfigReader::parse("dma:", "f").section("dma").finish());
}

TEST(ConfigReader, DocumentMustBeOneMap) {
    EXPECT_EQ(integer_error("- 1\n- 2\n"), "a.yaml:1: got a list, expected a map of sections");
    EXPECT_EQ(integer_error("just words\n"), "a.yaml:1: got just words, expected a map of sections");
    EXPECT_EQ(integer_error("rows: 4\n---\nrows: 5\n"), "a.yaml:3: got a second YAML document, expected one");
}

TEST(ConfigReader, SyntaxErrorCarriesTheLine) {
    EXPECT_EQ(integer_error("rows: 4\ncolumns: [1, 2\n").substr(0, 24), "a.yaml:3: YAML syntax: e");
    EXPECT_EQ(integer_error("rows: 4\n\tcolumns: 3\n").substr(0, 22), "a.yaml:2: YAML syntax:");
    EXPECT_EQ(integer_error("rows: *nowhere\n").substr(0, 22), "a.yaml:1: YAML syntax:");
}

TEST(ConfigReader, HostileBytesStayAOneLineError) {
    EXPECT_EQ(integer_error("rows: 4\nname: \xff\xfe\n"),
              "a.yaml:2: got bytes that are not UTF-8, expected YAML text");
    const std::string deep = integer_error(std::string(100000, '['));
    EXPECT_EQ(deep.substr(0, 9), "a.yaml:1:") << deep;
    EXPECT_EQ(deep.find('\n'), std::string::npos);
    const std::string multi = integer_error("rows: \"two\\nlines\"\n");
    EXPECT_EQ(multi.find('\n'), std::string::npos) << multi;
}

}  // namespace
}  // namespace approxtlm
