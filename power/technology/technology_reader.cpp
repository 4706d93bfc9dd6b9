#include "power/technology/technology_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "models/common/error.h"
#include "power/technology/technology_path.h"

namespace approxtlm::power {
namespace {

constexpr const char* kSchema = "approxtlm-technology-1";
constexpr unsigned kComponentRows = 64;
constexpr const char* kPerMac = "/per_mac";

/// A PE's name must be one that the accessors can ask for.
void check_name(const YamlMap& in, const std::string& name) {
    const std::string multiplier = name.substr(0, name.find(kPerMac));
    try {
        if (to_string(parse_multiplier(multiplier)) == multiplier) return;
    } catch (const InputError&) {
    }
    in.fail(name, name, "a multiplier such as truncated:7, or truncated:7/per_mac");
}

}  // namespace

Technology::ByRows TechnologyReader::by_rows(YamlMap& in, const std::string& key) {
    Technology::ByRows table;
    for (const auto& [rows, value] : in.number_map(key)) {
        if (rows != std::floor(rows) || rows > 256)
            in.fail(key, fmt::format("{} rows", rows), "an integer in [1, 256]");
        table[static_cast<unsigned>(rows)] = value;
    }
    return table;
}

Technology::Pe TechnologyReader::pe(YamlMap in, double activation_toggles) {
    Technology::Pe pe;
    PeEnergy& e = pe.energy;
    e.multiplier_fj = in.number("multiplier_fj");
    e.accumulator_fj = in.number("accumulator_fj");
    e.activation_registers_fj = in.number("activation_registers_fj");
    e.psum_registers_fj = in.number("psum_registers_fj");
    e.correction_fj = in.number("correction_fj");
    e.clock_fj = in.number("clock_fj");
    e.weight_clock_fj = in.number("weight_clock_fj");
    e.leakage_fj = in.number("leakage_fj");
    e.area_um2 = in.positive_number("area_um2");
    e.psum_toggles = in.positive_number("psum_toggles");
    e.activation_toggles = activation_toggles;
    pe.cycle_fj_by_rows = by_rows(in, "cycle_fj_by_rows");
    if (pe.cycle_fj_by_rows.count(kComponentRows) == 0)
        in.fail("cycle_fj_by_rows", "no entry for 64 rows", "one: the components are those of 64 rows");
    in.finish();
    return pe;
}

Technology::Correction TechnologyReader::correction(YamlMap in) {
    Technology::Correction c;
    c.variate = in.text("variate");
    c.mac_plus_fj = by_rows(in, "mac_plus_fj_by_rows");
    c.sum_x_pe_fj = by_rows(in, "sum_x_pe_fj_by_rows");
    c.mac_plus_area_um2 = in.positive_number("mac_plus_area_um2");
    c.sum_x_pe_area_um2 = in.positive_number("sum_x_pe_area_um2");
    in.text("area_provenance");
    in.finish();
    return c;
}

Technology::ByCapacity TechnologyReader::by_capacity(YamlMap in) {
    Technology::ByCapacity table{in.number_map("by_capacity_bytes"), in.text("provenance")};
    in.finish();
    return table;
}

Quantity TechnologyReader::quantity(YamlMap in) {
    Quantity q{in.number("value"), in.text("provenance")};
    in.finish();
    return q;
}

void TechnologyReader::header(YamlMap& in, Technology& t) {
    if (const std::string schema = in.text("schema"); schema != kSchema) in.fail("schema", schema, kSchema);
    t.name = in.text("name");
    t.library = in.text("library");
    t.corner = in.text("corner");
    t.voltage_v = in.positive_number("voltage_v");
    t.feature_nm = in.positive_number("feature_nm");
    const double clock_ps = in.positive_number("clock_ps");
    t.clock_mhz = in.positive_number("clock_mhz");
    // Both are written for the reader's eye; they must say the same (six digits).
    if (std::abs(t.clock_mhz * clock_ps - 1e6) > 10)
        in.fail("clock_mhz", fmt::format("{}", t.clock_mhz),
                fmt::format("1e6 / clock_ps = {:.6g}", 1e6 / clock_ps));
    t.fastest_clock_mhz = 1e6 / in.positive_number("exact_fastest_ps");
    t.tools = in.text("tools");
    t.provenance = fmt::format("{}, {}, {:.1f} MHz; {}; {}", t.library, t.corner, t.clock_mhz, t.tools,
                               in.text("provenance"));
    in.text("command");
}

void TechnologyReader::tables(YamlMap& in, Technology& t) {
    YamlMap reference = in.map("reference_activity");
    const double activation_toggles = reference.positive_number("activation_toggles");
    reference.text("provenance");
    reference.finish();

    YamlMap pes = in.map("pe");
    for (const std::string& name : pes.names()) {
        check_name(pes, name);
        t.pes_[name] = pe(pes.map(name), activation_toggles);
    }
    YamlMap corrections = in.map("correction");
    for (const std::string& name : corrections.names()) {
        check_name(corrections, name);
        t.corrections_[name] = correction(corrections.map(name));
    }
    YamlMap estimates = in.map("estimate");
    YamlMap sum_a = estimates.map("sum_a_pe");
    t.sum_a_pe_fj_ = by_rows(sum_a, "fj_by_rows");
    t.sum_a_pe_area_um2_ = sum_a.positive_number("area_um2");
    t.provenance += "; sum-A column estimated: " + sum_a.text("provenance");
    sum_a.finish();
    estimates.finish();

    YamlMap published = in.map("published");
    t.buffer_read_ = by_capacity(published.map("buffer_read_pj_per_byte"));
    t.buffer_write_ = by_capacity(published.map("buffer_write_pj_per_byte"));
    t.dma_pj_per_byte_ = quantity(published.map("dma_pj_per_byte"));
    t.vector_unit_pj_per_element_ = quantity(published.map("vector_unit_pj_per_element"));
    t.sequencer_pj_per_descriptor_ = quantity(published.map("sequencer_pj_per_descriptor"));
    published.finish();
    t.provenance += "; outside the array, published figures: buffers " + t.buffer_read_.provenance +
                    "; DMA " + t.dma_pj_per_byte_.provenance + "; vector unit " +
                    t.vector_unit_pj_per_element_.provenance + "; sequencer " +
                    t.sequencer_pj_per_descriptor_.provenance;
}

Technology TechnologyReader::read(const std::string& file, const std::string& shown) {
    YAML::Node root;
    try {
        root = YAML::LoadFile(file);
    } catch (const YAML::BadFile&) {
        throw InputError("--technology " + shown, "a file that cannot be read", "a technology file");
    } catch (const YAML::Exception& e) {
        throw InputError(fmt::format("{}:{}", shown, e.mark.line + 1), e.msg, "YAML");
    }
    Technology t;
    t.path = shown;
    YamlMap in(root, shown, "");
    header(in, t);
    tables(in, t);
    in.finish();
    return t;
}

Technology Technology::load(const std::string& name_or_path) {
    const auto file = find_technology(name_or_path);
    return TechnologyReader::read(file.string(), display_path(file));
}

std::vector<std::string> Technology::available() { return technology_names(); }

}  // namespace approxtlm::power
