#include "models/correction/correction.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "models/arithmetic/control_variate.h"
#include "models/common/array_timing.h"
#include "models/correction/correction_timing.h"
#include "models/tlm_support/access.h"

namespace approxtlm {

Correction::Correction(const sc_core::sc_module_name& name, const PeArrayConfig& array,
                       const CorrectionConfig& config, sc_core::sc_time clock_period, JobRecorder& recorder)
    : sc_module(name), array_(array), config_(config), clock_period_(clock_period), recorder_(recorder) {
    sums.register_b_transport(this, &Correction::b_transport);
    SC_THREAD(deliver);
}

void Correction::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const auto* fold = payload.get_extension<FoldExtension>();
    if (fold == nullptr || !payload.is_write() || payload.get_data_length() != fold->words() * 4) {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
        return;
    }
    auto* sums_in = reinterpret_cast<std::int32_t*>(payload.get_data_ptr());
    const Dataflow dataflow = fold->job->t.dataflow;
    const bool held_pixels = dataflow == Dataflow::input_stationary;
    held_pixels ? accumulate_filters(*fold, sums_in) : accumulate_pixels(*fold, sums_in);

    const bool corrected = fold->job->corrected();
    const std::uint64_t interval = mac_plus_interval_cycles(config_, corrected);
    const auto cycles = [&](std::uint64_t n) { return static_cast<double>(n) * clock_period_; };
    const std::uint64_t latency =
        array_drain_cycles(array_, dataflow, interval) + mac_plus_latency_cycles(corrected);
    if (dataflow == Dataflow::output_stationary) {
        delay = cycles(array_.rows * interval);
        observe(*fold, cycles(latency) - delay, cycles(latency));
        hand_over(*fold, cycles(latency));
    } else {
        delay = std::max(delay, cycles((held_pixels ? fold->filters() : fold->at.pixels) * interval));
        observe(*fold, cycles(latency), delay + cycles(latency));
        if (fold->last()) hand_over(*fold, delay + cycles(latency));
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void Correction::observe(const FoldExtension& fold, sc_core::sc_time from, sc_core::sc_time to) {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    recorder_.works(Unit::correction, fold_work(fold.job->index, fold.tile, fold.at), now + from, now + to);
}

void Correction::accumulate_pixels(const FoldExtension& fold, std::int32_t* lanes) {
    const std::uint32_t filters = fold.filters(), lane_count = filters + 2;
    add_accumulated(fold, fold.accumulator_address, lanes, fold.words());
    if (fold.last() && fold.job->corrected()) {
        for (std::uint32_t p = 0; p < fold.at.pixels; ++p) {
            std::int32_t* entry = lanes + std::size_t{p} * lane_count;
            for (std::uint32_t f = 0; f < filters; ++f) correct(fold, f, entry[filters + 1], entry[f]);
        }
        recorder_.activity(fold.job->index)
            .add(Activity::mac_plus_ops, std::uint64_t{fold.at.pixels} * filters);
    }
    store(fold, fold.accumulator_address, lanes, fold.words());
}

void Correction::accumulate_filters(const FoldExtension& fold, std::int32_t* sums_in) {
    const std::uint32_t pixels = fold.at.pixels, filters = fold.filters();
    const std::size_t words = std::size_t{filters} * pixels;
    const std::uint64_t first_filter = std::uint64_t{fold.at.filter_tile} * fold.job->t.array_columns;
    const std::uint64_t address = fold.accumulator_address + first_filter * pixels * 4;
    add_accumulated(fold, address, sums_in, words);
    if (fold.last() && fold.job->corrected()) {
        const std::int32_t* sum_x = sums_in + words + pixels;
        for (std::uint32_t f = 0; f < filters; ++f)
            for (std::uint32_t p = 0; p < pixels; ++p)
                correct(fold, f, sum_x[p], sums_in[std::size_t{f} * pixels + p]);
        recorder_.activity(fold.job->index).add(Activity::mac_plus_ops, words);
    }
    // Sum A and sum x of the pixels follow the last filters.
    const bool complete = fold.last() && fold.at.filter_tile + 1 == fold.job->t.filter_tiles;
    store(fold, address, sums_in, complete ? fold.words() : words);
}

void Correction::correct(const FoldExtension& fold, std::uint32_t filter, std::int32_t sum_x,
                         std::int32_t& sum) {
    const int fraction_bits = static_cast<int>(fold.job->d.coefficient_fraction_bits);
    sum = static_cast<std::int32_t>(
        sum + correction_term((*fold.parameters)[filter].coefficient, sum_x, fraction_bits));
}

// Accumulation and write-back ride in the shadow of streaming: one entry in, one out per vector.
void Correction::add_accumulated(const FoldExtension& fold, std::uint64_t address, std::int32_t* sums_in,
                                 std::size_t words) {
    if (fold.first()) return;
    const unsigned char* accumulated = read_accumulated(address, words * 4);
    recorder_.activity(fold.job->index).add(Activity::accumulator_buffer_read_bytes, words * 4);
    for (std::size_t i = 0; i < words; ++i) {
        std::uint32_t before = 0;  // a part may begin at any byte
        std::memcpy(&before, accumulated + 4 * i, 4);
        sums_in[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums_in[i]) + before);
    }
}

/// In place where the buffer grants it: copying a fold's sums costs as much as adding them.
const unsigned char* Correction::read_accumulated(std::uint64_t address, std::size_t bytes) {
    tlm::tlm_generic_payload payload;
    tlm::tlm_dmi dmi;
    set_transfer(payload, tlm::TLM_READ_COMMAND, address, nullptr, bytes);
    if (accumulators->get_direct_mem_ptr(payload, dmi) && dmi.is_read_allowed() &&
        dmi.get_start_address() <= address && address + bytes <= dmi.get_end_address() + 1)
        return dmi.get_dmi_ptr() + (address - dmi.get_start_address());
    before_.resize(bytes);
    sc_core::sc_time hidden;
    payload.set_data_ptr(before_.data());
    accumulators->b_transport(payload, hidden);
    require_ok(payload, name());
    return before_.data();
}

void Correction::store(const FoldExtension& fold, std::uint64_t address, std::int32_t* sums_out,
                       std::size_t words) {
    sc_core::sc_time hidden;
    tlm::tlm_generic_payload payload;
    set_transfer(payload, tlm::TLM_WRITE_COMMAND, address, sums_out, words * 4);
    accumulators->b_transport(payload, hidden);
    require_ok(payload, name());
    recorder_.activity(fold.job->index).add(Activity::accumulator_buffer_write_bytes, words * 4);
}

void Correction::hand_over(const FoldExtension& fold, sc_core::sc_time latency) {
    const Tiling& t = fold.job->t;
    std::uint32_t filter_tiles = 1;
    if (t.dataflow == Dataflow::input_stationary) {  // all filters of the pixels together
        if (fold.at.filter_tile == 0) gathered_.clear();
        gathered_.insert(gathered_.end(), fold.parameters->begin(), fold.parameters->end());
        if (fold.at.filter_tile + 1 < t.filter_tiles) return;
        filter_tiles = t.filter_tiles;
    }
    auto* delivery = new Delivery;
    delivery->job = fold.job;
    delivery->tile = fold.tile;
    delivery->first_pixel = fold.at.first_pixel;
    delivery->pixels = fold.at.pixels;
    delivery->first_filter =
        fold.at.group * t.filters + (fold.at.filter_tile + 1 - filter_tiles) * t.array_columns;
    delivery->accumulator_address = fold.accumulator_address;
    delivery->parameters = filter_tiles == 1
                               ? fold.parameters
                               : std::make_shared<const std::vector<FilterParameters>>(gathered_);
    delivery->filters = static_cast<std::uint32_t>(delivery->parameters->size());
    deliveries_.notify(*delivery, latency);
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
