#include "power/technology/technology.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "models/common/error.h"
#include "tests/unit/power/fixture.h"

namespace approxtlm::power {
namespace {

const Multiplier kExact{};
const Multiplier kTruncated7{MultiplierFamily::truncated, 7};
const Multiplier kTruncated9{MultiplierFamily::truncated, 9};

template <class Call>
std::string message(Call call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Technology, ReadsEveryNumber) {
    const Technology t = load_text(small_technology());
    EXPECT_EQ(t.name, "small");
    EXPECT_EQ(t.clock_mhz, 1000);
    EXPECT_EQ(t.fastest_clock_mhz, 2000);
    EXPECT_EQ(t.pe(kExact, false).multiplier_fj, 100);
    EXPECT_EQ(t.pe(kExact, false).registers_fj(), 20);
    EXPECT_EQ(t.pe(kTruncated7, true).correction_fj, 5);
    EXPECT_EQ(t.pe(kTruncated7, true).activation_toggles, 2);
    EXPECT_EQ(t.mac_plus_area_um2(kTruncated7), 40);
    EXPECT_EQ(t.sum_a_pe_area_um2(), 11);
    EXPECT_EQ(t.dma_pj_per_byte(), 3);
    EXPECT_NE(t.provenance.find("a fixture"), std::string::npos);
}

TEST(Technology, RowsAreInterpolatedInTheirLogarithm) {
    const Technology t = load_text(small_technology());
    EXPECT_DOUBLE_EQ(t.mac_plus_fj(kTruncated7, 16), 100);
    EXPECT_DOUBLE_EQ(t.mac_plus_fj(kTruncated7, 32), 200);
    EXPECT_DOUBLE_EQ(t.mac_plus_fj(kTruncated7, 64), 300);
    EXPECT_DOUBLE_EQ(t.pe_rows_factor(kExact, false, 32), 0.75);
    EXPECT_DOUBLE_EQ(t.sum_a_pe_fj(48), 30 + 20 * std::log2(3.0) / 2);
}

TEST(Technology, RowsOutsideTheMeasurementsAreAnError) {
    const Technology t = load_text(small_technology());
    EXPECT_EQ(message([&] { (void)t.sum_x_pe_fj(kTruncated7, 128); }),
              t.path +
                  ": technology small: got no sum-x energy for pe_array.rows 128, expected 16 to 64 rows, or "
                  "--technology none");
    EXPECT_NE(message([&] { (void)t.pe_rows_factor(kExact, false, 8); }).find("pe_array.rows 8"),
              std::string::npos);
}

TEST(Technology, BufferEnergyIsStraightInLogLog) {
    const Technology t = load_text(small_technology());
    EXPECT_DOUBLE_EQ(t.buffer_read_pj_per_byte(1024), 1);
    EXPECT_DOUBLE_EQ(t.buffer_read_pj_per_byte(2048), 2);
    EXPECT_DOUBLE_EQ(t.buffer_write_pj_per_byte(4096), 8);
    EXPECT_EQ(message([&] { (void)t.buffer_read_pj_per_byte(512); }),
              t.path +
                  ": technology small: got no read energy for a buffer bank of 512 bytes, expected 1024 to "
                  "1048576 bytes, or --technology none");
}

TEST(Technology, MissingVariantNamesTheOthers) {
    const Technology t = load_text(small_technology());
    EXPECT_EQ(message([&] { (void)t.pe(kTruncated9, false); }),
              t.path +
                  ": technology small: got no PE energy for truncated:9, expected one of exact, truncated:7; "
                  "choose another multiplier or technology, or --technology none");
    EXPECT_EQ(message([&] { (void)t.pe(kTruncated9, true); }),
              t.path +
                  ": technology small: got no PE energy for truncated:9/per_mac, expected one of "
                  "truncated:7/per_mac; choose another multiplier or technology, or --technology none");
    EXPECT_NE(
        message([&] { (void)t.mac_plus_fj(kTruncated9, 64); }).find("no correction energy for truncated:9"),
        std::string::npos);
}

TEST(TechnologyErrors, NameLineAndKey) {
    const std::string text = small_technology();
    EXPECT_EQ(load_error(replaced(text, "    multiplier_fj: 100", "    multiplier_pj: 100")),
              ":16: pe.exact.multiplier_fj: got no such key, expected it in every technology file");
    EXPECT_EQ(
        load_error(replaced(text, "    clock_fj: 30", "    clock_fj: 30\n    colour: red")).substr(0, 46),
        ":22: pe.exact.colour: got an unknown key, expe");
    EXPECT_EQ(load_error(replaced(text, "    clock_fj: 30", "    clock_fj: fast")),
              ":21: pe.exact.clock_fj: got fast, expected a finite number of at least 0");
    EXPECT_EQ(load_error(replaced(text, "    clock_fj: 30", "    clock_fj: .nan")),
              ":21: pe.exact.clock_fj: got .nan, expected a finite number of at least 0");
    EXPECT_EQ(load_error(replaced(text, "    clock_fj: 30", "    clock_fj: -1")),
              ":21: pe.exact.clock_fj: got -1, expected a finite number of at least 0");
    EXPECT_EQ(load_error(replaced(text, "    clock_fj: 30", "    clock_fj: [30]")),
              ":21: pe.exact.clock_fj: got a list, expected a finite number of at least 0");
    EXPECT_EQ(load_error(replaced(text, "area_um2: 50", "area_um2: 0")),
              ":24: pe.exact.area_um2: got 0, expected a finite number above 0");
    EXPECT_EQ(load_error(replaced(text, "    clock_fj: 30", "    clock_fj: 30\n    clock_fj: 31")),
              ":22: pe.exact.clock_fj: got the key twice, expected it once");
    EXPECT_EQ(load_error(replaced(text, "{16: 96, 64: 192}", "{16: 96, 64.5: 192}")),
              ":26: pe.exact.cycle_fj_by_rows: got 64.5 rows, expected an integer in [1, 256]");
    EXPECT_EQ(load_error(replaced(text, "{16: 96, 64: 192}", "{}")),
              ":26: pe.exact.cycle_fj_by_rows: got an empty map, expected at least one entry");
    EXPECT_EQ(
        load_error(replaced(text, "{16: 96, 64: 192}", "{16: 96}")),
        ":26: pe.exact.cycle_fj_by_rows: got no entry for 64 rows, expected one: the components are those of "
        "64 rows");
}

TEST(TechnologyErrors, WholeFile) {
    const std::string text = small_technology();
    EXPECT_EQ(load_error(replaced(text, "technology-1", "technology-2")),
              ":1: schema: got approxtlm-technology-2, expected approxtlm-technology-1");
    EXPECT_EQ(load_error(replaced(text, "clock_mhz: 1000", "clock_mhz: 1100")),
              ":8: clock_mhz: got 1100, expected 1e6 / clock_ps = 1000");
    EXPECT_EQ(
        load_error(replaced(text, "  truncated:7:\n    multi", "  truncated:07:\n    multi")).substr(0, 38),
        ":28: pe.truncated:07: got truncated:07");
    EXPECT_EQ(load_error(replaced(text, "pe:\n", "pe: [\n")).substr(0, 1), ":");
    EXPECT_EQ(load_error("just text"), ":1: got just text, expected a map");
    EXPECT_NE(load_error("").find("got nothing, expected a map"), std::string::npos);
}

TEST(TechnologySearch, UnknownNameListsWhatThereIs) {
    const std::string error = message([] { Technology::load("asap5"); });
    EXPECT_NE(error.find("--technology: got \"asap5\", expected none, a path ending in .yaml, or one of "),
              std::string::npos);
    EXPECT_NE(error.find("asap7-tight"), std::string::npos);
    EXPECT_EQ(message([] { Technology::load("/nowhere/x.yaml"); }),
              "--technology /nowhere/x.yaml: got no such file, expected a technology file ending in .yaml");
    EXPECT_NE(message([] { Technology::load("../technology/asap7-tight"); }).find("--technology: got"),
              std::string::npos);
}

TEST(TechnologySearch, EnvironmentComesFirst) {
    const std::string folder = ::testing::TempDir() + "approxtlm_search";
    std::filesystem::create_directories(folder);
    write_file("approxtlm_search/asap7-tight.yaml", small_technology());
    ::setenv("APPROXTLM_TECHNOLOGY_DIR", folder.c_str(), 1);
    EXPECT_EQ(Technology::load("asap7-tight").name, "small");
    ::unsetenv("APPROXTLM_TECHNOLOGY_DIR");
    EXPECT_EQ(Technology::load("asap7-tight").name, "asap7-tight");
}

}  // namespace
}  // namespace approxtlm::power
