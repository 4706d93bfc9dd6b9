#include "models/arithmetic/multiplier_table.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/input_error.h"
#include "tests/support/temporary_file.h"
#include "tests/unit/arithmetic/all_multipliers.h"

namespace approxtlm {
namespace {

using test::input_error;
using test::TemporaryFile;

/// Bytes of a .bin: `product` of the indices, row by row.
std::string words(const std::function<int(int, int)>& product) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        for (int j = 0; j < 256; ++j) {
            const auto word = static_cast<std::uint16_t>(product(i, j));
            bytes += static_cast<char>(word & 255);
            bytes += static_cast<char>(word >> 8);
        }
    }
    return bytes;
}

std::string csv(const std::function<int(int, int)>& product) {
    std::string text;
    for (int i = 0; i < 256; ++i)
        for (int j = 0; j < 256; ++j) text += std::to_string(product(i, j)) + (j == 255 ? "\n" : ",");
    return text;
}

std::string triples(int lowest, const std::function<int(int, int)>& product) {
    std::string text = "first,second,product\n";
    for (int a = lowest; a < lowest + 256; ++a)
        for (int b = lowest; b < lowest + 256; ++b)
            text += std::to_string(a) + ',' + std::to_string(b) + ',' + std::to_string(product(a, b)) + '\n';
    return text;
}

std::string c_array(bool rows, const std::function<int(int, int)>& product) {
    std::string text = "// table\n#include <stdint.h>\nconst int32_t t[] /* = { */ = {";
    for (int i = 0; i < 256; ++i) {
        if (rows) text += "{";
        for (int j = 0; j < 256; ++j) text += std::to_string(product(i, j)) + (rows && j == 255 ? "" : ",");
        if (rows) text += i == 255 ? "}\n" : "},\n";
    }
    return text + "};\n";
}

int twos_complement(int index) { return index < 128 ? index : index - 256; }

std::shared_ptr<const ProductTable> read(const std::string& suffix, const std::string& content,
                                         const TableFormat& format = {}) {
    const TemporaryFile file(suffix, content);
    return read_product_table(file.path(), format);
}

/// An inexact product that tells the operands apart, for numbers of either sign.
int circuit(int weight, int activation) { return weight * (activation & ~3) + (weight & 1); }

void expect_circuit(const ProductTable& table, Encoding weights, int origin, const std::string& where) {
    EXPECT_EQ(table.weights(), weights) << where;
    EXPECT_EQ(table.activation_origin(), origin) << where;
    for (int code = 0; code < 256; ++code) {
        const int w = weight_value(static_cast<std::uint8_t>(code), weights);
        for (int a = 0; a < 256; ++a) {
            ASSERT_EQ(table.product(static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(a)),
                      circuit(w, a + origin) - origin * w)
                << where << ": " << w << " * " << a;
        }
    }
}

constexpr TableFormat kSigned{IndexConvention::twos_complement, false, false};
constexpr TableFormat kOffset{IndexConvention::offset, false, false};
constexpr TableFormat kMixed{IndexConvention::twos_complement, true, false};

TEST(MultiplierTable, UnsignedConvention) {
    constexpr auto kCodes = Encoding::unsigned_codes;
    expect_circuit(*read(".bin", words(circuit)), kCodes, 0, "bin");
    expect_circuit(*read(".csv", csv(circuit)), kCodes, 0, "csv");
    expect_circuit(*read(".txt", triples(0, circuit)), kCodes, 0, "triples");
    expect_circuit(*read(".c", c_array(false, circuit)), kCodes, 0, "flat array");
    expect_circuit(*read(".h", c_array(true, circuit)), kCodes, 0, "array of rows");
}

TEST(MultiplierTable, TwosComplementConvention) {
    const auto by_index = [](int i, int j) { return circuit(twos_complement(i), twos_complement(j)); };
    constexpr auto kCodes = Encoding::signed_codes;
    expect_circuit(*read(".bin", words(by_index), kSigned), kCodes, -128, "bin");
    expect_circuit(*read(".csv", csv(by_index), kSigned), kCodes, -128, "csv");
    expect_circuit(*read(".csv", triples(-128, circuit), kSigned), kCodes, -128, "triples");
    expect_circuit(*read(".c", c_array(true, by_index), kSigned), kCodes, -128, "array");
}

TEST(MultiplierTable, OffsetConvention) {
    const auto by_index = [](int i, int j) { return circuit(i - 128, j - 128); };
    constexpr auto kCodes = Encoding::signed_codes;
    expect_circuit(*read(".bin", words(by_index), kOffset), kCodes, -128, "bin");
    expect_circuit(*read(".csv", csv(by_index), kOffset), kCodes, -128, "csv");
    expect_circuit(*read(".csv", triples(-128, circuit), kOffset), kCodes, -128, "triples");
    expect_circuit(*read(".c", c_array(false, by_index), kOffset), kCodes, -128, "array");
}

TEST(MultiplierTable, SignedWeightsByUnsignedActivations) {
    const auto by_index = [](int i, int j) { return circuit(twos_complement(i), j); };
    expect_circuit(*read(".bin", words(by_index), kMixed), Encoding::signed_codes, 0, "bin");
}

TEST(MultiplierTable, WeightAsTheSecondOperand) {
    const auto unsigned_index = [](int i, int j) { return circuit(j, i); };
    expect_circuit(*read(".bin", words(unsigned_index), {IndexConvention::unsigned_order, false, true}),
                   Encoding::unsigned_codes, 0, "unsigned");
    const auto mixed = [](int i, int j) { return circuit(twos_complement(j), i); };
    expect_circuit(*read(".csv", csv(mixed), {IndexConvention::twos_complement, true, true}),
                   Encoding::signed_codes, 0, "mixed");
}

TEST(MultiplierTable, AcceptsFloatingPointBlanksAndComments) {
    std::string text = "# a header\n\n";
    for (int i = 0; i < 256; ++i) {
        for (int j = 0; j < 256; ++j) text += std::to_string(circuit(i, j)) + ".0e+00 ";
        text += "\r\n";
    }
    expect_circuit(*read(".txt", text), Encoding::unsigned_codes, 0, "numpy.savetxt");
}

TEST(MultiplierTable, EqualityAndNameFollowTheContent) {
    const Multiplier a = testing::random_table(1, Encoding::unsigned_codes),
                     same = testing::random_table(1, Encoding::unsigned_codes),
                     other = testing::random_table(2, Encoding::unsigned_codes);
    EXPECT_EQ(a, same);
    EXPECT_NE(a, other);
    EXPECT_NE(a, Multiplier{});
    EXPECT_EQ(to_string(a), to_string(same));
    EXPECT_NE(to_string(a).substr(to_string(a).find('#')),
              to_string(other).substr(to_string(other).find('#')));
    EXPECT_EQ(kept_partial_products(a), 64);
}

TEST(MultiplierTable, SpecificationsWithAndWithoutPrefix) {
    const TemporaryFile file(".bin", words([](int i, int j) { return circuit(twos_complement(j), i); }));
    for (const std::string prefix : {"", "table:"}) {
        const Multiplier m = parse_multiplier(prefix + file.path() +
                                              ",convention=signed,activation=unsigned,operand=second,bits=3");
        EXPECT_EQ(m.family, MultiplierFamily::table);
        EXPECT_EQ(m.m, 3);
        expect_circuit(*m.table, Encoding::signed_codes, 0, prefix);
    }
    // The circuit drops the two low bits of A.
    const TemporaryFile plain(".bin", words([](int i, int j) { return i * (j & ~3); }));
    EXPECT_EQ(parse_multiplier(plain.path()).m, 2);
    EXPECT_EQ(multiplier_error(parse_multiplier(plain.path()), 200, 7), 600);
}

TEST(MultiplierTable, EncodingMustBeTheTables) {
    const Multiplier table = testing::random_table(1, Encoding::unsigned_codes);
    check_encoding(table, Encoding::unsigned_codes);
    check_encoding({MultiplierFamily::truncated, 3}, Encoding::signed_codes);
    EXPECT_EQ(input_error([&] { check_encoding(table, Encoding::signed_codes); }),
              "--encoding: got signed, expected unsigned, the weight codes of " + to_string(table));
}

/// The refusal of a file, without its path.
std::string refusal(const std::string& suffix, const std::string& content, const TableFormat& format = {}) {
    const TemporaryFile file(suffix, content);
    const std::string message = input_error([&] { read_product_table(file.path(), format); });
    const std::size_t at = message.find(file.path());
    return at == 0 ? message.substr(file.path().size()) : message;
}

std::string with_line(std::string text, int line, const std::string& replacement) {
    std::size_t begin = 0;
    for (int i = 1; i < line; ++i) begin = text.find('\n', begin) + 1;
    return text.replace(begin, text.find('\n', begin) - begin, replacement);
}

std::string with_word(std::string text, const std::string& word, const std::string& replacement) {
    return text.replace(text.find(word), word.size(), replacement);
}

TEST(MultiplierTable, RefusesBinaries) {
    const std::string size = ", expected 131072 (256 x 256 little-endian 16-bit products)";
    EXPECT_EQ(refusal(".bin", ""), ": got 0 bytes" + size);
    EXPECT_EQ(refusal(".bin", words(circuit) + 'x'), ": got 131073 bytes" + size);
    EXPECT_EQ(refusal(".npy", "x"), ": got extension .npy, expected .bin, .csv, .txt, .c or .h");
    EXPECT_EQ(refusal("", "x"), ": got no extension, expected .bin, .csv, .txt, .c or .h");
    EXPECT_EQ(input_error([] { read_product_table("/nowhere/t.bin", {}); }),
              "/nowhere/t.bin: cannot be read: No such file or directory");
}

TEST(MultiplierTable, RefusesTheWrongConvention) {
    const auto exact = [](int i, int j) { return i * j; };
    const auto exact_signed = [](int i, int j) { return twos_complement(i) * twos_complement(j); };
    const auto exact_offset = [](int i, int j) { return (i - 128) * (j - 128); };
    const auto exact_mixed = [](int i, int j) { return twos_complement(i) * j; };
    const auto expect = [](const std::string& message, const std::string& got, const std::string& expected) {
        EXPECT_EQ(message.rfind(": convention: got " + got + " (correlation with exact products ", 0), 0u)
            << message;
        EXPECT_NE(message.find("), expected " + expected + " (correlation with exact products 1.00)"),
                  std::string::npos)
            << message;
    };
    expect(refusal(".bin", words(exact), kSigned), "signed", "unsigned");
    expect(refusal(".bin", words(exact), kOffset), "offset", "unsigned");
    expect(refusal(".bin", words(exact_signed)), "unsigned", "signed");
    expect(refusal(".bin", words(exact_signed), kOffset), "offset", "signed");
    expect(refusal(".bin", words(exact_offset)), "unsigned", "offset");
    expect(refusal(".csv", csv(exact_offset), kSigned), "signed", "offset");
    expect(refusal(".bin", words(exact_mixed), kSigned), "signed", "signed,activation=unsigned");
    EXPECT_EQ(refusal(".bin", words([](int, int) { return 0; })), "(no error)")
        << "poor, but in all conventions";
}

TEST(MultiplierTable, RefusesTextWithTheLine) {
    const std::string good = csv(circuit), pairs = triples(0, circuit);
    const std::string product = ", expected an integer in [0, 65535]";
    const std::string shape =
        ", expected 256 (a row of products) or 3 (first operand, second operand, product)";
    std::string row(2 * 255, '0');
    for (std::size_t i = 1; i < row.size(); i += 2) row[i] = ',';
    for (const auto& [line, expected] : std::vector<std::pair<std::string, std::string>>{
             {"0,nan," + row + "0", ":7: got 258 numbers, expected 256"},
             {row, ":7: column 256: got nothing" + product},
             {row + "x", ":7: column 256: got x" + product},
             {row + "nan", ":7: column 256: got nan" + product},
             {row + "inf", ":7: column 256: got inf" + product},
             {row + "1e400", ":7: column 256: got 1e400" + product},
             {row + "0.5", ":7: column 256: got 0.5" + product},
             {row + "-1", ":7: column 256: got -1" + product},
             {row + "65536", ":7: column 256: got 65536" + product},
             {row + "\x01", ":7: column 256: got \\x01" + product},
             {"1", ":7: got 1 numbers, expected 256"}}) {
        EXPECT_EQ(refusal(".csv", with_line(good, 7, line)), expected);
    }
    EXPECT_EQ(refusal(".csv", with_line(good, 3, row + "-32769"), kSigned),
              ":3: column 256: got -32769, expected an integer in [-32768, 32767]");
    EXPECT_EQ(refusal(".csv", with_line(good, 1, "")), ": got 255 rows, expected 256");
    EXPECT_EQ(refusal(".csv", good + row + "0\n"), ":257: got another row, expected 256 rows");
    EXPECT_EQ(refusal(".csv", ""), ": got no numbers, expected 65536 products");
    EXPECT_EQ(refusal(".csv", "\n1,2\n"), ":2: got 2 numbers" + shape);
    EXPECT_EQ(refusal(".csv", with_line(pairs, 9, "256,0,0")),
              ":9: first operand: got 256, expected an integer in [0, 255]");
    EXPECT_EQ(refusal(".csv", with_line(pairs, 9, "0,-1,0")),
              ":9: second operand: got -1, expected an integer in [0, 255]");
    EXPECT_EQ(refusal(".csv", with_line(pairs, 9, "0,7,many")), ":9: product: got many" + product);
    EXPECT_EQ(refusal(".csv", with_line(pairs, 9, "0,3,0")),
              ":9: got the pair 0, 3 a second time, expected it once (first in line 5)");
    EXPECT_EQ(refusal(".csv", with_line(pairs, 9, "")),
              ": got 65535 pairs of operands, expected 65536 (none for 0, 7)");
    EXPECT_EQ(refusal(".csv", with_line(triples(-128, circuit), 2, ""), kSigned),
              ": got 65535 pairs of operands, expected 65536 (none for -128, -128)");
}

TEST(MultiplierTable, RefusesCArraysWithTheLine) {
    const std::string rows = c_array(true, circuit), flat = c_array(false, circuit);
    const std::string product = ", expected an integer in [0, 65535]";
    EXPECT_EQ(refusal(".c", "int mul(int a, int b) { return a == b; }"),
              ": got no array, expected 65536 products such as const uint16_t table[256][256] = {...}");
    EXPECT_EQ(refusal(".c", "int t[] = {1, 2"),
              ":1: got the end of the file, expected } after the last product");
    EXPECT_EQ(refusal(".c", "int t[] =\n{1, 2\n}"), ":3: got 2 products, expected 65536");
    EXPECT_EQ(refusal(".c", "int t[] = {1\n 2}"), ":2: got 2, expected a comma");
    EXPECT_EQ(refusal(".c", "int t[] = {{1,\n 2}}"), ":2: got a row of 2 products, expected 256");
    EXPECT_EQ(refusal(".c", "int t[] = {0x1F, 07u, 65535L, NAN}"), ":1: got NAN" + product);
    EXPECT_EQ(refusal(".c", "int t[] = {1,\n-5}"), ":2: got -5" + product);
    EXPECT_EQ(refusal(".c", "int t[] = {99999999999999999999}"), ":1: got 99999999999999999999" + product);
    EXPECT_EQ(refusal(".c", "int t[] = {--1}"), ":1: got --1" + product);
    EXPECT_EQ(refusal(".c", std::string{"int t[] = {\0}", 13}), ":1: got 0 products, expected 65536");
    EXPECT_EQ(refusal(".c", with_word(flat, "};", "1};")), ":3: got more products, expected 65536");
    EXPECT_EQ(refusal(".c", with_word(rows, "},\n{", "},\n5,{")), ":4: got 5, expected {");
    EXPECT_EQ(refusal(".c", "/* = {"),
              ": got no array, expected 65536 products such as const uint16_t table[256][256] = {...}");
}

TEST(MultiplierTable, RefusesSpecifications) {
    const auto refused = [](const std::string& spec) { return input_error([&] { parse_multiplier(spec); }); };
    EXPECT_EQ(refused("table:"), "--multiplier: table: got no file, expected table:FILE");
    EXPECT_EQ(refused("a.bin,convention=gray"),
              "--multiplier: convention: got 'gray', expected unsigned, signed or offset");
    EXPECT_EQ(refused("table:a.bin,operand=third"),
              "--multiplier: operand: got 'third', expected first or second");
    EXPECT_EQ(refused("a.bin,activation="), "--multiplier: activation: got '', expected signed or unsigned");
    EXPECT_EQ(refused("a.bin,bits=9"), "--multiplier: bits: got '9', expected an integer in [1, 8]");
    EXPECT_EQ(refused("a.bin,colour=red"),
              "--multiplier: got option 'colour', expected convention, operand, activation or bits");
    EXPECT_EQ(refused("a.bin,bits=2,"),
              "--multiplier: got option '', expected convention, operand, activation or bits");
}

}  // namespace
}  // namespace approxtlm
