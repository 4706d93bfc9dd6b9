#include <fmt/format.h>

#include "power/technology/technology_file.h"

namespace approxtlm::power {
namespace {

/// Six digits: more than any figure here is good for.
std::string number(double value) { return fmt::format("{:.6g}", value); }

/// A double-quoted YAML scalar; names of files and cells may hold anything.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
    }
    return out + "\"";
}

/// Block-style maps, two spaces a level.
class Writer {
public:
    void line(const std::string& key, const std::string& value) {
        out_ += std::string(2 * depth_, ' ') + key + ": " + value + "\n";
    }
    void text(const char* key, const std::string& value) { line(key, quoted(value)); }
    void value(const char* key, double x) { line(key, number(x)); }
    template <class Body>
    void map(const std::string& key, Body body) {
        out_ += std::string(2 * depth_, ' ') + key + ":\n";
        ++depth_;
        body();
        --depth_;
    }
    template <class Map, class Body>
    void maps(const char* key, const Map& entries, Body body) {
        map(key, [&] {
            for (const auto& [name, entry] : entries) {
                const auto& one = entry;
                map(fmt::format("{}", name), [&] { body(one); });
            }
        });
    }
    void numbers(const std::string& key, const std::map<double, double>& table) {
        std::string row;
        for (const auto& [at, x] : table)
            row += (row.empty() ? "" : ", ") + fmt::format("{}", at) + ": " + number(x);
        line(key, "{" + row + "}");
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
    std::size_t depth_ = 0;
};

void write_error(Writer& out, const ModelError& e) {
    out.line("error",
             fmt::format("{{mean_percent: {}, worst_percent: {}, streams: {}, worst_stream: {}}}",
                         number(e.mean_percent), number(e.worst_percent), e.streams, quoted(e.worst_stream)));
}

template <class Cell>
void write_circuit(Writer& out, const Cell& c) {
    out.value("leakage_nw", c.leakage_nw);
    out.value("area_um2", c.area_um2);
    out.value("slack_ps", c.slack_ps);
}

void write_model(Writer& out, const MacroModel& model) {
    out.map("energy_fj", [&] {
        for (std::size_t c = 0; c < kComponents; ++c) {
            if (static_cast<Component>(c) == Component::leakage) continue;  // leakage_nw
            std::string row;
            for (const PeFeature f : component_features(static_cast<Component>(c))) {
                const auto i = static_cast<std::size_t>(f);
                row += fmt::format("{}{}: {}", row.empty() ? "" : ", ", kPeFeatureNames[i],
                                   number(model.coefficient_fj[c][i]));
            }
            out.line(std::string(kComponentNames[c]), "{" + row + "}");
        }
    });
}

void write_pe(Writer& out, const PeVariant& pe) {
    out.text("structure", pe.structure);
    out.text("variate", pe.variate);
    out.value("weight_clock_fj", pe.weight_clock_fj);
    out.maps("rows", pe.rows, [&](const PeRow& row) {
        write_model(out, row.model);
        write_circuit(out, row);
        write_error(out, row.error);
    });
}

void write_sum_cell(Writer& out, const SumCell& cell) {
    out.value("cycle_fj", cell.cycle_fj);
    out.value("toggle_fj", cell.toggle_fj);
    write_circuit(out, cell);
    write_error(out, cell.error);
}

void write_correction(Writer& out, const CorrectionCells& c) {
    out.text("variate", c.variate);
    out.text("structure", c.structure);
    out.maps("sum_x_rows", c.sum_x_rows, [&](const SumCell& cell) { write_sum_cell(out, cell); });
    out.maps("mac_plus_rows", c.mac_plus_rows, [&](const MacPlus& m) {
        out.value("clock_fj", m.clock_fj);
        out.value("operation_fj", m.operation_fj);
        out.value("spread_percent", m.spread_percent);
        write_circuit(out, m);
    });
}

void write_published(Writer& out, const PublishedFigures& p) {
    const auto figure = [&](const char* key, const PublishedFigure& f) {
        out.map(key, [&] {
            out.value("value", f.value);
            out.text("citation", f.citation);
        });
    };
    out.map("published", [&] {
        out.map("buffers", [&] {
            out.numbers("read_pj_per_byte", p.buffer_read_pj_per_byte);
            out.numbers("write_pj_per_byte", p.buffer_write_pj_per_byte);
            out.text("citation", p.buffer_citation);
        });
        figure("dma_pj_per_byte", p.dma_pj_per_byte);
        figure("vector_unit_pj_per_element", p.vector_unit_pj_per_element);
        figure("sequencer_pj_per_descriptor", p.sequencer_pj_per_descriptor);
        figure("bus_pj_per_byte", p.bus_pj_per_byte);
        figure("dram_pj_per_byte", p.dram_pj_per_byte);
        out.map("scaling", [&] {
            out.value("threshold_v", p.threshold_v);
            out.value("alpha", p.alpha);
            out.value("lowest_v", p.lowest_v);
            out.value("highest_v", p.highest_v);
            out.text("citation", p.scaling_citation);
        });
    });
}

}  // namespace

std::string to_yaml(const TechnologyFile& t) {
    Writer out;
    out.text("schema", kTechnologySchema);
    out.text("name", t.name);
    out.text("library", t.library);
    out.text("corner", t.corner);
    out.value("voltage_v", t.voltage_v);
    out.value("temperature_c", t.temperature_c);
    out.value("feature_nm", t.feature_nm);
    out.value("period_ps", t.period_ps);
    out.value("exact_fastest_ps", t.exact_fastest_ps);
    out.text("tools", t.tools);
    out.text("command", t.command);
    out.text("activity", t.activity);
    out.map("flip_flop", [&] {
        out.text("cell", t.flip_flop.cell);
        out.value("clock_fj", t.flip_flop.clock_fj);
        out.value("toggle_fj", t.flip_flop.toggle_fj);
        out.value("leakage_nw", t.flip_flop.leakage_nw);
        out.value("area_um2", t.flip_flop.area_um2);
    });
    out.maps("pe", t.pe, [&](const PeVariant& pe) { write_pe(out, pe); });
    if (t.correction.empty())
        out.line("correction", "{}");
    else
        out.maps("correction", t.correction, [&](const CorrectionCells& c) { write_correction(out, c); });
    out.map("sum_a", [&] {
        out.text("structure", t.sum_a_structure);
        out.maps("rows", t.sum_a_rows, [&](const SumCell& cell) { write_sum_cell(out, cell); });
    });
    out.map("curve", [&] {
        out.value("row", t.curve_row);
        out.map("pe_fj_by_period_ps", [&] {
            for (const auto& [variant, points] : t.curve_fj) out.numbers(variant, points);
        });
    });
    write_published(out, t.published);
    return out.take();
}

}  // namespace approxtlm::power
