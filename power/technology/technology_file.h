#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "power/macro_model/macro_model.h"

namespace approxtlm::power {

inline constexpr const char* kTechnologySchema = "approxtlm-technology-2";

/// A PE of one row class, characterised at row `row` (key of PeVariant::rows).
struct PeRow {
    MacroModel model;
    double leakage_nw = 0;
    double area_um2 = 0;
    double slack_ps = 0;  ///< of the netlist at the file's clock
    ModelError error;
};

/// One design's PE; the key in the file is multiplier[/signed][/per_mac].
struct PeVariant {
    std::string structure;           ///< chosen tree, adder, fused or separate, abc script
    std::string variate;             ///< of a per-MAC PE, as to_string(Variate); else empty
    double weight_clock_fj = 0;      ///< clock pins of the weight register, spent when it is written
    std::map<unsigned, PeRow> rows;  ///< 1-based row of the array; partial sums of 16 + ceil(log2 row) bits
};

/// A cell beside the rows that adds one value a row: sum-A, or sum-x of a variate.
struct SumCell {
    double cycle_fj = 0;   ///< clock pins, in a cycle with work
    double toggle_fj = 0;  ///< everything else, per bit flipped in the sum register
    double leakage_nw = 0, area_um2 = 0, slack_ps = 0;
    ModelError error;
};

/// MAC+ at the foot of a column of an array with so many rows.
struct MacPlus {
    double clock_fj = 0;      ///< clock pins, per cycle
    double operation_fj = 0;  ///< everything else but leakage, per correction, at the streams' mean
    double leakage_nw = 0, area_um2 = 0, slack_ps = 0;
    double spread_percent = 0;  ///< standard deviation of operation_fj over the streams
};

/// What correcting one multiplier takes; key as of PeVariant without /per_mac.
struct CorrectionCells {
    std::string variate;                        ///< as to_string(Variate)
    std::string structure;                      ///< of both
    std::map<unsigned, SumCell> sum_x_rows;     ///< by 1-based row
    std::map<unsigned, MacPlus> mac_plus_rows;  ///< by rows of the array
};

/// One bit of a register, for what is not characterised as a circuit (skew and deskew registers).
struct RegisterBit {
    std::string cell;
    double clock_fj = 0;  ///< per clock edge
    double toggle_fj = 0;
    double leakage_nw = 0, area_um2 = 0;
};

/// Published, not measured.
struct PublishedFigure {
    double value = 0;
    std::string citation;
};
struct PublishedFigures {
    std::map<double, double> buffer_read_pj_per_byte, buffer_write_pj_per_byte;  ///< by bank capacity, bytes
    std::string buffer_citation;
    PublishedFigure dma_pj_per_byte, vector_unit_pj_per_element, sequencer_pj_per_descriptor;
    PublishedFigure bus_pj_per_byte, dram_pj_per_byte;               ///< system scope
    double threshold_v = 0, alpha = 0, lowest_v = 0, highest_v = 0;  ///< alpha-power law and its limits
    std::string scaling_citation;
};

/// Everything in power/technology/<library>-<clock>.yaml, schema approxtlm-technology-2.
struct TechnologyFile {
    std::string name;  ///< e.g. "asap7-tight"
    std::string library, corner;
    double voltage_v = 0, temperature_c = 0, feature_nm = 0;
    double period_ps = 0;         ///< the clock every design is held to
    double exact_fastest_ps = 0;  ///< the exact PE's shortest period
    std::string tools;            ///< with versions
    std::string command;
    std::string activity;  ///< which streams, how many cycles
    RegisterBit flip_flop;
    std::map<std::string, PeVariant> pe;
    std::map<std::string, CorrectionCells> correction;
    std::map<unsigned, SumCell> sum_a_rows;
    std::string sum_a_structure;
    /// PE energy per cycle (reference stream, `curve_row`) by variant, then by period in ps.
    unsigned curve_row = 0;
    std::map<std::string, std::map<double, double>> curve_fj;
    PublishedFigures published;
};

/// YAML text that read_technology_file accepts and reads back to the same numbers.
std::string to_yaml(const TechnologyFile& file);

/// Strict: an unknown key, a missing one, a wrong type, NaN, a negative number throws InputError
/// "file:line: key: got X, expected Y". `shown` is the path that errors print.
TechnologyFile read_technology_file(const std::string& path, const std::string& shown);

/// Published figures carried to a node and voltage (docs/energy.md).
PublishedFigures published_figures(double feature_nm, double voltage_v);

}  // namespace approxtlm::power
