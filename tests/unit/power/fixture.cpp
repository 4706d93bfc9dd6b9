#include "tests/unit/power/fixture.h"

#include <gtest/gtest.h>

#include <fstream>

#include "models/common/error.h"

namespace approxtlm::power {
namespace {

/// Tests run side by side: one file per test.
std::string test_file() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    return std::string("approxtlm_") + info->test_suite_name() + "_" + info->name() + ".yaml";
}

/// Everything `scale` times that of the exact PE; the psum register's clock grows with the row.
PeRow pe_row(double scale, double clock_fj) {
    PeRow row;
    coefficient(row.model, Component::multiplier, PeFeature::partial_products_3) = 2 * scale;
    coefficient(row.model, Component::multiplier, PeFeature::cycles) = 0.5 * scale;
    coefficient(row.model, Component::accumulator, PeFeature::psum_in_toggles) = 3 * scale;
    coefficient(row.model, Component::activation_registers, PeFeature::activation_toggles) = 4 * scale;
    coefficient(row.model, Component::psum_registers, PeFeature::psum_toggles) = 5 * scale;
    coefficient(row.model, Component::clock, PeFeature::cycles) = clock_fj * scale;
    row.leakage_nw = 8 * scale;
    row.area_um2 = 50 * scale;
    row.slack_ps = 10;
    row.error = {1.5, 4, 20, "dense-1"};
    return row;
}

PeVariant variant(double scale) {
    PeVariant pe;
    pe.structure = "fused/sklansky/cells";
    pe.weight_clock_fj = 10 * scale;
    pe.rows[1] = pe_row(scale, 20);
    pe.rows[4] = pe_row(scale, 24);
    pe.rows[64] = pe_row(scale, 32);
    return pe;
}

SumCell sum_cell(double cycle_fj) { return {cycle_fj, 2, 4, 6, 20, {1, 2, 20, "sparse-1"}}; }

}  // namespace

double& coefficient(MacroModel& model, Component component, PeFeature feature) {
    return model.coefficient_fj[static_cast<std::size_t>(component)][static_cast<std::size_t>(feature)];
}

TechnologyFile small_file() {
    TechnologyFile t;
    t.name = "small";
    t.library = "Small";
    t.corner = "typical";
    t.voltage_v = 1;
    t.temperature_c = -40;
    t.feature_nm = 10;
    t.period_ps = 1000;
    t.exact_fastest_ps = 500;
    t.tools = "none 1.0";
    t.command = "approxtlm characterize";
    t.activity = "a fixture";
    t.flip_flop = {"DFF", 1, 2, 3, 4};
    t.pe["exact"] = variant(1);
    t.pe["truncated:7"] = variant(0.5);
    t.pe["truncated:7/per_mac"] = variant(0.75);
    t.pe["truncated:7/per_mac"].variate = "or";
    for (auto& [row, r] : t.pe["truncated:7/per_mac"].rows)
        coefficient(r.model, Component::correction, PeFeature::sum_x_toggles) = 6;
    CorrectionCells& cells = t.correction["truncated:7"];
    cells.variate = "or";
    cells.structure = "sklansky";
    cells.sum_x_rows = {{1, sum_cell(8)}, {64, sum_cell(20)}};
    cells.mac_plus_rows = {{16, {30, 100, 5, 40, 20, 3}}, {64, {40, 300, 7, 44, 20, 3}}};
    t.sum_a_structure = "sklansky";
    t.sum_a_rows = {{1, sum_cell(16)}, {64, sum_cell(28)}};
    t.curve_row = 64;
    t.curve_fj["exact"] = {{500, 200}, {1000, 150}};
    t.curve_fj["truncated:7"] = {{500, 90}, {1000, 75}};
    PublishedFigures& p = t.published;
    p.buffer_read_pj_per_byte = {{1024, 1}, {4096, 4}, {1048576, 4}};
    p.buffer_write_pj_per_byte = {{1024, 2}, {4096, 8}, {1048576, 8}};
    p.buffer_citation = "fixture";
    p.dma_pj_per_byte = {3, "fixture"};
    p.vector_unit_pj_per_element = {5, "fixture"};
    p.sequencer_pj_per_descriptor = {7, "fixture"};
    p.bus_pj_per_byte = {11, "fixture"};
    p.dram_pj_per_byte = {13, "fixture"};
    p.threshold_v = 0.25;
    p.alpha = 2;
    p.lowest_v = 0.75;
    p.highest_v = 1.25;
    p.scaling_citation = "a rule";
    return t;
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

Technology load_text(const std::string& text) { return Technology::load(write_file(test_file(), text)); }

Technology load_file(const TechnologyFile& file) { return load_text(to_yaml(file)); }

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
