#include "power/estimator/estimator.h"

#include <fmt/format.h>

#include <stdexcept>

#include "models/common/error.h"
#include "power/estimator/area.h"

namespace approxtlm::power {
namespace {

/// Energy per image; the field names are PowerBreakdown's, the unit is femtojoules.
using Energy = PowerBreakdown;

double count(const ActivityCounts& activity, Activity kind) { return static_cast<double>(activity[kind]); }

/// Data-dependent energy follows the toggles per PE cycle, measured over reference.
double toggle_ratio(const ActivityCounts& activity, Activity toggles, double reference) {
    const double pe_cycles = count(activity, Activity::pe_cycles);
    return pe_cycles > 0 ? count(activity, toggles) / pe_cycles / reference : 0.0;
}

void add_pes(Energy& fj, const ActivityCounts& activity, const PeEnergy& pe, double rows_factor) {
    const double pe_cycles = count(activity, Activity::pe_cycles) * rows_factor;
    const double by_operand =
        pe_cycles * toggle_ratio(activity, Activity::streaming_toggles, pe.activation_toggles);
    const double by_psum = pe_cycles * toggle_ratio(activity, Activity::psum_toggles, pe.psum_toggles);
    fj.multiplier += by_operand * pe.multiplier_fj;
    fj.accumulator += by_psum * pe.accumulator_fj;
    fj.registers += by_operand * pe.activation_registers_fj + by_psum * pe.psum_registers_fj;
    fj.correction += pe_cycles * pe.correction_fj;
    fj.clock += pe_cycles * pe.clock_fj + count(activity, Activity::weight_loads) * pe.weight_clock_fj;
}

/// MAC+ is charged in every streaming cycle of its column, though it works only once an output: an upper
/// bound.
void add_correction(Energy& fj, const ActivityCounts& activity, const Technology& technology,
                    unsigned array_rows, const PricedDesign& design) {
    const double row_cycles = count(activity, Activity::row_cycles);
    if (design.needs_sum_a) fj.correction += row_cycles * technology.sum_a_pe_fj(array_rows);
    if (!design.corrected) return;
    fj.correction +=
        count(activity, Activity::column_cycles) * technology.mac_plus_fj(design.multiplier, array_rows);
    if (design.organization == CorrectionOrganization::shared_column)
        fj.correction += row_cycles * technology.sum_x_pe_fj(design.multiplier, array_rows);
}

void add_buffer(Energy& fj, const ActivityCounts& activity, const Technology& technology,
                const BufferConfig& buffer, Activity reads, Activity writes) {
    const double bank_bytes = static_cast<double>(buffer.capacity_bytes) / buffer.banks;
    constexpr double kFjPerPj = 1e3;
    fj.buffers += kFjPerPj * (count(activity, reads) * technology.buffer_read_pj_per_byte(bank_bytes) +
                              count(activity, writes) * technology.buffer_write_pj_per_byte(bank_bytes));
}

void add_surroundings(Energy& fj, const ActivityCounts& activity, const Technology& technology,
                      const AcceleratorConfig& config) {
    add_buffer(fj, activity, technology, config.weight_buffer, Activity::weight_buffer_read_bytes,
               Activity::weight_buffer_write_bytes);
    add_buffer(fj, activity, technology, config.activation_buffer, Activity::activation_buffer_read_bytes,
               Activity::activation_buffer_write_bytes);
    add_buffer(fj, activity, technology, config.accumulator_buffer, Activity::accumulator_buffer_read_bytes,
               Activity::accumulator_buffer_write_bytes);
    constexpr double kFjPerPj = 1e3;
    const double bytes =
        count(activity, Activity::memory_read_bytes) + count(activity, Activity::memory_write_bytes);
    fj.dma += kFjPerPj * bytes * technology.dma_pj_per_byte();
    fj.vector_unit +=
        kFjPerPj * count(activity, Activity::vector_unit_ops) * technology.vector_unit_pj_per_element();
    fj.sequencer +=
        kFjPerPj * count(activity, Activity::descriptors) * technology.sequencer_pj_per_descriptor();
}

PowerBreakdown scaled(const PowerBreakdown& in, double factor) {
    return {in.multiplier * factor,  in.accumulator * factor, in.registers * factor, in.correction * factor,
            in.clock * factor,       in.leakage * factor,     in.buffers * factor,   in.dma * factor,
            in.vector_unit * factor, in.sequencer * factor};
}

void check(std::uint64_t cycles, const Technology& technology, double clock_mhz) {
    if (cycles == 0) throw std::invalid_argument("power::estimate: cycles: got 0, expected at least 1");
    if (!(clock_mhz > 0 && clock_mhz <= technology.clock_mhz))
        throw InputError("--clock-mhz", fmt::format("{}", clock_mhz),
                         fmt::format("above 0 and at most {}, the clock at which technology {} was measured",
                                     technology.clock_mhz, technology.name));
}

}  // namespace

PowerEstimate estimate(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                       double clock_mhz, const AcceleratorConfig& config, const PricedDesign& design) {
    check(cycles, technology, clock_mhz);
    if (design.corrected)
        technology.require_variate(design.multiplier,
                                   design.variate.value_or(default_variate(design.multiplier)));
    const bool per_mac = design.corrected && design.organization == CorrectionOrganization::per_mac;
    const PeEnergy& pe = technology.pe(design.multiplier, per_mac);
    const PeArrayConfig& array = config.pe_array;
    const double rows_factor = technology.pe_rows_factor(design.multiplier, per_mac, array.rows);

    PowerEstimate result;
    result.latency_us = static_cast<double>(cycles) / clock_mhz;
    Energy fj;
    add_pes(fj, activity, pe, rows_factor);
    add_correction(fj, activity, technology, array.rows, design);
    // Leakage is a power: a cycle at a slower clock leaks for longer. That of MAC+ and sum-x is inside their
    // energies.
    fj.leakage = pe.leakage_fj * rows_factor * array.rows * array.columns * static_cast<double>(cycles) *
                 (technology.clock_mhz / clock_mhz);
    add_surroundings(fj, activity, technology, config);

    constexpr double kUjPerFj = 1e-9;
    constexpr double kMwPerFjPerUs = 1e-6;
    result.mw = scaled(fj, kMwPerFjPerUs / result.latency_us);
    result.array_energy_uj = kUjPerFj * fj.array_mw();
    result.accelerator_energy_uj = kUjPerFj * fj.accelerator_mw();
    result.array_area_um2 = array_area_um2(technology, array, design);
    return result;
}

}  // namespace approxtlm::power
