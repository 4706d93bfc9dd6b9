#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "platform/report/summary.h"
#include "platform/report/text_table.h"
#include "tests/unit/report/sample_report.h"

namespace approxtlm::platform {
namespace {

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> result;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) result.push_back(line);
    return result;
}

std::size_t count(const std::string& text, const std::string& what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

TEST(Table, FitsATerminalAndEndsInWords) {
    const std::string table = format_table(sample_report());
    const auto rows = lines(table);
    ASSERT_EQ(rows.size(), 14u) << table;
    EXPECT_EQ(rows[0], "made-up-net on invented figures, 1000 images, asap7-tight at 1761.5 MHz");
    for (std::size_t i = 0; i < 9; ++i) EXPECT_LE(rows[i].size(), 126u) << rows[i];
    EXPECT_EQ(rows[5].substr(0, 5), "exact");
    EXPECT_EQ(rows[6].size(), rows[7].size());
    EXPECT_NE(rows[9].find("Against exact, corrected truncated:7 (calibrated) needs "), std::string::npos);
    EXPECT_NE(rows[9].find("loses 0.70 points of top-1 (90.80 % against 91.50 %, 95 % intervals overlap)."),
              std::string::npos);
}

TEST(Table, SaysDataflowsAndNotesBelow) {
    RunReport r = sample_report();  // of its twelve layers three are additions
    const auto rows = lines(format_table(r));
    EXPECT_EQ(rows[10], "Dataflow: 6 layers ws, 3 layers os.");
    EXPECT_EQ(
        rows[11],
        "Roofline: memory bounds 0 of 9 layers with MACs; 1383 of at most 4,096 MACs a cycle on average.");
    EXPECT_EQ(rows[12], "Power: " + uncertainty_words(r) + ".");
    EXPECT_EQ(rows[13], "Note: Sums were counted, not weighed.");
    std::uint64_t cycles = 0, busy = 0;
    for (const LayerResult& l : r.designs.back().layers) {
        cycles += l.stats.cycles;
        busy += l.stats.macs > 0 ? l.stats.busy_cycles : 0;
    }
    EXPECT_NEAR(2560.0 * static_cast<double>(busy) / static_cast<double>(cycles), 1383, 0.5);
    for (LayerResult& l : r.designs.back().layers) l.dataflow = l.dataflow.empty() ? "" : "ws";
    r.notes.clear();
    EXPECT_EQ(lines(format_table(r)).size(), 12u);
}

TEST(Table, WithoutPowerHasDashes) {
    const auto rows = lines(format_table(sample_report(3, false)));
    EXPECT_NE(rows[0].find("no power estimate"), std::string::npos);
    EXPECT_EQ(rows[7].substr(rows[7].size() - 1), "-");
    EXPECT_NE(rows[9].find("has no power estimate"), std::string::npos);
}

TEST(Summary, ComparesWithTheFirstDesign) {
    const RunReport r = sample_report();
    const VersusExact v = versus_exact(r, r.designs[2]);
    EXPECT_NEAR(v.top1_loss_points, 0.7, 1e-9);
    EXPECT_GT(v.cycle_ratio, 1);
    EXPECT_NEAR(*v.array_power_saving_percent,
                100 * (1 - r.designs[2].power->mw.array_mw() / r.designs[0].power->mw.array_mw()), 1e-9);
    EXPECT_THROW(exact_design(RunReport{}), std::invalid_argument);
}

TEST(Json, HoldsTheContract) {
    const auto root = nlohmann::json::parse(format_json(sample_report()));
    EXPECT_EQ(root.at("schema"), "approxtlm-report-1");
    EXPECT_EQ(root.at("network").at("macs_per_image"), 40813184);
    EXPECT_EQ(root.at("network").at("layers").size(), 12u);
    EXPECT_EQ(root.at("dataset").at("images"), 1000);
    EXPECT_EQ(root.at("accelerator").at("pe_array").at("rows"), 64);
    EXPECT_EQ(root.at("accelerator").at("pe_array").at("shadow_weights"), true);
    EXPECT_EQ(root.at("technology").at("voltage_v"), 0.7);
    EXPECT_EQ(root.at("technology").at("pe_saving_percent_by_period_ps").at(0).at("period_ps"), 516);
    for (const char* key : {"name", "clock_mhz", "provenance"})
        EXPECT_TRUE(root.at("technology").contains(key));
    for (const char* key : {"wall_seconds", "images_per_second", "simulated_cycles_per_second"})
        EXPECT_TRUE(root.at("simulation").contains(key));
    EXPECT_EQ(root.at("effective_config").at("options").at("--multiplier"), "truncated:7");
    EXPECT_EQ(root.at("effective_config").at("accelerator"), root.at("accelerator"));
    EXPECT_EQ(root.at("notes").size(), 1u);
    const auto& layers = root.at("designs").at(0).at("layers");
    EXPECT_EQ(layers.at(0).at("dataflow"), "os");
    EXPECT_EQ(layers.at(1).at("dataflow"), "ws");
    EXPECT_TRUE(layers.at(3).at("dataflow").is_null());
    ASSERT_EQ(root.at("designs").size(), 3u);
    for (const auto& design : root.at("designs")) {
        for (const char* key :
             {"name", "multiplier", "correction", "cycles_per_image", "latency_us", "top1_percent",
              "top1_ci95_percent", "array_power_mw", "accelerator_power_mw", "array_energy_uj_per_image",
              "array_area_um2", "power_breakdown_mw", "versus_exact"})
            EXPECT_TRUE(design.contains(key)) << key;
        double sum = 0;
        for (const char* key : {"multiplier", "accumulator", "registers", "correction", "clock", "leakage"})
            sum += design.at("power_breakdown_mw").at(key).get<double>();
        EXPECT_NEAR(sum, design.at("array_power_mw").get<double>(), 1e-9);
        for (const char* key : {"skew_registers", "buffers", "dma", "vector_unit", "sequencer"})
            sum += design.at("power_breakdown_mw").at(key).get<double>();
        EXPECT_NEAR(sum, design.at("accelerator_power_mw").get<double>(), 1e-9);
        for (const char* key : {"bus", "dram"}) sum += design.at("power_breakdown_mw").at(key).get<double>();
        EXPECT_NEAR(sum, design.at("system_power_mw").get<double>(), 1e-9);
        EXPECT_EQ(design.at("power_uncertainty").at("macro_model_mean_percent"), 1.25);
        EXPECT_EQ(design.at("power_uncertainty").at("macro_model_worst_percent"), 4.5);
        EXPECT_EQ(design.at("power_uncertainty").at("held_out_streams"), 20);
        EXPECT_EQ(design.at("power_uncertainty").at("sampling_standard_error_mw"), 2);
        EXPECT_TRUE(design.at("layers").at(0).at("power_breakdown_mw").contains("multiplier"));
        EXPECT_GT(design.at("layers").at(0).at("array_energy_uj").get<double>(), 0);
        for (const char* key :
             {"cycle_ratio", "array_power_saving_percent", "accelerator_power_saving_percent",
              "array_area_saving_percent", "top1_loss_points"})
            EXPECT_TRUE(design.at("versus_exact").at(key).is_number()) << key;
    }
}

TEST(Json, AbsentPowerIsNull) {
    const auto root = nlohmann::json::parse(format_json(sample_report(2, false)));
    const auto& design = root.at("designs").at(2);
    for (const char* key : {"array_power_mw", "accelerator_power_mw", "array_energy_uj_per_image",
                            "array_area_um2", "power_breakdown_mw"})
        EXPECT_TRUE(design.at(key).is_null()) << key;
    EXPECT_TRUE(design.at("versus_exact").at("array_power_saving_percent").is_null());
    EXPECT_TRUE(design.at("versus_exact").at("cycle_ratio").is_number());
}

TEST(Json, SurvivesNamesThatAreNotUtf8) {
    RunReport r = sample_report(1);
    r.network_name = "caf\xe9";
    EXPECT_TRUE(nlohmann::json::accept(format_json(r)));
}

TEST(LayersCsv, OneRowPerDesignAndLayer) {
    const auto rows = lines(format_layers_csv(sample_report(5)));
    ASSERT_EQ(rows.size(), 1u + 3 * 5);
    const std::size_t columns = 13 + 19 + kStallNames.size() + kActivityNames.size();
    for (const std::string& row : rows)
        EXPECT_EQ(static_cast<std::size_t>(std::count(row.begin(), row.end(), ',')), columns - 1) << row;
    const std::string head =
        "design,index,layer,kind,dataflow,macs,cycles,busy_cycles,utilisation_percent,macs_per_byte,"
        "macs_per_cycle,roof_macs_per_cycle,bound,array_mw,accelerator_mw,system_mw,array_uj,accelerator_uj,"
        "system_uj,multiplier_mw,";
    EXPECT_EQ(rows[0].substr(0, head.size()), head);
    EXPECT_EQ(rows[6].substr(0, 20), "approximate,0,conv0,");
}

TEST(LayersCsv, HoldsThePowerOfEveryLayer) {
    const RunReport with = sample_report(2), without = sample_report(2, false);
    const power::PowerEstimate& p = *with.designs[0].layers[0].power;
    const auto figures = fmt::format(",{:.6g},{:.6g},{:.6g},{:.6g},", p.mw.array_mw(), p.mw.accelerator_mw(),
                                     p.mw.system_mw(), p.array_energy_uj);
    EXPECT_NE(lines(format_layers_csv(with))[1].find(figures), std::string::npos) << figures;
    const auto rows = lines(format_layers_csv(without));
    EXPECT_EQ(std::count(rows[1].begin(), rows[1].end(), ','),
              std::count(rows[0].begin(), rows[0].end(), ','));
}

TEST(Uncertainty, JoinsMacroModelAndSampling) {
    const RunReport r = sample_report(2);
    const DesignResult &exact = r.designs[0], &corrected = r.designs[2];
    const double mw = corrected.power->mw.array_mw(), ratio = mw / exact.power->mw.array_mw();
    EXPECT_DOUBLE_EQ(*array_power_uncertainty_percent(corrected), std::hypot(1.25, 100 * 2 / mw));
    EXPECT_DOUBLE_EQ(*versus_exact(r, corrected).array_power_saving_uncertainty,
                     std::hypot(1.25 * ratio, 1.25 * ratio, 0.5));
    EXPECT_NE(uncertainty_words(r).find(
                  "within 1.2 % (mean) and 4.5 % (worst) of gate level on 20 held-out streams"),
              std::string::npos)
        << uncertainty_words(r);
    EXPECT_EQ(uncertainty_words(sample_report(2, false)), "");
    EXPECT_NE(format_table(r).find("Power: the macro-model is within"), std::string::npos);
    EXPECT_NE(format_html(r).find("49.3 % at 516.0 ps"), std::string::npos);
}

TEST(LayersCsv, HoldsTheRoofline) {
    RunReport r = sample_report(4);  // three convolutions and an addition
    LayerStats& s = r.designs[0].layers[0].stats;
    s.macs = 10'000;
    s.cycles = 100;
    s.activity[Activity::memory_read_bytes] = 600;
    s.activity[Activity::memory_write_bytes] = 400;
    const auto rows = lines(format_layers_csv(r));
    EXPECT_NE(rows[1].find(",10.0000,100.0000,160.0000,memory,"), std::string::npos) << rows[1];
    EXPECT_NE(rows[4].find(",0.0000,,,,,"), std::string::npos) << rows[4];
}

TEST(LayersTable, ShowsEachLayerOfTheHeadlineDesign) {
    RunReport r = sample_report(4);
    LayerStats& s = r.designs.back().layers[0].stats;
    s.macs = 10'000;
    s.cycles = 1000;
    s.stall_cycles.fill(0);
    s.stall_cycles[static_cast<std::size_t>(Stall::bank_conflict)] = 77;
    s.activity[Activity::memory_read_bytes] = 1000;
    r.designs.back().layers[0].utilisation_percent = 12.34;
    r.designs.back().layers[3].stats.stall_cycles.fill(0);
    const auto rows = lines(format_layers_table(r));
    ASSERT_EQ(rows.size(), 2u + 2 + 1 + 4) << format_layers_table(r);
    EXPECT_EQ(rows[0], "Layers of corrected (truncated:7, calibrated), one image");
    for (const std::string& row : rows) EXPECT_LE(row.size(), 120u);
    const auto cells = [](const std::string& row) {
        std::istringstream in(row);
        return std::vector<std::string>(std::istream_iterator<std::string>(in), {});
    };
    EXPECT_EQ(cells(rows[5]),
              (std::vector<std::string>{"0", "conv0", "os", "bank", "conflict", "(77)", "1,000", "12.3",
                                        "10.00", "10.00", "160.0", "memory"}));
    EXPECT_EQ(cells(rows[8]),
              (std::vector<std::string>{"3", "add3", "-", "-", cells(rows[8])[4], "-", "-", "-", "-", "-"}));
}

TEST(TextTable, AlignsTextLeftAndFiguresRight) {
    EXPECT_EQ(format_text_table({{"name", "n"}, {"a", "10"}, {"bcdefg", ""}}, 1, 1),
              "name     n\n----------\na       10\nbcdefg\n");
    EXPECT_EQ(format_text_table({{"a", "b", "c"}}, 0, 3, {1, 0}), " ab  c\n");
}

TEST(LayersCsv, QuotesLikeRfc4180) {
    RunReport r = sample_report(1);
    r.designs[0].layers[0].name = "a,\"b\"\nc";
    EXPECT_NE(format_layers_csv(r).find("exact,0,\"a,\"\"b\"\"\nc\",convolution,"), std::string::npos);
}

TEST(Html, IsOneOfflinePage) {
    const std::string page = format_html(sample_report());
    EXPECT_EQ(page.substr(0, 15), "<!doctype html>");
    for (const char* outside : {"http", "<script", "<link", "<img", "@import", "url("})
        EXPECT_EQ(page.find(outside), std::string::npos) << outside;
    EXPECT_NE(page.find("prefers-color-scheme:dark"), std::string::npos);
    EXPECT_NE(page.find("@media print"), std::string::npos);
    EXPECT_EQ(count(page, "<svg "), 5u);
    EXPECT_EQ(count(page, "role=\"img\" aria-label=\""), 5u);
}

TEST(Roofline, IntensityDecidesWhichRoofIsLower) {
    AcceleratorConfig config;
    config.pe_array.rows = config.pe_array.columns = 32;
    const Roof roof = roof_of(config);
    EXPECT_EQ(roof.peak_macs_per_cycle, 1024);
    EXPECT_EQ(roof.memory_bytes_per_cycle, 16);
    LayerStats stats;
    stats.macs = 10'000;
    stats.cycles = 100;
    stats.activity[Activity::memory_read_bytes] = 600;
    stats.activity[Activity::memory_write_bytes] = 400;
    RooflinePoint point = roofline_point(roof, stats);
    EXPECT_DOUBLE_EQ(point.macs_per_byte, 10);
    EXPECT_DOUBLE_EQ(point.macs_per_cycle, 100);
    EXPECT_DOUBLE_EQ(point.roof_macs_per_cycle, 160);
    EXPECT_TRUE(point.memory_bound);
    stats.macs = 64'000;  // at the ridge
    point = roofline_point(roof, stats);
    EXPECT_DOUBLE_EQ(point.roof_macs_per_cycle, 1024);
    EXPECT_FALSE(point.memory_bound);
}

TEST(Json, LayersWithMacsHaveARooflinePoint) {
    const auto root = nlohmann::json::parse(format_json(sample_report()));
    EXPECT_GT(root.at("roof").at("peak_macs_per_cycle"), 0);
    for (const auto& layer : root.at("designs").at(0).at("layers"))
        if (!layer.at("roofline").is_null()) {
            EXPECT_TRUE(layer.at("roofline").at("macs_per_byte").is_number());
            EXPECT_TRUE(layer.at("roofline").at("bound").is_string());
        }
}

TEST(Html, EscapesEverythingFromOutside) {
    RunReport r = sample_report(2);
    const std::string evil = "<script>alert(\"x\")&'</script>";
    r.network_name = r.network_path = r.dataset_name = r.technology_name = r.technology_provenance = evil;
    r.accelerator_yaml = r.program_version = r.command_line = evil;
    r.options = {{evil, evil}};
    for (DesignResult& d : r.designs) {
        d.name = d.multiplier = d.correction = d.encoding = evil;
        for (LayerResult& l : d.layers) l.name = l.kind = evil;
    }
    const std::string page = format_html(r);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("alert(\"x\")"), std::string::npos);
    EXPECT_NE(page.find("&lt;script&gt;alert(&quot;x&quot;)&amp;&#39;&lt;/script&gt;"), std::string::npos);
}

TEST(Html, WithoutPowerHasNoPowerPicture) {
    const std::string page = format_html(sample_report(2, false));
    EXPECT_EQ(page.find("Array power</h2>"), std::string::npos);
    EXPECT_NE(page.find("no power estimate"), std::string::npos);
}

}  // namespace
}  // namespace approxtlm::platform
