#include "platform/simulation/host.h"

#include <utility>

#include "models/tlm_support/access.h"

namespace approxtlm::platform {
namespace {

void transfer(tlm_utils::simple_initiator_socket<Host>& socket, tlm::tlm_command command,
              std::uint64_t address, void* data, std::size_t bytes) {
    tlm::tlm_generic_payload payload;
    sc_core::sc_time delay;
    set_transfer(payload, command, address, data, bytes);
    socket->b_transport(payload, delay);
    if (!payload.is_response_ok())
        SC_REPORT_ERROR(
            socket.name(),
            ("access at " + std::to_string(address) + " answered " + payload.get_response_string()).c_str());
    wait(delay);
}

}  // namespace

Host::Host(const sc_core::sc_module_name& name, Job job) : sc_module(name), job_(std::move(job)) {
    SC_THREAD(run);
}

void Host::write_register(Register reg, std::uint32_t value) {
    transfer(registers, tlm::TLM_WRITE_COMMAND, static_cast<std::uint32_t>(reg), &value, sizeof(value));
}

std::uint32_t Host::read_register(Register reg) {
    std::uint32_t value = 0;
    transfer(registers, tlm::TLM_READ_COMMAND, static_cast<std::uint32_t>(reg), &value, sizeof(value));
    return value;
}

void Host::run() {
    tlm::tlm_generic_payload load;
    std::vector<std::uint8_t> bytes = *job_.memory_image;
    set_transfer(load, tlm::TLM_WRITE_COMMAND, 0, bytes.data(), bytes.size());
    if (memory->transport_dbg(load) != bytes.size())
        SC_REPORT_FATAL(name(), "the program does not fit the memory");

    std::vector<std::uint8_t> input = job_.input;
    transfer(memory, tlm::TLM_WRITE_COMMAND, job_.input_address, input.data(), input.size());

    write_register(Register::descriptor_base, job_.descriptor_address);
    write_register(Register::descriptor_count, job_.descriptor_count);
    write_register(Register::interrupt_enable, kInterruptJobEnded);
    write_register(Register::control, kControlStart);
    while (!interrupt.read()) wait(interrupt.posedge_event());

    outcome_.status = read_register(Register::status);
    outcome_.error = static_cast<JobError>(read_register(Register::error_code));
    outcome_.error_address = read_register(Register::error_address);
    outcome_.cycles = read_register(Register::cycles_low) |
                      static_cast<std::uint64_t>(read_register(Register::cycles_high)) << 32;
    write_register(Register::interrupt_status, kInterruptJobEnded);
    outcome_.output.resize(job_.output_bytes);
    if (outcome_.error == JobError::none)
        transfer(memory, tlm::TLM_READ_COMMAND, job_.output_address, outcome_.output.data(),
                 outcome_.output.size());
    outcome_.ended = true;
}

}  // namespace approxtlm::platform
