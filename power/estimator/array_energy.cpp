#include "power/estimator/array_energy.h"

#include <algorithm>
#include <bitset>

namespace approxtlm::power {
namespace {

/// Prices one job; every function adds to `out`.
class ArrayPricer {
public:
    ArrayPricer(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                const AcceleratorConfig& config, const PricedDesign& design, ArrayEnergy& out)
        : activity_(activity),
          cycles_(static_cast<double>(cycles)),
          technology_(technology),
          array_(config.pe_array),
          power_(config.power),
          design_(design),
          variate_(design.variate.value_or(default_variate(design.multiplier))),
          per_mac_(design.corrected && design.organization == CorrectionOrganization::per_mac),
          out_(out) {}

    void price() {
        add_pes();
        if (design_.needs_sum_a)
            add_sum_cells(activity_[Activity::sum_a_toggles],
                          [&](std::size_t k) { return technology_.sum_a_at(k); });
        if (design_.corrected) add_correction();
        add_edges();
    }

private:
    double count(Activity a) const { return static_cast<double>(activity_[a]); }
    template <class Count>
    double count(std::size_t k, Count c) const {
        return static_cast<double>(activity_.pe.at(k, c));
    }
    double count(EdgeCount c) const { return static_cast<double>(activity_.pe.at(c)); }
    std::size_t classes() const { return row_class(array_.rows) + 1; }

    void add_pes() {
        const PeVariant& variant = technology_.pe(design_.multiplier, design_.encoding, per_mac_);
        if (per_mac_) technology_.check_variate(variant, variate_);
        for (std::size_t k = 0; k < classes(); ++k) {
            const PeAtClass pe = technology_.pe_at(variant, k);
            PeFeatures features{};
            for (std::size_t f = 0; f < kPeFeatures; ++f) features[f] = count(k, static_cast<PeFeature>(f));
            const ComponentEnergies e = pe.model.components_fj(features);
            const auto of = [&](Component c) { return e[static_cast<std::size_t>(c)]; };
            out_.fj.multiplier += of(Component::multiplier);
            out_.fj.accumulator += of(Component::accumulator);
            out_.fj.registers += of(Component::activation_registers) + of(Component::psum_registers);
            out_.fj.correction += of(Component::correction);
            out_.fj.clock += of(Component::clock);
            const double pes = rows_in_class(array_.rows, k) * array_.columns;
            out_.array_leakage_nw += pes * pe.leakage_nw;
            if (power_.zero_gating) add_zero_gating(k, pes);
            if (!power_.clock_gating) {
                const double idle = std::max(0.0, pes * cycles_ - count(k, PeFeature::cycles));
                out_.fj.clock += idle * pe.model.coefficient_fj[static_cast<std::size_t>(Component::clock)]
                                                               [static_cast<std::size_t>(PeFeature::cycles)];
            }
        }
        out_.fj.clock +=
            variant.weight_clock_fj *
            (power_.clock_gating ? count(Activity::weight_loads) : cycles_ * array_.rows * array_.columns);
        std::vector<ModelError> errors;
        for (const auto& [row, r] : variant.rows)
            if (row_class(row) < classes() || errors.empty()) errors.push_back(r.error);
        out_.model_error = combined(errors);
    }

    /// A flag travels beside the activation; where it is set the activation's register sees no clock. What
    /// the macro-model is given then are the toggles of what the PE holds (FoldEngine). The multiplexer that
    /// lets the partial sum pass is not priced.
    void add_zero_gating(std::size_t k, double pes) {
        const RegisterBit& bit = technology_.file.flip_flop;
        const auto bits = static_cast<double>(
            std::bitset<8>(registered_activation_bits(design_.multiplier, variate_, per_mac_)).count());
        out_.fj.clock +=
            bit.clock_fj * (count(k, PeFeature::cycles) - bits * count(k, RowCount::zero_cycles));
        out_.fj.registers += bit.toggle_fj * count(k, RowCount::zero_flag_toggles);
        out_.array_leakage_nw += pes * bit.leakage_nw;
    }

    /// A column of cells, one a row. Toggles are known for the whole column: every row's share is that of its
    /// cycles.
    template <class CellAt>
    void add_sum_cells(std::uint64_t toggles, CellAt cell_at) {
        double row_cycles = 0;
        for (std::size_t k = 0; k < classes(); ++k) row_cycles += count(k, RowCount::row_cycles);
        for (std::size_t k = 0; k < classes(); ++k) {
            const SumCellAtClass cell = cell_at(k);
            const double rows = rows_in_class(array_.rows, k), worked = count(k, RowCount::row_cycles);
            out_.array_leakage_nw += rows * cell.leakage_nw;
            out_.fj.correction += cell.cycle_fj * (power_.clock_gating ? worked : rows * cycles_);
            if (row_cycles > 0)
                out_.fj.correction += cell.toggle_fj * static_cast<double>(toggles) * worked / row_cycles;
        }
    }

    void add_correction() {
        const CorrectionCells& cells = technology_.correction(design_.multiplier, design_.encoding, variate_);
        if (!per_mac_)
            add_sum_cells(activity_[Activity::sum_x_toggles],
                          [&](std::size_t k) { return technology_.sum_x_at(cells, k); });
        const MacPlus& mac = technology_.mac_plus(cells, array_.rows);
        const double operations = count(Activity::mac_plus_ops);
        out_.fj.correction += operations * mac.operation_fj +
                              mac.clock_fj * (power_.clock_gating ? operations : cycles_ * array_.columns);
        out_.array_leakage_nw += mac.leakage_nw * array_.columns;
    }

    /// Skew and deskew registers, outside the array's scope.
    void add_edges() {
        const RegisterBit& bit = technology_.file.flip_flop;
        constexpr double kActivationBits = 8;
        const auto psum_bits = static_cast<double>(16 + row_class(array_.rows));
        const double rows = array_.rows, columns = array_.columns;
        const double skew_bits = kActivationBits * rows * (rows - 1) / 2;
        const double deskew_bits = psum_bits * columns * (columns - 1) / 2;
        const double clocked = power_.clock_gating ? kActivationBits * count(EdgeCount::skew_captures) +
                                                         psum_bits * count(EdgeCount::deskew_captures)
                                                   : (skew_bits + deskew_bits) * cycles_;
        out_.fj.skew_registers +=
            bit.clock_fj * clocked +
            bit.toggle_fj * (count(EdgeCount::skew_toggles) + count(EdgeCount::deskew_toggles_twice) / 2);
        out_.skew_leakage_nw += bit.leakage_nw * (skew_bits + deskew_bits);
    }

    const ActivityCounts& activity_;
    const double cycles_;
    const Technology& technology_;
    const PeArrayConfig& array_;
    const PowerConfig& power_;
    const PricedDesign& design_;
    const Variate variate_;
    const bool per_mac_;
    ArrayEnergy& out_;
};

}  // namespace

double rows_in_class(unsigned rows, std::size_t k) {
    const unsigned first = k == 0 ? 1 : (1u << (k - 1)) + 1, last = std::min(rows, 1u << k);
    return last < first ? 0 : last - first + 1;
}

ArrayEnergy array_energy(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                         const AcceleratorConfig& config, const PricedDesign& design) {
    ArrayEnergy energy;
    ArrayPricer(activity, cycles, technology, config, design, energy).price();
    return energy;
}

}  // namespace approxtlm::power
