#pragma once

#include <string>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"
#include "power/technology/technology_file.h"

namespace approxtlm::power {

/// What a report needs of a circuit at one row class, between measured ones linear in the width of its sums.
struct PeAtClass {
    MacroModel model;
    double leakage_nw = 0, area_um2 = 0;
};
struct SumCellAtClass {
    double cycle_fj = 0, toggle_fj = 0, leakage_nw = 0, area_um2 = 0;
};

/// One library at one clock, read from power/technology/<library>-<clock>.yaml. Every number that a design
/// needs must be there: the accessors throw InputError("file: technology NAME: got no ..., expected ...")
/// instead of a default, also for rows of an array outside those measured.
class Technology {
public:
    /// `name_or_path`: a name among available(), or a path ending in .yaml. Throws InputError (file:line).
    static Technology load(const std::string& name_or_path);
    static std::vector<std::string> available();

    TechnologyFile file;
    std::string path;

    const std::string& name() const { return file.name; }
    double clock_mhz() const { return 1e6 / file.period_ps; }
    /// Of everything in the file, for reports.
    std::string provenance() const;

    const PeVariant& pe(const Multiplier& multiplier, Encoding encoding, bool per_mac) const;
    /// Throws InputError unless the per-MAC PE was measured with this variate.
    void check_variate(const PeVariant& variant, const Variate& variate) const;
    PeAtClass pe_at(const PeVariant& variant, std::size_t row_class) const;
    /// Throws InputError unless the correction was measured with this variate.
    const CorrectionCells& correction(const Multiplier& multiplier, Encoding encoding,
                                      const Variate& variate) const;
    SumCellAtClass sum_x_at(const CorrectionCells& cells, std::size_t row_class) const;
    SumCellAtClass sum_a_at(std::size_t row_class) const;
    /// Of an array with so many rows: the narrowest that was measured and is wide enough.
    const MacPlus& mac_plus(const CorrectionCells& cells, unsigned array_rows) const;

    /// Outside the array, picojoules a byte, of a buffer bank of that capacity.
    double buffer_read_pj_per_byte(double capacity_bytes) const;
    double buffer_write_pj_per_byte(double capacity_bytes) const;

private:
    [[noreturn]] void fail(const std::string& got, const std::string& expected) const;
    template <class Cell>
    void check_class(const std::map<unsigned, Cell>& rows, std::size_t row_class,
                     const std::string& what) const;
    double at_capacity(const std::map<double, double>& table, double bytes, const char* what) const;
};

}  // namespace approxtlm::power
