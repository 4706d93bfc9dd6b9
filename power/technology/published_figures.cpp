#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "power/technology/technology_file.h"

// Energies outside the array. 45 nm, 0.9 V: M. Horowitz, "Computing's energy problem (and what we can do
// about it)", ISSCC 2014. 7 nm: N. Jouppi et al., "Ten lessons from three generations shaped Google's
// TPUv4i", ISCA 2021, table 2, which updates Horowitz's table.
namespace approxtlm::power {
namespace {

constexpr const char* kHorowitz = "Horowitz, ISSCC 2014 (45 nm, 0.9 V)";
constexpr const char* kJouppi = "Jouppi et al., ISCA 2021, table 2 (7 nm)";
constexpr double kKiB = 1024, kMiB = 1024 * 1024;

/// Picojoules: a 64-bit access of an SRAM of 8 KiB, 32 KiB, 1 MiB; integer operations.
struct Operations {
    double sram_8k, sram_32k, sram_1m, add8, add32, multiply32;
};
constexpr Operations k45nm{10, 20, 100, 0.03, 0.1, 3.1}, k7nm{7.5, 8.5, 14, 0.007, 0.03, 1.48};

template <class F>
Operations combined(F f) {
    return {f(k45nm.sram_8k, k7nm.sram_8k), f(k45nm.sram_32k, k7nm.sram_32k),
            f(k45nm.sram_1m, k7nm.sram_1m), f(k45nm.add8, k7nm.add8),
            f(k45nm.add32, k7nm.add32),     f(k45nm.multiply32, k7nm.multiply32)};
}

struct AtNode {
    Operations pj;
    std::string rule;
};

AtNode at_node(double feature_nm, double voltage_v) {
    if (feature_nm <= 7) return {k7nm, fmt::format("{}, unscaled", kJouppi)};
    if (feature_nm < 45) {
        const double t = std::log(45 / feature_nm) / std::log(45.0 / 7);
        return {combined([t](double old, double young) { return std::pow(old, 1 - t) * std::pow(young, t); }),
                fmt::format("{} and {}, interpolated geometrically at {} nm (log energy over log node)",
                            kHorowitz, kJouppi, feature_nm)};
    }
    const double factor = feature_nm / 45 * (voltage_v / 0.9) * (voltage_v / 0.9);
    return {combined([factor](double old, double) { return old * factor; }),
            fmt::format("{} x ({}/45) x ({}/0.9)^2 = x {:.4g}", kHorowitz, feature_nm, voltage_v, factor)};
}

/// Picojoules a byte: a 64-bit access divided by eight, the outer slopes continued to 256 B and 16 MiB.
std::map<double, double> sram_table(const Operations& pj) {
    std::map<double, double> t{
        {8 * kKiB, pj.sram_8k / 8}, {32 * kKiB, pj.sram_32k / 8}, {kMiB, pj.sram_1m / 8}};
    const auto continued = [&](double from, double over, double to) {
        const double slope = std::log(t.at(over) / t.at(from)) / std::log(over / from);
        return t.at(from) * std::pow(to / from, slope);
    };
    const double small = continued(8 * kKiB, 32 * kKiB, 256), large = continued(kMiB, 32 * kKiB, 16 * kMiB);
    t[256] = small;
    t[16 * kMiB] = large;
    return t;
}

double sram(const std::map<double, double>& table, double bytes) {
    const auto above = table.lower_bound(bytes), below = std::prev(above);
    const double t = std::log(bytes / below->first) / std::log(above->first / below->first);
    return std::pow(below->second, 1 - t) * std::pow(above->second, t);
}

}  // namespace

PublishedFigures published_figures(double feature_nm, double voltage_v) {
    constexpr double kFifoBytes = 2048, kDescriptorBytes = 256, kBytesPerWord = 4;
    const auto [pj, rule] = at_node(feature_nm, voltage_v);
    PublishedFigures p;
    p.buffer_read_pj_per_byte = p.buffer_write_pj_per_byte = sram_table(pj);
    p.buffer_citation =
        rule +
        "; a 64-bit access / 8; between and beyond 8 KiB, 32 KiB and 1 MiB straight lines in log-log; "
        "a write taken as dear as a read";
    p.dma_pj_per_byte = {
        2 * sram(p.buffer_read_pj_per_byte, kFifoBytes) + pj.add32 / kBytesPerWord,
        rule + "; a byte written to and read from a 2 KiB FIFO, a 32-bit address add per 4 bytes"};
    p.vector_unit_pj_per_element = {pj.multiply32 + 3 * pj.add32 + 2 * pj.add8,
                                    rule +
                                        "; bias, rounding and zero-point adds (32 bit), a 32-bit multiply, "
                                        "two 8-bit compares; the shifter is "
                                        "not counted"};
    p.sequencer_pj_per_descriptor = {
        kDescriptorBytes * pj.sram_8k / 8 + kDescriptorBytes / kBytesPerWord * pj.add32,
        rule + "; 256 bytes through an 8 KiB SRAM, one 32-bit add per word"};
    // 110 fJ per bit and millimetre, 10 mm.
    p.bus_pj_per_byte = {
        8 * 0.110 * 10,
        "Kogge et al., DARPA Exascale Computing Study, 2008: on-chip wires 18 to 110 fJ per bit and "
        "mm; the upper end over 10 mm, unscaled"};
    p.dram_pj_per_byte = {1300.0 / 8,
                          fmt::format("{}, 1300 pJ (of 1300 to 2600) per 64-bit access, and {}, DDR3/4 "
                                      "1300 pJ; unscaled: the memory is a chip of its own",
                                      kHorowitz, kJouppi)};
    p.threshold_v = 0.3 * voltage_v;
    p.alpha = 1.3;
    p.lowest_v = 0.8 * voltage_v;
    p.highest_v = 1.1 * voltage_v;
    p.scaling_citation =
        "alpha-power law, Sakurai and Newton, IEEE JSSC 25(2), 1990: delay ~ V / (V - Vt)^alpha, alpha 1.3 "
        "for short "
        "channels; Vt taken as 0.3 of the library's voltage; energy ~ V^2, leakage power ~ V; only 0.8 to "
        "1.1 of that "
        "voltage";
    return p;
}

}  // namespace approxtlm::power
