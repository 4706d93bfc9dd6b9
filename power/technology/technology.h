#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"

namespace approxtlm::power {

/// Energy of one PE cycle by component at the file's reference activity and 64 rows, femtojoules; area in
/// um^2.
struct PeEnergy {
    double multiplier_fj = 0;            ///< combinational, partial products and tree
    double accumulator_fj = 0;           ///< combinational, adder of the partial sum
    double activation_registers_fj = 0;  ///< data switching
    double psum_registers_fj = 0;        ///< data switching
    double correction_fj = 0;            ///< sum-x adder and registers inside the PE (per_mac only)
    double clock_fj = 0;                 ///< clock pins of the registers that stream
    double weight_clock_fj = 0;          ///< clock pins of the weight register, spent when it is written
    double leakage_fj = 0;               ///< per cycle at the file's clock
    double area_um2 = 0;
    double activation_toggles = 0;  ///< reference activity, bits of the whole 8-bit activation per PE cycle
    double psum_toggles = 0;        ///< reference activity, bits of the partial-sum register per PE cycle

    double registers_fj() const { return activation_registers_fj + psum_registers_fj; }
};

/// A number with where it came from.
struct Quantity {
    double value = 0;
    std::string provenance;
};

/// One library at one clock, read from power/technology/<library>-<clock>.yaml. Every number that a design
/// needs must be there: the accessors throw InputError("file: technology NAME: got no ..., expected ...")
/// instead of a default. `array_rows` between two measured sizes is interpolated linearly in log2(rows);
/// outside them it is an InputError.
class Technology {
public:
    /// `name_or_path`: a name among available(), or a path ending in .yaml. Throws InputError (file:line).
    static Technology load(const std::string& name_or_path);
    static std::vector<std::string> available();

    std::string name, path;
    std::string library, corner;  ///< e.g. "ASAP7 7.5-track RVT", "TT 0.7 V 25 C"
    double voltage_v = 0;
    double feature_nm = 0;
    double clock_mhz = 0;          ///< the clock at which the file was measured
    double fastest_clock_mhz = 0;  ///< of the exact design
    std::string tools;
    std::string provenance;  ///< of everything in the file, for reports

    /// PE of a design; `per_mac` adds sum-x inside the PE.
    const PeEnergy& pe(const Multiplier& multiplier, bool per_mac) const;
    /// Cycle energy of that PE in an array of `array_rows` (its partial sums are wider lower down) over that
    /// at 64.
    double pe_rows_factor(const Multiplier& multiplier, bool per_mac, unsigned array_rows) const;
    /// Throws InputError unless the correction was measured with this variate.
    void require_variate(const Multiplier& multiplier, const Variate& variate) const;
    /// Energy and area of the correction per array (MAC+ per column cycle; sum-x and sum-A column PE per row
    /// cycle).
    double mac_plus_fj(const Multiplier& multiplier, unsigned array_rows) const;
    double sum_x_pe_fj(const Multiplier& multiplier, unsigned array_rows) const;
    double sum_a_pe_fj(unsigned array_rows) const;
    double mac_plus_area_um2(const Multiplier& multiplier) const;
    double sum_x_pe_area_um2(const Multiplier& multiplier) const;
    double sum_a_pe_area_um2() const { return sum_a_pe_area_um2_; }
    /// Outside the array, picojoules: per byte, per element, per descriptor.
    double buffer_read_pj_per_byte(double capacity_bytes) const;
    double buffer_write_pj_per_byte(double capacity_bytes) const;
    double dma_pj_per_byte() const { return dma_pj_per_byte_.value; }
    double vector_unit_pj_per_element() const { return vector_unit_pj_per_element_.value; }
    double sequencer_pj_per_descriptor() const { return sequencer_pj_per_descriptor_.value; }

private:
    friend class TechnologyReader;
    using ByRows = std::map<unsigned, double>;
    struct Pe {
        PeEnergy energy;
        ByRows cycle_fj_by_rows;
    };
    struct Correction {
        std::string variate;  ///< the x that was measured, as to_string(Variate)
        ByRows mac_plus_fj, sum_x_pe_fj;
        double mac_plus_area_um2 = 0, sum_x_pe_area_um2 = 0;
    };
    struct ByCapacity {
        std::map<double, double> pj_per_byte;
        std::string provenance;
    };
    const Pe& find_pe(const Multiplier& multiplier, bool per_mac) const;
    const Correction& find_correction(const Multiplier& multiplier) const;
    double at_rows(const ByRows& table, unsigned array_rows, const std::string& what) const;
    double at_capacity(const ByCapacity& table, double bytes, const char* what) const;

    std::map<std::string, Pe> pes_;  ///< key: "truncated:7" or "truncated:7/per_mac"
    std::map<std::string, Correction> corrections_;
    ByRows sum_a_pe_fj_;
    double sum_a_pe_area_um2_ = 0;
    ByCapacity buffer_read_, buffer_write_;
    Quantity dma_pj_per_byte_, vector_unit_pj_per_element_, sequencer_pj_per_descriptor_;
};

}  // namespace approxtlm::power
