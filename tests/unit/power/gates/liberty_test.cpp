#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "power/liberty/liberty_reader.h"
#include "tests/support/input_error.h"
#include "tests/support/temporary_file.h"
#include "tiny_library.h"

namespace approxtlm::power {
namespace {

using test::TemporaryFile;

std::string gzip(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

/// What reading `text` says, without the file's name.
std::string error_of(const std::string& text, const std::string& suffix = ".lib") {
    const TemporaryFile file(suffix, text);
    const std::string error = test::input_error([&] { (void)read_liberty({file.path()}); });
    return error.rfind(file.path(), 0) == 0 ? error.substr(file.path().size()) : error;
}

LibertyLibrary read(const std::string& text) {
    const TemporaryFile file(".lib", text);
    return read_liberty({file.path()});
}

TEST(LookupTable, BilinearAndStraightOnOutside) {
    const LookupTable t({10, 30}, {1, 3}, {10, 14, 12, 16});
    EXPECT_DOUBLE_EQ(t.at(10, 1), 10);
    EXPECT_DOUBLE_EQ(t.at(30, 3), 16);
    EXPECT_DOUBLE_EQ(t.at(20, 2), 13);
    EXPECT_DOUBLE_EQ(t.at(0, 1), 9);
    EXPECT_DOUBLE_EQ(t.at(50, 5), 22);
    EXPECT_DOUBLE_EQ(LookupTable({10, 30}, {}, {1, 2}).at(20, 99), 1.5);
    EXPECT_DOUBLE_EQ(LookupTable({}, {1, 3}, {1, 2}).at(99, 2), 1.5);
    EXPECT_DOUBLE_EQ(LookupTable({}, {}, {7}).at(1, 2), 7);
    // Three points: each segment has its own slope, and the product term counts.
    const LookupTable bent({0, 1, 3}, {0, 1}, {0, 0, 0, 1, 0, 5});
    EXPECT_DOUBLE_EQ(bent.at(0.5, 0.5), 0.25);
    EXPECT_DOUBLE_EQ(bent.at(2, 1), 3);
    EXPECT_DOUBLE_EQ(bent.at(4, 1), 7);
}

TEST(Liberty, UnitsFunctionsAndTables) {
    const LibertyLibrary library = read(tiny_liberty());
    EXPECT_EQ(library.name, "tiny");
    EXPECT_DOUBLE_EQ(library.voltage_v, 2);
    EXPECT_DOUBLE_EQ(library.temperature_c, 25);
    EXPECT_DOUBLE_EQ(library.smallest_transition_ps, 10);
    const Cell& inv = *library.find("INV");
    EXPECT_DOUBLE_EQ(inv.area_um2, 1);
    EXPECT_DOUBLE_EQ(inv.leakage_nw, 5);
    EXPECT_DOUBLE_EQ(inv.find_pin("A")->capacitance_ff.rise, 1);
    EXPECT_DOUBLE_EQ(inv.find_pin("A")->capacitance_ff.fall, 1.2);
    const Pin& y = *inv.find_pin("Y");
    EXPECT_EQ(y.direction, Direction::output);
    EXPECT_EQ(y.arcs.at(0).sense, TimingSense::negative);
    EXPECT_NEAR(y.arcs[0].delay.rise.at(20, 2), 13, 1e-9);
    EXPECT_NEAR(y.arcs[0].delay.fall.at(10, 3), 24, 1e-9);
    EXPECT_NEAR(y.arcs[0].transition.rise.at(99, 2), 15, 1e-9);
    EXPECT_NEAR(y.internal_power.at(0).energy.rise.at(20, 2), 2, 1e-9);
    EXPECT_NEAR(y.internal_power[0].energy.fall.at(20, 2), 1, 1e-9);
    EXPECT_TRUE(library.find("OLD")->dont_use);
    EXPECT_EQ(library.find("LATCH")->unsupported, "a latch");
    EXPECT_EQ(library.find("nothing"), nullptr);
}

TEST(Liberty, FlipFlop) {
    const LibertyLibrary library = read(tiny_liberty());
    const Cell& dff = *library.find("DFF");
    ASSERT_TRUE(dff.flip_flop.has_value());
    EXPECT_EQ(dff.flip_flop->state, "IQ");
    EXPECT_EQ(dff.flip_flop->next_state.names(), std::vector<std::string>{"D"});
    EXPECT_TRUE(dff.find_pin("CK")->clock);
    EXPECT_EQ(dff.find_pin("D")->arcs.at(0).kind, ArcKind::setup_rising);
    EXPECT_NEAR(dff.find_pin("D")->arcs[0].delay.fall.at(1, 1), 9, 1e-9);
    EXPECT_EQ(dff.find_pin("Q")->arcs.at(0).kind, ArcKind::rising_clock);
    EXPECT_EQ(dff.find_pin("Q")->internal_power.size(), 2u);
    // No cell_leakage_power: mean of the conditions rail by rail, (6 + 8) / 2 + 1.
    EXPECT_DOUBLE_EQ(dff.leakage_nw, 8);
}

TEST(Liberty, AnotherOrderOfAxesIsTheSameTable) {
    std::string text = replaced(tiny_liberty(), "variable_1 : input_net_transition", "variable_1 : X");
    text = replaced(text, "variable_2 : total_output_net_capacitance", "variable_2 : input_net_transition");
    text = replaced(text, "variable_1 : X", "variable_1 : total_output_net_capacitance");
    text = replaced(text, "index_1 (\"0.010, 0.030\"); index_2 (\"0.001, 0.003\")",
                    "index_1 (\"0.001, 0.003\"); index_2 (\"0.010, 0.030\")");
    text = replaced(text, "\"0.010, 0.014\", \"0.012, 0.016\"", "\"0.010, 0.012\", \"0.014, 0.016\"");
    EXPECT_NEAR(read(text).find("INV")->find_pin("Y")->arcs[0].delay.rise.at(30, 1), 12, 1e-9);
    EXPECT_NEAR(read(text).find("INV")->find_pin("Y")->arcs[0].delay.rise.at(10, 3), 14, 1e-9);
}

TEST(Liberty, UpperEndOfACapacitanceRange) {
    const LibertyLibrary library = read(replaced(tiny_liberty(), "rise_capacitance : 0.001;",
                                                 "rise_capacitance : 0.001; "
                                                 "rise_capacitance_range (0.0008, 0.0015);"));
    EXPECT_NEAR(library.find("INV")->find_pin("A")->largest_capacitance_ff.rise, 1.5, 1e-12);
    EXPECT_NEAR(library.find("INV")->find_pin("A")->largest_capacitance_ff.fall, 1.2, 1e-12);
    EXPECT_NEAR(library.find("INV")->find_pin("A")->capacitance_ff.rise, 1, 1e-12);
}

TEST(Liberty, GzippedIsTheSame) {
    const TemporaryFile whole(".lib.gz", gzip(tiny_liberty()));
    EXPECT_EQ(read_liberty({whole.path()}).cells.size(), read(tiny_liberty()).cells.size());
    const TemporaryFile members(".lib.gz",
                                gzip(tiny_liberty().substr(0, 300)) + gzip(tiny_liberty().substr(300)));
    EXPECT_EQ(read_liberty({members.path()}).cells.size(), read(tiny_liberty()).cells.size());
}

TEST(Liberty, SeveralFilesInDifferentUnits) {
    const TemporaryFile first(".lib", tiny_liberty());
    std::string text =
        "library (more) { time_unit : \"1ps\"; voltage_unit : \"1mV\"; leakage_power_unit : \"1pW\";\n"
        "capacitive_load_unit (0.5, ff); nom_voltage : 2000; nom_temperature : 25;\n"
        "cell (BUF) { cell_leakage_power : 1500; pin (A) { direction : input; capacitance : 4; }\n"
        "pin (Y) { direction : output; function : \"A\"; timing () { related_pin : A;\n"
        "cell_rise (scalar) { values (\"3\"); } rise_transition (scalar) { values (\"4\"); } }\n"
        "internal_power () { related_pin : A; power (scalar) { values (\"5000000\"); } } } } }";
    const TemporaryFile second(".lib", text);
    const LibertyLibrary library = read_liberty({first.path(), second.path()});
    EXPECT_EQ(library.name, "tiny + more");
    const Cell& buf = *library.find("BUF");
    EXPECT_NEAR(buf.leakage_nw, 1.5, 1e-12);
    EXPECT_NEAR(buf.find_pin("A")->capacitance_ff.rise, 2, 1e-12);
    EXPECT_NEAR(buf.find_pin("Y")->arcs.at(0).delay.rise.at(0, 0), 3, 1e-12);
    // 0.5 fF x (1 mV)^2 = 0.5e-6 fJ a unit.
    EXPECT_NEAR(buf.find_pin("Y")->internal_power.at(0).energy.fall.at(0, 0), 2.5, 1e-12);
    EXPECT_NE(library.find("INV"), nullptr);

    const TemporaryFile other(".lib", replaced(text, "nom_voltage : 2000", "nom_voltage : 1900"));
    EXPECT_EQ(test::input_error([&] {
                  (void)read_liberty({first.path(), other.path()});
              }),
              other.path() + ":1: nom_voltage: got 1.900000, expected 2.000000 as in " + first.path());
    EXPECT_NE(
        test::input_error([&] {
            (void)read_liberty({first.path(), first.path()});
        }).find("cell INV: got the cell twice, expected it once: it is also in " + first.path() + ":11"),
        std::string::npos);
}

TEST(LibertyErrors, Files) {
    EXPECT_NE(test::input_error([] {
                  (void)read_liberty({"/nowhere/x.lib"});
              }).find("/nowhere/x.lib: cannot be read"),
              std::string::npos);
    EXPECT_EQ(test::input_error([] { (void)read_liberty({"/tmp"}); }),
              "/tmp: got a directory, expected a file");
    EXPECT_EQ(test::input_error([] { (void)read_liberty({}); }),
              "Liberty: got no file, expected at least one");
    EXPECT_EQ(error_of(""), ":1: library: got an empty file, expected library (NAME) { ... }");
    const std::string packed = gzip(tiny_liberty());
    EXPECT_EQ(error_of(packed.substr(0, packed.size() / 2), ".gz"),
              ": got a gzip file that ends early, expected a complete gzipped Liberty file");
    EXPECT_EQ(error_of(packed.substr(0, packed.size() - 3), ".gz"),
              ": got a gzip file that ends early, expected a complete gzipped Liberty file");
    std::string damaged = packed;
    damaged[damaged.size() / 2] ^= 0x55;
    EXPECT_NE(error_of(damaged, ".gz").find(": got a damaged gzip file"), std::string::npos);
    damaged = packed;
    damaged[damaged.size() - 6] ^= 1;  // the checksum
    EXPECT_NE(error_of(damaged, ".gz").find(": got a damaged gzip file (incorrect data check)"),
              std::string::npos);
}

TEST(LibertyErrors, Syntax) {
    const std::string text = tiny_liberty();
    EXPECT_EQ(error_of(text.substr(0, text.size() - 3)),
              ":2: library tiny: got the end of the file, expected \"}\" of the group that begins here");
    EXPECT_EQ(error_of(text + "rubbish"),
              ":" + std::to_string(std::count(text.begin(), text.end(), '\n') + 1) +
                  ": after the library group: got \"rubbish\", expected the end of the file");
    EXPECT_EQ(error_of("library (x) { cell (y) ? }"), ":1: a statement: got \"? }\", expected a name");
    EXPECT_EQ(error_of("library (x) { /* "), ":1: comment: got no end of it, expected \"*/\"");
    EXPECT_EQ(error_of("library (x) { a : \"b"), ":1: string: got no end of it, expected a closing quote");
    EXPECT_EQ(error_of("cell (x) { }"), ":1: library: got no library group, expected library (NAME) { ... }");
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "library (x) { ";
    EXPECT_NE(error_of(deep).find("groups nested too deep"), std::string::npos);
}

TEST(LibertyErrors, Meaning) {
    const std::string text = tiny_liberty();
    EXPECT_EQ(error_of(replaced(text, "time_unit : \"1ns\";", "")),
              ":2: time_unit: got nothing, expected a time such as 1ps or 1ns");
    EXPECT_EQ(error_of(replaced(text, "\"1ns\"", "\"1xs\"")),
              ":3: time_unit: got 1xs, expected a time such as 1ps or 1ns");
    EXPECT_EQ(error_of(replaced(text, "(1, pf)", "(1, pV)")),
              ":4: capacitive_load_unit: got another unit, expected (NUMBER, ff) or (NUMBER, pf)");
    EXPECT_EQ(error_of(replaced(text, "nom_voltage : 2;", "nom_voltage : 0;")),
              ":5: nom_voltage: got 0, expected above 0");
    EXPECT_EQ(error_of(replaced(text, "\"0.010, 0.014\"", "\"0.010\"")),
              ":24: cell INV.pin Y.cell_rise: got 3 values, expected 2 x 2 by its axes");
    EXPECT_EQ(error_of(replaced(text, "\"0.010, 0.014\"", "\"0.010, fast\"")),
              ":24: cell INV.pin Y.cell_rise: got \"fast\", expected a finite number");
    EXPECT_EQ(error_of(replaced(text, "\"0.010, 0.014\"", "\"0.010, nan\"")),
              ":24: cell INV.pin Y.cell_rise: got \"nan\", expected a finite number");
    EXPECT_EQ(error_of(replaced(text, "cell_rise (t)", "cell_rise (u)")),
              ":24: cell INV.pin Y.cell_rise: got the template u, expected one of this library's");
    EXPECT_EQ(
        error_of(replaced(text, "\"0.010, 0.030\"", "\"0.030, 0.010\"")),
        ":9: t.index_1: got values that do not ascend, expected at least one, each above the one before");
    EXPECT_EQ(error_of(replaced(text, "function : \"!A\"", "function : \"!A &\"")).substr(0, 36),
              ":20: cell INV.pin Y.function: got \"!");
    EXPECT_EQ(error_of(replaced(text, "library (tiny) {", "library (tiny) { delay_model : polynomial;")),
              ":2: delay_model: got polynomial, expected table_lookup");
    EXPECT_EQ(error_of(replaced(text, "area : 1;", "area : -1;")),
              ":12: cell INV.area: got -1, expected at least 0");
    EXPECT_NE(error_of(replaced(text, "variable_2 : total_output_net_capacitance",
                                "variable_2 : output_net_length"))
                  .find("got a table over output_net_length, expected input_net_transition, "
                        "total_output_net_capacitance"),
              std::string::npos);
}

/// Whatever a file holds: a library or an InputError, nothing else.
TEST(LibertyErrors, MutilatedFilesAreReadOrRefused) {
    const unsigned seed = 11;
    std::mt19937 random(seed);
    const std::string whole = tiny_liberty();
    const std::string symbols = "{}();:,\"\\\n/*!&|^'0123456789.-eA ";
    int read = 0, refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text = whole;
        const unsigned edits = 1 + random() % 3;
        for (unsigned e = 0; e < edits; ++e) {
            const std::size_t at = random() % text.size();
            switch (random() % 4) {
                case 0:
                    text[at] = symbols[random() % symbols.size()];
                    break;
                case 1:
                    text.erase(at, 1 + random() % 20);
                    break;
                case 2:
                    text.insert(at, 1, static_cast<char>(random() % 256));
                    break;
                default:
                    text.insert(at, text.substr(random() % text.size(), random() % 200));
            }
            if (text.empty()) text = " ";
        }
        const TemporaryFile file(".lib", text);
        try {
            (void)read_liberty({file.path()});
            ++read;
        } catch (const InputError& error) {
            ++refused;
            ASSERT_NE(std::string(error.what()).find(file.path()), std::string::npos)
                << error.what() << " seed " << seed;
        }
    }
    EXPECT_GT(read, 100);
    EXPECT_GT(refused, 300);
}

}  // namespace
}  // namespace approxtlm::power
