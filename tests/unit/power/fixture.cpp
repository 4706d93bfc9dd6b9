#include "tests/unit/power/fixture.h"

#include <gtest/gtest.h>

#include <fstream>

#include "models/common/error.h"

namespace approxtlm::power {

std::string small_technology() {
    return R"(schema: approxtlm-technology-1
name: small
library: Small
corner: typical
voltage_v: 1.0
feature_nm: 10
clock_ps: 1000
clock_mhz: 1000
exact_fastest_ps: 500
tools: none
provenance: a fixture
command: none
reference_activity: {activation_toggles: 2, provenance: fixture}
pe:
  exact:
    multiplier_fj: 100
    accumulator_fj: 40
    activation_registers_fj: 8
    psum_registers_fj: 12
    correction_fj: 0
    clock_fj: 30
    weight_clock_fj: 10
    leakage_fj: 2
    area_um2: 50
    psum_toggles: 4
    cycle_fj_by_rows: {16: 96, 64: 192}
  truncated:7:
    multiplier_fj: 50
    accumulator_fj: 20
    activation_registers_fj: 6
    psum_registers_fj: 8
    correction_fj: 0
    clock_fj: 20
    weight_clock_fj: 10
    leakage_fj: 1
    area_um2: 30
    psum_toggles: 2
    cycle_fj_by_rows: {16: 105, 64: 105}
  truncated:7/per_mac:
    multiplier_fj: 50
    accumulator_fj: 20
    activation_registers_fj: 6
    psum_registers_fj: 8
    correction_fj: 5
    clock_fj: 25
    weight_clock_fj: 10
    leakage_fj: 1
    area_um2: 33
    psum_toggles: 2
    cycle_fj_by_rows: {16: 115, 64: 115}
correction:
  truncated:7:
    variate: or
    mac_plus_fj_by_rows: {16: 100, 64: 300}
    sum_x_pe_fj_by_rows: {16: 20, 64: 40}
    mac_plus_area_um2: 40
    sum_x_pe_area_um2: 7
    area_provenance: fixture
estimate:
  sum_a_pe:
    fj_by_rows: {16: 30, 64: 50}
    area_um2: 11
    provenance: fixture
published:
  buffer_read_pj_per_byte:
    by_capacity_bytes: {1024: 1, 4096: 4, 1048576: 4}
    provenance: fixture
  buffer_write_pj_per_byte:
    by_capacity_bytes: {1024: 2, 4096: 8, 1048576: 8}
    provenance: fixture
  dma_pj_per_byte: {value: 3, provenance: fixture}
  vector_unit_pj_per_element: {value: 5, provenance: fixture}
  sequencer_pj_per_descriptor: {value: 7, provenance: fixture}
)";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string write_file(const std::string& name, const std::string& text) {
    const std::string path = ::testing::TempDir() + name;
    std::ofstream(path) << text;
    return path;
}

namespace {

/// Tests run side by side: one file per test.
std::string test_file() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    return std::string("approxtlm_") + info->test_suite_name() + "_" + info->name() + ".yaml";
}

}  // namespace

Technology load_text(const std::string& text) { return Technology::load(write_file(test_file(), text)); }

std::string load_error(const std::string& text) {
    const std::string path = write_file(test_file(), text);
    try {
        Technology::load(path);
    } catch (const InputError& error) {
        const std::string message = error.what();
        const auto name = message.find(test_file());
        return name == std::string::npos ? message : message.substr(name + test_file().size());
    }
    return "no error";
}

}  // namespace approxtlm::power
