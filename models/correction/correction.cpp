#include "models/correction/correction.h"

#include <algorithm>
#include <memory>

#include "models/arithmetic/control_variate.h"
#include "models/correction/correction_timing.h"
#include "models/pe_array/pe_array_timing.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

Correction::Correction(const sc_core::sc_module_name& name, const PeArrayConfig& array,
                       const CorrectionConfig& config, std::uint64_t accumulator_half_bytes,
                       sc_core::sc_time clock_period, JobRecorder& recorder)
    : sc_module(name),
      array_(array),
      config_(config),
      accumulator_half_bytes_(accumulator_half_bytes),
      clock_period_(clock_period),
      recorder_(recorder) {
    sums.register_b_transport(this, &Correction::b_transport);
    SC_THREAD(deliver);
}

void Correction::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const auto* fold = payload.get_extension<FoldExtension>();
    const std::uint64_t lanes_bytes =
        fold == nullptr ? 0 : std::uint64_t{fold->vectors} * (fold->columns + 2) * 4;
    if (fold == nullptr || !payload.is_write() || payload.get_data_length() != lanes_bytes) {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        return;
    }
    accumulate(*fold, reinterpret_cast<std::int32_t*>(payload.get_data_ptr()));
    const bool corrected = fold->job->corrected();
    delay =
        std::max(delay, static_cast<double>(fold->vectors * mac_plus_interval_cycles(config_, corrected)) *
                            clock_period_);
    if (fold->last()) {
        auto* delivery = new Delivery;
        delivery->job = fold->job;
        delivery->tile = fold->tile;
        delivery->group = fold->group;
        delivery->filter_tile = fold->filter_tile;
        delivery->accumulator_half = fold->accumulator_half;
        delivery->parameters = fold->parameters;
        const std::uint64_t latency = array_drain_cycles(array_) + mac_plus_latency_cycles(corrected);
        deliveries_.notify(*delivery, delay + static_cast<double>(latency) * clock_period_);
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void Correction::accumulate(const FoldExtension& fold, std::int32_t* lanes) {
    const std::uint32_t lane_count = fold.columns + 2;
    const std::size_t words = std::size_t{fold.vectors} * lane_count;
    const std::uint64_t address = fold.accumulator_half * accumulator_half_bytes_;
    ActivityCounts& activity = recorder_.activity(fold.job->index);
    // Accumulation and write-back ride in the shadow of streaming: one entry in, one out per vector.
    sc_core::sc_time hidden;
    tlm::tlm_generic_payload payload;
    if (!fold.first()) {
        before_.resize(words);
        set_transfer(payload, tlm::TLM_READ_COMMAND, address, before_.data(), words * 4);
        accumulators->b_transport(payload, hidden);
        require_ok(payload, name());
        activity.add(Activity::accumulator_buffer_read_bytes, words * 4);
        for (std::size_t i = 0; i < words; ++i)
            lanes[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(lanes[i]) +
                                                 static_cast<std::uint32_t>(before_[i]));
    }
    if (fold.last() && fold.job->corrected()) {
        const int fraction_bits = static_cast<int>(fold.job->d.coefficient_fraction_bits);
        for (std::uint32_t v = 0; v < fold.vectors; ++v) {
            std::int32_t* entry = lanes + std::size_t{v} * lane_count;
            const std::int32_t sum_x = entry[fold.columns + 1];
            for (std::uint32_t c = 0; c < fold.columns; ++c)
                entry[c] = static_cast<std::int32_t>(
                    entry[c] + correction_term((*fold.parameters)[c].coefficient, sum_x, fraction_bits));
        }
        activity.add(Activity::mac_plus_ops, std::uint64_t{fold.vectors} * fold.columns);
    }
    set_transfer(payload, tlm::TLM_WRITE_COMMAND, address, lanes, words * 4);
    accumulators->b_transport(payload, hidden);
    require_ok(payload, name());
    activity.add(Activity::accumulator_buffer_write_bytes, words * 4);
}

void Correction::deliver() {
    for (;;) {
        wait(deliveries_.get_event());
        while (Delivery* next = deliveries_.get_next_transaction()) {
            const std::unique_ptr<Delivery> owned(next);
            ready->write(*owned);
        }
    }
}

}  // namespace approxtlm
