#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "models/common/pe_counts.h"

namespace approxtlm {

/// What happened, as integers: no joules here (power/ multiplies). Counts ending in `_toggles` depend on
/// tensor values; all others depend on shapes and configuration alone.
enum class Activity : std::size_t {
    streamed_vectors,  ///< activation vectors that entered the array
    pe_cycles,         ///< used PEs x vectors: PE clock cycles with work
    row_cycles,        ///< used rows x vectors: cycles of one sum-x / sum-A column PE
    column_cycles,     ///< used columns x vectors: cycles of a column's MAC+ stage
    weight_loads,      ///< writes of the PE registers that hold an operand; output-stationary: of all weight
                       ///< registers
    activation_toggles,       ///< bits flipped in PE activation registers, shadow registers included
    partial_product_toggles,  ///< bits flipped in the kept partial products of the multipliers
    psum_toggles,             ///< bits flipped in PE partial-sum registers
    sum_x_toggles,      ///< bits flipped in the sum-x registers (all of them: one column, or one per PE)
    sum_a_toggles,      ///< bits flipped in the sum-A column's registers
    weight_toggles,     ///< bits flipped in PE weight registers, shadow registers included
    streaming_toggles,  ///< those of activation and weight registers whose operand may change every cycle
    multiplier_register_toggles,  ///< bits flipped in the pipeline registers behind the multipliers
    weight_buffer_read_bytes,
    weight_buffer_write_bytes,
    activation_buffer_read_bytes,
    activation_buffer_write_bytes,
    accumulator_buffer_read_bytes,
    accumulator_buffer_write_bytes,
    memory_read_bytes,   ///< by the DMA
    memory_write_bytes,  ///< by the DMA
    dma_bursts,
    vector_unit_ops,  ///< one element through the vector unit
    mac_plus_ops,     ///< corrections applied: one per output of a corrected layer
    descriptors,      ///< layer descriptors fetched
    count
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Activity::count)> kActivityNames{
    "streamed_vectors",
    "pe_cycles",
    "row_cycles",
    "column_cycles",
    "weight_loads",
    "activation_toggles",
    "partial_product_toggles",
    "psum_toggles",
    "sum_x_toggles",
    "sum_a_toggles",
    "weight_toggles",
    "streaming_toggles",
    "multiplier_register_toggles",
    "weight_buffer_read_bytes",
    "weight_buffer_write_bytes",
    "activation_buffer_read_bytes",
    "activation_buffer_write_bytes",
    "accumulator_buffer_read_bytes",
    "accumulator_buffer_write_bytes",
    "memory_read_bytes",
    "memory_write_bytes",
    "dma_bursts",
    "vector_unit_ops",
    "mac_plus_ops",
    "descriptors"};

/// Register toggles depend on tensor values; every other count on shapes and configuration alone.
inline constexpr bool is_value_dependent(Activity activity) {
    constexpr std::string_view kSuffix = "_toggles";
    const std::string_view name = kActivityNames[static_cast<std::size_t>(activity)];
    return name.size() > kSuffix.size() && name.substr(name.size() - kSuffix.size()) == kSuffix;
}

/// Enum-indexed counters with value semantics.
class ActivityCounts {
public:
    std::uint64_t& operator[](Activity a) { return counts_[static_cast<std::size_t>(a)]; }
    std::uint64_t operator[](Activity a) const { return counts_[static_cast<std::size_t>(a)]; }
    void add(Activity a, std::uint64_t n) { (*this)[a] += n; }
    ActivityCounts& operator+=(const ActivityCounts& other) {
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
        pe += other.pe;
        return *this;
    }
    friend bool operator==(const ActivityCounts& a, const ActivityCounts& b) {
        return a.counts_ == b.counts_ && a.pe == b.pe;
    }
    friend bool operator!=(const ActivityCounts& a, const ActivityCounts& b) { return !(a == b); }

    PeCounts pe;  ///< what power/ prices the array by

private:
    std::array<std::uint64_t, static_cast<std::size_t>(Activity::count)> counts_{};
};

}  // namespace approxtlm
