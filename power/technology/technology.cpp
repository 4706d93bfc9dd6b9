#include "power/technology/technology.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>

#include "models/common/error.h"
#include "models/common/pe_counts.h"
#include "power/technology/technology_path.h"
#include "power/technology/variant_name.h"

namespace approxtlm::power {
namespace {

constexpr const char* kAlternatives = "choose another multiplier or technology, or --technology none";

template <class Map>
std::vector<std::string> keys(const Map& map) {
    std::vector<std::string> names;
    for (const auto& entry : map) names.push_back(entry.first);
    return names;
}

double mixed(double below, double above, double t) { return below + t * (above - below); }

/// Cells of two row classes and how far between them.
template <class Cell>
struct Between {
    const Cell& below;
    const Cell& above;
    double t = 0;
    double operator()(double Cell::*member) const { return mixed(below.*member, above.*member, t); }
};

/// The first of `rows` is narrow enough, the last wide enough for class k.
template <class Cell>
Between<Cell> between(const std::map<unsigned, Cell>& rows, std::size_t k) {
    auto above = rows.begin();
    while (row_class(above->first) < k) ++above;
    const std::size_t high = row_class(above->first);
    if (high == k) return {above->second, above->second, 0};
    const auto below = std::prev(above);
    const auto low = static_cast<double>(row_class(below->first));
    return {below->second, above->second, (static_cast<double>(k) - low) / (static_cast<double>(high) - low)};
}

SumCellAtClass sum_cell_at(const std::map<unsigned, SumCell>& rows, std::size_t k) {
    const Between<SumCell> cells = between(rows, k);
    return {cells(&SumCell::cycle_fj), cells(&SumCell::toggle_fj), cells(&SumCell::leakage_nw),
            cells(&SumCell::area_um2)};
}

}  // namespace

Technology Technology::load(const std::string& name_or_path) {
    const auto found = find_technology(name_or_path);
    Technology t;
    t.path = display_path(found);
    t.file = read_technology_file(found.string(), t.path);
    return t;
}

std::vector<std::string> Technology::available() { return technology_names(); }

void Technology::fail(const std::string& got, const std::string& expected) const {
    throw InputError(fmt::format("{}: technology {}", path, file.name), got, expected);
}

std::string Technology::provenance() const {
    const PublishedFigures& p = file.published;
    return fmt::format(
        "{}, {}, {} V, {} C, {:.1f} MHz; {}; {}; {}; outside the array, published figures: buffers {}; DMA "
        "{}; vector "
        "unit {}; sequencer {}; bus {}; DRAM {}",
        file.library, file.corner, file.voltage_v, file.temperature_c, clock_mhz(), file.tools, file.activity,
        file.command, p.buffer_citation, p.dma_pj_per_byte.citation, p.vector_unit_pj_per_element.citation,
        p.sequencer_pj_per_descriptor.citation, p.bus_pj_per_byte.citation, p.dram_pj_per_byte.citation);
}

template <class Cell>
void Technology::check_class(const std::map<unsigned, Cell>& rows, std::size_t k,
                             const std::string& what) const {
    const unsigned first = rows.begin()->first, last = rows.rbegin()->first;
    if (k >= row_class(first) && k <= row_class(last)) return;
    fail(fmt::format("no {} for array row {}", what, 1u << k),
         fmt::format("rows {} to {}, or --technology none", first, last));
}

const PeVariant& Technology::pe(const Multiplier& multiplier, Encoding encoding, bool per_mac) const {
    const std::string key = variant_name(multiplier, encoding, per_mac);
    const auto found = file.pe.find(key);
    if (found != file.pe.end()) return found->second;
    fail("no PE energy for " + key,
         fmt::format("one of {}; {}", fmt::join(keys(file.pe), ", "), kAlternatives));
}

void Technology::check_variate(const PeVariant& variant, const Variate& variate) const {
    if (variant.variate == to_string(variate)) return;
    fail("no per-MAC PE with variate " + to_string(variate),
         fmt::format("variate {}, which was measured; or --technology none", variant.variate));
}

PeAtClass Technology::pe_at(const PeVariant& variant, std::size_t k) const {
    check_class(variant.rows, k, "PE energy");
    const Between<PeRow> rows = between(variant.rows, k);
    PeAtClass pe;
    pe.leakage_nw = rows(&PeRow::leakage_nw);
    pe.area_um2 = rows(&PeRow::area_um2);
    for (std::size_t c = 0; c < kComponents; ++c)
        for (std::size_t f = 0; f < kPeFeatures; ++f)
            pe.model.coefficient_fj[c][f] =
                mixed(rows.below.model.coefficient_fj[c][f], rows.above.model.coefficient_fj[c][f], rows.t);
    return pe;
}

const CorrectionCells& Technology::correction(const Multiplier& multiplier, Encoding encoding,
                                              const Variate& variate) const {
    const std::string key = variant_name(multiplier, encoding, false), wanted = to_string(variate);
    const auto found = file.correction.find(key);
    if (found == file.correction.end())
        fail("no correction energy for " + key,
             fmt::format("one of {}; {}", fmt::join(keys(file.correction), ", "), kAlternatives));
    if (found->second.variate != wanted)
        fail(fmt::format("no sum-x energy for variate {} with {}", wanted, key),
             fmt::format("variate {}, which was measured; or --technology none", found->second.variate));
    return found->second;
}

SumCellAtClass Technology::sum_x_at(const CorrectionCells& cells, std::size_t k) const {
    check_class(cells.sum_x_rows, k, "sum-x energy");
    return sum_cell_at(cells.sum_x_rows, k);
}

SumCellAtClass Technology::sum_a_at(std::size_t k) const {
    check_class(file.sum_a_rows, k, "sum-A energy");
    return sum_cell_at(file.sum_a_rows, k);
}

const MacPlus& Technology::mac_plus(const CorrectionCells& cells, unsigned array_rows) const {
    const auto found = cells.mac_plus_rows.lower_bound(array_rows);
    if (found != cells.mac_plus_rows.end()) return found->second;
    fail(fmt::format("no MAC+ energy for pe_array.rows {}", array_rows),
         fmt::format("at most {} rows, or --technology none", cells.mac_plus_rows.rbegin()->first));
}

double Technology::at_capacity(const std::map<double, double>& table, double bytes, const char* what) const {
    const double first = table.begin()->first, last = table.rbegin()->first;
    if (!(bytes >= first && bytes <= last))
        fail(fmt::format("no {} for a buffer bank of {} bytes", what, bytes),
             fmt::format("{} to {} bytes, or --technology none", first, last));
    const auto above = table.lower_bound(bytes);
    if (above == table.begin()) return above->second;
    const auto below = std::prev(above);
    const double t = std::log(bytes / below->first) / std::log(above->first / below->first);
    return below->second * std::pow(above->second / below->second, t);
}

double Technology::buffer_read_pj_per_byte(double capacity_bytes) const {
    return at_capacity(file.published.buffer_read_pj_per_byte, capacity_bytes, "read energy");
}

double Technology::buffer_write_pj_per_byte(double capacity_bytes) const {
    return at_capacity(file.published.buffer_write_pj_per_byte, capacity_bytes, "write energy");
}

}  // namespace approxtlm::power
