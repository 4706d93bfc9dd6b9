#include <fmt/format.h>

#include "models/arithmetic/multiplier.h"
#include "models/common/error.h"
#include "power/technology/technology_file.h"
#include "power/technology/variant_name.h"
#include "power/technology/yaml_map.h"

namespace approxtlm::power {
namespace {

ModelError read_error(YamlMap in) {
    ModelError e;
    e.mean_percent = in.number("mean_percent");
    e.worst_percent = in.number("worst_percent");
    e.streams = static_cast<std::size_t>(in.positive_number("streams"));
    e.worst_stream = in.text("worst_stream");
    in.finish();
    return e;
}

template <class Cell>
void read_circuit(YamlMap& in, Cell& c) {
    c.leakage_nw = in.number("leakage_nw");
    c.area_um2 = in.positive_number("area_um2");
    c.slack_ps = in.number("slack_ps");
}

MacroModel read_model(YamlMap in) {
    MacroModel model;
    for (std::size_t c = 0; c < kComponents; ++c) {
        if (static_cast<Component>(c) == Component::leakage) continue;
        YamlMap component = in.map(std::string(kComponentNames[c]));
        for (const PeFeature f : component_features(static_cast<Component>(c))) {
            const auto i = static_cast<std::size_t>(f);
            model.coefficient_fj[c][i] = component.number(std::string(kPeFeatureNames[i]));
        }
        component.finish();
    }
    in.finish();
    return model;
}

SumCell read_sum_cell(YamlMap in) {
    SumCell cell;
    cell.cycle_fj = in.number("cycle_fj");
    cell.toggle_fj = in.number("toggle_fj");
    read_circuit(in, cell);
    cell.error = read_error(in.map("error"));
    in.finish();
    return cell;
}

std::map<unsigned, SumCell> read_sum_cells(const YamlMap& given) {
    YamlMap in = given;
    std::map<unsigned, SumCell> cells;
    for (const auto& [row, key] : in.rows()) cells[row] = read_sum_cell(in.map(key));
    return cells;
}

PeVariant read_pe(YamlMap in) {
    PeVariant pe;
    pe.structure = in.text("structure");
    pe.variate = in.any_text("variate");
    pe.weight_clock_fj = in.number("weight_clock_fj");
    YamlMap rows = in.map("rows");
    for (const auto& [number, key] : rows.rows()) {
        YamlMap row = rows.map(key);
        PeRow& r = pe.rows[number];
        r.model = read_model(row.map("energy_fj"));
        read_circuit(row, r);
        r.error = read_error(row.map("error"));
        row.finish();
    }
    in.finish();
    return pe;
}

CorrectionCells read_correction(YamlMap in) {
    CorrectionCells c;
    c.variate = in.text("variate");
    c.structure = in.text("structure");
    c.sum_x_rows = read_sum_cells(in.map("sum_x_rows"));
    YamlMap rows = in.map("mac_plus_rows");
    for (const auto& [number, key] : rows.rows()) {
        YamlMap row = rows.map(key);
        MacPlus& m = c.mac_plus_rows[number];
        m.clock_fj = row.number("clock_fj");
        m.operation_fj = row.number("operation_fj");
        m.spread_percent = row.number("spread_percent");
        read_circuit(row, m);
        row.finish();
    }
    in.finish();
    return c;
}

PublishedFigure read_figure(YamlMap in) {
    PublishedFigure f{in.number("value"), in.text("citation")};
    in.finish();
    return f;
}

PublishedFigures read_published(YamlMap in) {
    PublishedFigures p;
    YamlMap buffers = in.map("buffers");
    p.buffer_read_pj_per_byte = buffers.number_map("read_pj_per_byte");
    p.buffer_write_pj_per_byte = buffers.number_map("write_pj_per_byte");
    p.buffer_citation = buffers.text("citation");
    buffers.finish();
    p.dma_pj_per_byte = read_figure(in.map("dma_pj_per_byte"));
    p.vector_unit_pj_per_element = read_figure(in.map("vector_unit_pj_per_element"));
    p.sequencer_pj_per_descriptor = read_figure(in.map("sequencer_pj_per_descriptor"));
    p.bus_pj_per_byte = read_figure(in.map("bus_pj_per_byte"));
    p.dram_pj_per_byte = read_figure(in.map("dram_pj_per_byte"));
    YamlMap scaling = in.map("scaling");
    p.threshold_v = scaling.number("threshold_v");
    p.alpha = scaling.positive_number("alpha");
    p.lowest_v = scaling.positive_number("lowest_v");
    p.highest_v = scaling.positive_number("highest_v");
    if (p.lowest_v <= p.threshold_v)
        scaling.fail("lowest_v", fmt::format("{}", p.lowest_v),
                     fmt::format("more than threshold_v, {}", p.threshold_v));
    p.scaling_citation = scaling.text("citation");
    scaling.finish();
    in.finish();
    return p;
}

void read_curve(YamlMap in, TechnologyFile& t) {
    t.curve_row = in.row("row");
    YamlMap variants = in.map("pe_fj_by_period_ps");
    for (const std::string& name : variants.names()) {
        check_variant_name(variants, name, false);
        t.curve_fj[name] = variants.number_map(name);
    }
    in.finish();
}

void read_header(YamlMap& in, TechnologyFile& t) {
    if (const std::string schema = in.text("schema"); schema != kTechnologySchema)
        in.fail("schema", schema, kTechnologySchema);
    t.name = in.text("name");
    t.library = in.text("library");
    t.corner = in.text("corner");
    t.voltage_v = in.positive_number("voltage_v");
    t.temperature_c = in.signed_number("temperature_c");
    t.feature_nm = in.positive_number("feature_nm");
    t.period_ps = in.positive_number("period_ps");
    t.exact_fastest_ps = in.positive_number("exact_fastest_ps");
    if (t.exact_fastest_ps > t.period_ps)
        in.fail("exact_fastest_ps", fmt::format("{}", t.exact_fastest_ps),
                fmt::format("at most period_ps, {}", t.period_ps));
    t.tools = in.text("tools");
    t.command = in.text("command");
    t.activity = in.text("activity");
}

void read_circuits(YamlMap& in, TechnologyFile& t) {
    YamlMap bit = in.map("flip_flop");
    t.flip_flop = {bit.text("cell"), bit.number("clock_fj"), bit.number("toggle_fj"),
                   bit.number("leakage_nw"), bit.positive_number("area_um2")};
    bit.finish();
    YamlMap pes = in.map("pe");
    for (const std::string& name : pes.names()) {
        check_variant_name(pes, name, true);
        t.pe[name] = read_pe(pes.map(name));
    }
    YamlMap corrections = in.map("correction");
    for (const std::string& name : corrections.names()) {
        check_variant_name(corrections, name, false);
        t.correction[name] = read_correction(corrections.map(name));
    }
    YamlMap sum_a = in.map("sum_a");
    t.sum_a_structure = sum_a.text("structure");
    t.sum_a_rows = read_sum_cells(sum_a.map("rows"));
    sum_a.finish();
}

/// A leakage coefficient is what leakage_nw spends in a cycle of the file's clock.
void set_leakage(TechnologyFile& t) {
    constexpr double kFjPerNwPs = 1e-6;
    for (auto& [name, pe] : t.pe)
        for (auto& [row, r] : pe.rows)
            r.model.coefficient_fj[static_cast<std::size_t>(Component::leakage)]
                                  [static_cast<std::size_t>(PeFeature::cycles)] =
                r.leakage_nw * t.period_ps * kFjPerNwPs;
}

}  // namespace

TechnologyFile read_technology_file(const std::string& path, const std::string& shown) {
    YAML::Node root;
    try {
        root = YAML::LoadFile(path);
    } catch (const YAML::BadFile&) {
        throw InputError("--technology " + shown, "a file that cannot be read", "a technology file");
    } catch (const YAML::Exception& e) {
        throw InputError(fmt::format("{}:{}", shown, e.mark.line + 1), e.msg, "YAML");
    }
    YamlMap in(root, shown, "");
    TechnologyFile t;
    read_header(in, t);
    read_circuits(in, t);
    read_curve(in.map("curve"), t);
    t.published = read_published(in.map("published"));
    in.finish();
    set_leakage(t);
    return t;
}

}  // namespace approxtlm::power
