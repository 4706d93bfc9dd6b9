#pragma once

#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "models/registers/register_map.h"

namespace approxtlm::platform {

/// The software side of one job: loads the memory image through the debug port, writes the image over the
/// bus, programs the registers, sleeps until the interrupt and reads status, cycles and logits.
class Host : public sc_core::sc_module {
public:
    struct Job {
        const std::vector<std::uint8_t>* memory_image = nullptr;
        std::vector<std::uint8_t> input;
        std::uint32_t input_address = 0, output_address = 0, output_bytes = 0;
        std::uint32_t descriptor_address = 0, descriptor_count = 0;
    };
    struct Outcome {
        std::vector<std::uint8_t> output;
        std::uint64_t cycles = 0;
        std::uint32_t status = 0, error_address = 0;
        JobError error = JobError::none;
        bool ended = false;
    };

    tlm_utils::simple_initiator_socket<Host> registers{"registers"}, memory{"memory"};
    sc_core::sc_in<bool> interrupt{"interrupt"};

    Host(const sc_core::sc_module_name& name, Job job);
    const Outcome& outcome() const { return outcome_; }

private:
    SC_HAS_PROCESS(Host);
    void run();
    void write_register(Register reg, std::uint32_t value);
    std::uint32_t read_register(Register reg);

    const Job job_;
    Outcome outcome_;
};

}  // namespace approxtlm::platform
