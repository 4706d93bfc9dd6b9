#include "power/technology/technology.h"

#include <gtest/gtest.h>

#include <algorithm>
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
constexpr Encoding kUnsigned = Encoding::unsigned_codes;

template <class Call>
std::string message(Call call) {
    try {
        call();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(TechnologyFile, WhatIsWrittenIsRead) {
    const std::string text = to_yaml(small_file());
    const Technology t = load_text(text);
    EXPECT_EQ(to_yaml(t.file), text);
    EXPECT_EQ(t.file.temperature_c, -40);
    EXPECT_EQ(t.clock_mhz(), 1000);
    EXPECT_EQ(t.file.flip_flop.toggle_fj, 2);
    EXPECT_EQ(t.file.pe.at("truncated:7/per_mac").variate, "or");
    EXPECT_EQ(t.file.curve_fj.at("exact").at(500), 200);
    EXPECT_EQ(t.file.published.dram_pj_per_byte.value, 13);
    EXPECT_NE(t.provenance().find("a fixture"), std::string::npos);
}

TEST(TechnologyFile, NumbersKeepSixDigits) {
    TechnologyFile file = small_file();
    file.flip_flop.clock_fj = 0.123456789;
    file.pe.at("exact").rows.at(64).area_um2 = 1234567.8;
    const Technology t = load_file(file);
    EXPECT_EQ(t.file.flip_flop.clock_fj, 0.123457);
    EXPECT_EQ(t.file.pe.at("exact").rows.at(64).area_um2, 1.23457e6);
}

TEST(TechnologyFile, LeakageIsAPowerOverThePeriod) {
    TechnologyFile file = small_file();
    file.period_ps = 2000;
    PeAtClass pe = load_file(file).pe_at(small_file().pe.at("exact"), 0);
    EXPECT_EQ(coefficient(pe.model, Component::leakage, PeFeature::cycles), 0);  // small_file() was not read
    pe = load_file(file).pe_at(load_file(file).pe(kExact, kUnsigned, false), 0);
    EXPECT_DOUBLE_EQ(coefficient(pe.model, Component::leakage, PeFeature::cycles), 8 * 2000 * 1e-6);
}

TEST(Technology, RowClassesInBetweenAreLinearInTheWidth) {
    const Technology t = load_file(small_file());
    const PeVariant& exact = t.pe(kExact, kUnsigned, false);
    const auto clock = [&](std::size_t k) {
        PeAtClass pe = t.pe_at(exact, k);
        return coefficient(pe.model, Component::clock, PeFeature::cycles);
    };
    EXPECT_DOUBLE_EQ(clock(0), 20);
    EXPECT_DOUBLE_EQ(clock(1), 22);
    EXPECT_DOUBLE_EQ(clock(2), 24);
    EXPECT_DOUBLE_EQ(clock(3), 26);
    EXPECT_DOUBLE_EQ(clock(6), 32);
    EXPECT_DOUBLE_EQ(t.sum_a_at(3).cycle_fj, 22);
    EXPECT_EQ(message([&] { t.pe_at(exact, 7); }),
              t.path +
                  ": technology small: got no PE energy for array row 128, expected rows 1 to 64, or "
                  "--technology none");
}

TEST(Technology, MacPlusIsTheNarrowestThatIsWideEnough) {
    const Technology t = load_file(small_file());
    const CorrectionCells& cells = t.correction(kTruncated7, kUnsigned, Variate::any_low);
    EXPECT_EQ(t.mac_plus(cells, 1).operation_fj, 100);
    EXPECT_EQ(t.mac_plus(cells, 16).operation_fj, 100);
    EXPECT_EQ(t.mac_plus(cells, 17).operation_fj, 300);
    EXPECT_EQ(t.mac_plus(cells, 64).operation_fj, 300);
    EXPECT_EQ(message([&] { t.mac_plus(cells, 65); }),
              t.path +
                  ": technology small: got no MAC+ energy for pe_array.rows 65, expected at most 64 rows, or "
                  "--technology none");
}

TEST(Technology, BufferEnergyIsStraightInLogLog) {
    const Technology t = load_file(small_file());
    EXPECT_DOUBLE_EQ(t.buffer_read_pj_per_byte(1024), 1);
    EXPECT_DOUBLE_EQ(t.buffer_read_pj_per_byte(2048), 2);
    EXPECT_DOUBLE_EQ(t.buffer_write_pj_per_byte(4096), 8);
    EXPECT_EQ(message([&] { (void)t.buffer_read_pj_per_byte(512); }),
              t.path +
                  ": technology small: got no read energy for a buffer bank of 512 bytes, expected 1024 to "
                  "1048576 bytes, or --technology none");
}

TEST(Technology, MissingVariantNamesTheOthers) {
    const Technology t = load_file(small_file());
    const std::string advice = "; choose another multiplier or technology, or --technology none";
    EXPECT_EQ(message([&] { (void)t.pe(kTruncated9, kUnsigned, false); }),
              t.path +
                  ": technology small: got no PE energy for truncated:9, expected one of exact, truncated:7, "
                  "truncated:7/per_mac" +
                  advice);
    EXPECT_NE(message([&] {
                  (void)t.pe(kTruncated7, Encoding::signed_codes, true);
              }).find("no PE energy for truncated:7/signed/per_mac"),
              std::string::npos);
    EXPECT_EQ(
        message([&] { (void)t.correction(kTruncated9, kUnsigned, Variate::any_low); }),
        t.path + ": technology small: got no correction energy for truncated:9, expected one of truncated:7" +
            advice);
    EXPECT_EQ(message([&] { (void)t.correction(kTruncated7, kUnsigned, Variate::popcount); }),
              t.path +
                  ": technology small: got no sum-x energy for variate popcount with truncated:7, expected "
                  "variate or, which was measured; or --technology none");
}

/// Line of the one occurrence of `part`.
std::string line_of(const std::string& text, const std::string& part) {
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

TEST(TechnologyErrors, NameLineAndKey) {
    const std::string text = to_yaml(small_file());
    const std::string area = "        area_um2: 50\n",
                      where = ":" + line_of(text, area) + ": pe.exact.rows.1.";
    EXPECT_EQ(load_error(replaced(text, area, "        area_um2: 0\n")),
              where + "area_um2: got 0, expected a finite number above 0");
    EXPECT_EQ(load_error(replaced(text, area, "        area_um2: large\n")),
              where + "area_um2: got large, expected a finite number above 0");
    EXPECT_EQ(load_error(replaced(text, area, "        area_um2: .nan\n")),
              where + "area_um2: got .nan, expected a finite number above 0");
    EXPECT_EQ(load_error(replaced(text, area, "        area_um2: [50]\n")),
              where + "area_um2: got a list, expected a finite number above 0");
    EXPECT_EQ(load_error(replaced(text, area, area + area)).substr(0, 40),
              (":" + std::to_string(std::stoi(line_of(text, area)) + 1) +
               ": pe.exact.rows.1.area_um2: got the key twi")
                  .substr(0, 40));
    EXPECT_EQ(load_error(replaced(text, area, area + "        colour: red\n")).substr(0, 44),
              (":" + std::to_string(std::stoi(line_of(text, area)) + 1) +
               ": pe.exact.rows.1.colour: got an unknown key")
                  .substr(0, 44));
    EXPECT_NE(load_error(replaced(text, area, "")).find("pe.exact.rows.1.area_um2: got no such key"),
              std::string::npos);
    const std::string leak = "        leakage_nw: 8\n";
    EXPECT_EQ(load_error(replaced(text, leak, "        leakage_nw: -8\n")),
              ":" + line_of(text, leak) +
                  ": pe.exact.rows.1.leakage_nw: got -8, expected a finite number of at least 0");
    const std::string data = "psum_registers: {psum_toggles: 5}";
    EXPECT_EQ(
        load_error(replaced(text, data, "psum_registers: {psum_toggles: -5}")),
        ":" + line_of(text, data) +
            ": pe.exact.rows.1.energy_fj.psum_registers.psum_toggles: got -5, expected a finite number of at "
            "least 0");
    EXPECT_NE(load_error(replaced(text, data, "psum_registers: {}")).find("psum_toggles: got no such key"),
              std::string::npos);
    EXPECT_NE(load_error(replaced(text, data, "psum_registers: {psum_toggles: 5, cycles: 1}"))
                  .find("psum_registers.cycles: got an unknown key, expected one of psum_toggles"),
              std::string::npos);
}

TEST(TechnologyErrors, WholeFile) {
    const std::string text = to_yaml(small_file());
    EXPECT_EQ(load_error(replaced(text, "technology-2", "technology-1")),
              ":1: schema: got approxtlm-technology-1, expected approxtlm-technology-2");
    EXPECT_EQ(load_error(replaced(text, "exact_fastest_ps: 500", "exact_fastest_ps: 1001")),
              ":" + line_of(text, "exact_fastest_ps") +
                  ": exact_fastest_ps: got 1001, expected at most period_ps, 1000");
    EXPECT_EQ(
        load_error(replaced(text, "  truncated:7:\n", "  truncated:07:\n")),
        ":" +
            line_of(text,
                    "    structure: \"fused/sklansky/cells\"\n    variate: \"\"\n    weight_clock_fj: 5\n") +
            ": pe.truncated:07: got truncated:07, expected a multiplier such as truncated:7, "
            "truncated:7/signed or truncated:7/per_mac");
    EXPECT_NE(
        load_error(replaced(text, "      64:\n", "      64.5:\n")).find("got 64.5, expected a row, 1 to 256"),
        std::string::npos);
    EXPECT_NE(
        load_error(replaced(text, "      64:\n", "      257:\n")).find("got 257, expected a row, 1 to 256"),
        std::string::npos);
    EXPECT_NE(load_error(replaced(text, "lowest_v: 0.75", "lowest_v: 0.25")).find("more than threshold_v"),
              std::string::npos);
    EXPECT_EQ(load_error(replaced(text, "pe:\n", "pe: [\n")).substr(0, 1), ":");
    EXPECT_EQ(load_error("just text"), ":1: got just text, expected a map");
    EXPECT_NE(load_error("").find("got nothing, expected a map"), std::string::npos);
}

TEST(TechnologyErrors, AnyByteMissingIsNotRead) {
    // A file that was cut off anywhere is refused, not read as far as it goes.
    const std::string text = to_yaml(small_file());
    for (std::size_t size = 0; size + 1 < text.size(); size += 97)
        EXPECT_NE(load_error(text.substr(0, size)), "no error") << size;
}

TEST(PublishedFigures, AreThoseOfTheirSources) {
    const PublishedFigures at7 = published_figures(7, 0.7), at45 = published_figures(45, 0.9);
    EXPECT_DOUBLE_EQ(at7.buffer_read_pj_per_byte.at(8192), 7.5 / 8);
    EXPECT_DOUBLE_EQ(at7.buffer_read_pj_per_byte.at(1048576), 14.0 / 8);
    EXPECT_NEAR(at7.buffer_read_pj_per_byte.at(256), 0.68561, 5e-6);
    EXPECT_DOUBLE_EQ(at45.buffer_write_pj_per_byte.at(32768), 20.0 / 8);
    EXPECT_DOUBLE_EQ(at45.vector_unit_pj_per_element.value, 3.1 + 3 * 0.1 + 2 * 0.03);
    EXPECT_DOUBLE_EQ(at45.sequencer_pj_per_descriptor.value, 256 * 10.0 / 8 + 64 * 0.1);
    EXPECT_DOUBLE_EQ(published_figures(45, 1.8).vector_unit_pj_per_element.value,
                     4 * at45.vector_unit_pj_per_element.value);
    EXPECT_DOUBLE_EQ(at7.dram_pj_per_byte.value, 162.5);
    EXPECT_DOUBLE_EQ(at7.bus_pj_per_byte.value, 8.8);
    const double between = published_figures(15, 0.8).vector_unit_pj_per_element.value;
    EXPECT_LT(between, at45.vector_unit_pj_per_element.value);
    EXPECT_GT(between, at7.vector_unit_pj_per_element.value);
}

TEST(TechnologySearch, UnknownNameListsWhatThereIs) {
    const std::string folder = ::testing::TempDir() + "approxtlm_search_names";
    std::filesystem::create_directories(folder);
    write_file("approxtlm_search_names/some-library.yaml", to_yaml(small_file()));
    ::setenv("APPROXTLM_TECHNOLOGY_DIR", folder.c_str(), 1);
    const std::string error = message([] { Technology::load("asap5"); });
    EXPECT_NE(error.find("--technology: got \"asap5\", expected none, a path ending in .yaml, or one of "),
              std::string::npos);
    EXPECT_NE(error.find("some-library"), std::string::npos);
    EXPECT_EQ(Technology::load("some-library").name(), "small");
    ::unsetenv("APPROXTLM_TECHNOLOGY_DIR");
    EXPECT_EQ(message([] { Technology::load("/nowhere/x.yaml"); }),
              "--technology /nowhere/x.yaml: got no such file, expected a technology file ending in .yaml");
    EXPECT_NE(message([] { Technology::load("../technology/asap7-tight"); }).find("--technology: got"),
              std::string::npos);
}

}  // namespace
}  // namespace approxtlm::power
