#include "power/estimator/estimator.h"

#include <stdexcept>

#include "power/estimator/area.h"
#include "power/estimator/array_energy.h"

namespace approxtlm::power {
namespace {

constexpr double kFjPerPj = 1e3;

double count(const ActivityCounts& activity, Activity kind) { return static_cast<double>(activity[kind]); }

void add_buffer(PowerBreakdown& fj, const ActivityCounts& activity, const Technology& technology,
                const BufferConfig& buffer, Activity reads, Activity writes) {
    const double bank_bytes = static_cast<double>(buffer.capacity_bytes) / buffer.banks;
    fj.buffers += kFjPerPj * (count(activity, reads) * technology.buffer_read_pj_per_byte(bank_bytes) +
                              count(activity, writes) * technology.buffer_write_pj_per_byte(bank_bytes));
}

void add_surroundings(PowerBreakdown& fj, const ActivityCounts& activity, const Technology& technology,
                      const AcceleratorConfig& config) {
    add_buffer(fj, activity, technology, config.weight_buffer, Activity::weight_buffer_read_bytes,
               Activity::weight_buffer_write_bytes);
    add_buffer(fj, activity, technology, config.activation_buffer, Activity::activation_buffer_read_bytes,
               Activity::activation_buffer_write_bytes);
    add_buffer(fj, activity, technology, config.accumulator_buffer, Activity::accumulator_buffer_read_bytes,
               Activity::accumulator_buffer_write_bytes);
    const PublishedFigures& p = technology.file.published;
    const double bytes =
        count(activity, Activity::memory_read_bytes) + count(activity, Activity::memory_write_bytes);
    fj.dma += kFjPerPj * bytes * p.dma_pj_per_byte.value;
    fj.vector_unit +=
        kFjPerPj * count(activity, Activity::vector_unit_ops) * p.vector_unit_pj_per_element.value;
    fj.sequencer += kFjPerPj * count(activity, Activity::descriptors) * p.sequencer_pj_per_descriptor.value;
    fj.bus += kFjPerPj * bytes * p.bus_pj_per_byte.value;
    fj.dram += kFjPerPj * bytes * p.dram_pj_per_byte.value;
}

PowerBreakdown scaled(const PowerBreakdown& in, double factor) {
    return {
        in.multiplier * factor, in.accumulator * factor, in.registers * factor,      in.correction * factor,
        in.clock * factor,      in.leakage * factor,     in.skew_registers * factor, in.buffers * factor,
        in.dma * factor,        in.vector_unit * factor, in.sequencer * factor,      in.bus * factor,
        in.dram * factor};
}

}  // namespace

PowerEstimate estimate(const ActivityCounts& activity, std::uint64_t cycles, const Technology& technology,
                       const OperatingPoint& point, const AcceleratorConfig& config,
                       const PricedDesign& design) {
    if (cycles == 0) throw std::invalid_argument("power::estimate: cycles: got 0, expected at least 1");
    check_operating_point(technology, point);
    const ArrayEnergy array = array_energy(activity, cycles, technology, config, design);
    PowerBreakdown fj = array.fj;
    add_surroundings(fj, activity, technology, config);

    PowerEstimate result;
    result.latency_us = static_cast<double>(cycles) / point.clock_mhz;
    result.model_error = array.model_error;
    constexpr double kMwPerFjPerUs = 1e-6, kMwPerNw = 1e-6;
    // Memory is a chip with a supply of its own.
    const double dram_mw = fj.dram * kMwPerFjPerUs / result.latency_us;
    result.mw = scaled(fj, energy_scale(technology, point.voltage_v) * kMwPerFjPerUs / result.latency_us);
    result.mw.dram = dram_mw;
    const double leakage = leakage_scale(technology, point.voltage_v) * kMwPerNw;
    result.mw.leakage = leakage * array.array_leakage_nw;
    result.mw.skew_registers += leakage * array.skew_leakage_nw;

    const double uj_per_mw = result.latency_us * 1e-3;
    result.array_energy_uj = uj_per_mw * result.mw.array_mw();
    result.accelerator_energy_uj = uj_per_mw * result.mw.accelerator_mw();
    result.system_energy_uj = uj_per_mw * result.mw.system_mw();
    result.array_area_um2 = array_area_um2(technology, config, design);
    return result;
}

}  // namespace approxtlm::power
