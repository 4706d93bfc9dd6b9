#include "power/technology/technology.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "models/common/error.h"

namespace approxtlm::power {
namespace {

constexpr unsigned kComponentRows = 64;  // the array size at which the PE's components were measured

template <class Map>
std::vector<std::string> keys(const Map& map, bool per_mac) {
    std::vector<std::string> names;
    for (const auto& entry : map)
        if ((entry.first.find('/') != std::string::npos) == per_mac) names.push_back(entry.first);
    return names;
}

template <class Key>
double interpolate(const std::map<Key, double>& table, double at, bool log_values) {
    const auto above = table.lower_bound(static_cast<Key>(at));
    if (above == table.begin()) return above->second;
    const auto below = std::prev(above);
    const double x0 = std::log2(static_cast<double>(below->first));
    const double t = (std::log2(at) - x0) / (std::log2(static_cast<double>(above->first)) - x0);
    if (log_values) return below->second * std::pow(above->second / below->second, t);
    return below->second + t * (above->second - below->second);
}

}  // namespace

const Technology::Pe& Technology::find_pe(const Multiplier& multiplier, bool per_mac) const {
    const std::string key = to_string(multiplier) + (per_mac ? "/per_mac" : "");
    const auto found = pes_.find(key);
    if (found != pes_.end()) return found->second;
    throw InputError(fmt::format("{}: technology {}", path, name), "no PE energy for " + key,
                     fmt::format("one of {}; choose another multiplier or technology, or --technology none",
                                 fmt::join(keys(pes_, per_mac), ", ")));
}

const Technology::Correction& Technology::find_correction(const Multiplier& multiplier) const {
    const auto found = corrections_.find(to_string(multiplier));
    if (found != corrections_.end()) return found->second;
    throw InputError(fmt::format("{}: technology {}", path, name),
                     "no correction energy for " + to_string(multiplier),
                     fmt::format("one of {}; choose another multiplier or technology, or --technology none",
                                 fmt::join(keys(corrections_, false), ", ")));
}

double Technology::at_rows(const ByRows& table, unsigned array_rows, const std::string& what) const {
    const unsigned first = table.begin()->first, last = table.rbegin()->first;
    if (array_rows < first || array_rows > last)
        throw InputError(fmt::format("{}: technology {}", path, name),
                         fmt::format("no {} for pe_array.rows {}", what, array_rows),
                         fmt::format("{} to {} rows, or --technology none", first, last));
    return interpolate(table, array_rows, false);
}

double Technology::at_capacity(const ByCapacity& table, double bytes, const char* what) const {
    const double first = table.pj_per_byte.begin()->first, last = table.pj_per_byte.rbegin()->first;
    if (!(bytes >= first && bytes <= last))
        throw InputError(fmt::format("{}: technology {}", path, name),
                         fmt::format("no {} for a buffer bank of {} bytes", what, bytes),
                         fmt::format("{} to {} bytes, or --technology none", first, last));
    return interpolate(table.pj_per_byte, bytes, true);
}

const PeEnergy& Technology::pe(const Multiplier& multiplier, bool per_mac) const {
    return find_pe(multiplier, per_mac).energy;
}

double Technology::pe_rows_factor(const Multiplier& multiplier, bool per_mac, unsigned array_rows) const {
    const ByRows& table = find_pe(multiplier, per_mac).cycle_fj_by_rows;
    const std::string what = "PE energy of " + to_string(multiplier);
    return at_rows(table, array_rows, what) / at_rows(table, kComponentRows, what);
}

double Technology::mac_plus_fj(const Multiplier& multiplier, unsigned array_rows) const {
    return at_rows(find_correction(multiplier).mac_plus_fj, array_rows, "MAC+ energy");
}

double Technology::sum_x_pe_fj(const Multiplier& multiplier, unsigned array_rows) const {
    return at_rows(find_correction(multiplier).sum_x_pe_fj, array_rows, "sum-x energy");
}

double Technology::sum_a_pe_fj(unsigned array_rows) const {
    return at_rows(sum_a_pe_fj_, array_rows, "sum-A energy");
}

double Technology::mac_plus_area_um2(const Multiplier& multiplier) const {
    return find_correction(multiplier).mac_plus_area_um2;
}

double Technology::sum_x_pe_area_um2(const Multiplier& multiplier) const {
    return find_correction(multiplier).sum_x_pe_area_um2;
}

void Technology::require_variate(const Multiplier& multiplier, const Variate& variate) const {
    const std::string measured = find_correction(multiplier).variate, wanted = to_string(variate);
    if (measured == wanted) return;
    throw InputError(fmt::format("{}: technology {}", path, name),
                     fmt::format("no sum-x energy for variate {} with {}", wanted, to_string(multiplier)),
                     fmt::format("variate {}, which was measured; or --technology none", measured));
}

double Technology::buffer_read_pj_per_byte(double capacity_bytes) const {
    return at_capacity(buffer_read_, capacity_bytes, "read energy");
}

double Technology::buffer_write_pj_per_byte(double capacity_bytes) const {
    return at_capacity(buffer_write_, capacity_bytes, "write energy");
}

}  // namespace approxtlm::power
