#pragma once

#include <tlm_utils/peq_with_get.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/common/accelerator_config.h"
#include "models/correction/fold_extension.h"
#include "models/job/job_recorder.h"

namespace approxtlm {

/// Below the array's columns: adds each fold's sums to the accumulator buffer (output-stationary sums come
/// whole) and, with the last reduction fold of a corrected layer, MAC+ adds V_f = round(C_f * sum x). One
/// pipeline stage more when corrected (correction_timing.h). When the last sum of the pixels and filters in
/// the array has left, hands the sums to the vector unit. The delay of a write to `sums` is how long the
/// sums, or the way out of the array (output-stationary), are taken.
class Correction : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Correction> sums{"sums"};
    tlm_utils::simple_initiator_socket<Correction> accumulators{"accumulators"};
    sc_core::sc_port<sc_core::sc_fifo_out_if<SumsReady>> ready{"ready"};

    Correction(const sc_core::sc_module_name& name, const PeArrayConfig& array,
               const CorrectionConfig& config, sc_core::sc_time clock_period, JobRecorder& recorder);

private:
    SC_HAS_PROCESS(Correction);
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    /// The fold's sums pass from `from` to `to` after now.
    void observe(const FoldExtension& fold, sc_core::sc_time from, sc_core::sc_time to);
    void accumulate_pixels(const FoldExtension& fold, std::int32_t* lanes);
    void accumulate_filters(const FoldExtension& fold, std::int32_t* sums_in);
    void add_accumulated(const FoldExtension& fold, std::uint64_t address, std::int32_t* sums_in,
                         std::size_t words);
    const unsigned char* read_accumulated(std::uint64_t address, std::size_t bytes);
    void store(const FoldExtension& fold, std::uint64_t address, std::int32_t* sums_out, std::size_t words);
    static void correct(const FoldExtension& fold, std::uint32_t filter, std::int32_t sum_x,
                        std::int32_t& sum);
    void hand_over(const FoldExtension& fold, sc_core::sc_time latency);
    void deliver();

    const PeArrayConfig array_;
    const CorrectionConfig config_;
    const sc_core::sc_time clock_period_;
    JobRecorder& recorder_;
    struct Delivery : SumsReady {};
    tlm_utils::peq_with_get<Delivery> deliveries_{"deliveries"};
    std::vector<unsigned char> before_;
    std::vector<FilterParameters> gathered_;  ///< input-stationary, of the pixels in the array
};

}  // namespace approxtlm
