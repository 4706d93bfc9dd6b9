// The register map's access rules, the job's status and the interrupt.
#include "models/registers/registers.h"

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <functional>
#include <systemc>

#include "models/tlm_support/access.h"

int sc_main(int, char**) { return 0; }

namespace approxtlm {
namespace {

const sc_core::sc_time kClock(1, sc_core::SC_NS);

struct Bench : sc_core::sc_module {
    SC_HAS_PROCESS(Bench);
    explicit Bench(const sc_core::sc_module_name& name)
        : sc_module(name), registers("registers", PeArrayConfig{48, 24, true}, kClock) {
        host.bind(registers.host);
        registers.interrupt(interrupt);
        SC_THREAD(run);
    }
    void run() { script(); }
    tlm::tlm_response_status access(tlm::tlm_command command, std::uint64_t address, std::uint32_t& data,
                                    std::size_t bytes = 4) {
        tlm::tlm_generic_payload payload;
        set_transfer(payload, command, address, &data, bytes);
        sc_core::sc_time delay;
        host->b_transport(payload, delay);
        wait(delay);
        return payload.get_response_status();
    }
    std::uint32_t read(Register r) {
        std::uint32_t data = 0;
        EXPECT_EQ(access(tlm::TLM_READ_COMMAND, static_cast<std::uint32_t>(r), data), tlm::TLM_OK_RESPONSE);
        return data;
    }
    void write(Register r, std::uint32_t data) {
        EXPECT_EQ(access(tlm::TLM_WRITE_COMMAND, static_cast<std::uint32_t>(r), data), tlm::TLM_OK_RESPONSE);
    }

    Registers registers;
    tlm_utils::simple_initiator_socket<Bench> host{"host"};
    sc_core::sc_signal<bool> interrupt{"interrupt"};
    std::function<void()> script;
};

void run(Bench& bench, std::function<void()> script) {
    bool ended = false;
    bench.script = [&] {
        script();
        ended = true;
    };
    sc_core::sc_start();
    EXPECT_TRUE(ended);
}

TEST(Registers, EveryRegisterKeepsItsAccessRule) {
    Bench bench("bench");
    run(bench, [&] {
        for (const RegisterDescription& d : kRegisterMap) {
            SCOPED_TRACE(std::string(d.name));
            std::uint32_t data = 0;
            EXPECT_EQ(bench.access(tlm::TLM_READ_COMMAND, d.offset, data),
                      d.access == Access::wo ? tlm::TLM_COMMAND_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
            data = 0;
            EXPECT_EQ(bench.access(tlm::TLM_WRITE_COMMAND, d.offset, data),
                      d.access == Access::ro ? tlm::TLM_COMMAND_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
        }
        EXPECT_EQ(bench.read(Register::id), 0x41545031u);
        EXPECT_EQ(bench.read(Register::capabilities), 48u | 24u << 16);
    });
}

TEST(Registers, BadAccessesAnswerWithTlmErrors) {
    Bench bench("bench");
    run(bench, [&] {
        std::uint32_t data = 0;
        EXPECT_EQ(bench.access(tlm::TLM_READ_COMMAND, 0x02, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(bench.access(tlm::TLM_READ_COMMAND, 4 * kRegisterMap.size(), data),
                  tlm::TLM_ADDRESS_ERROR_RESPONSE);
        EXPECT_EQ(bench.access(tlm::TLM_READ_COMMAND, 0, data, 2), tlm::TLM_BURST_ERROR_RESPONSE);
    });
}

TEST(Registers, JobRunsFromStartToInterrupt) {
    Bench bench("bench");
    run(bench, [&] {
        bench.write(Register::descriptor_base, 0x1000);
        bench.write(Register::descriptor_count, 3);
        EXPECT_EQ(bench.registers.descriptor_base(), 0x1000u);
        EXPECT_EQ(bench.registers.descriptor_count(), 3u);
        bench.write(Register::interrupt_enable, kInterruptJobEnded);
        bench.write(Register::control, kControlStart);
        EXPECT_EQ(bench.read(Register::status), kStatusBusy);
        EXPECT_FALSE(bench.interrupt.read());
        sc_core::wait(98 * kClock);  // START and the status read took one cycle each
        bench.registers.finish(JobError::none, 0);
        sc_core::wait(kClock);
        EXPECT_TRUE(bench.interrupt.read());
        EXPECT_EQ(bench.read(Register::status), kStatusDone);
        EXPECT_EQ(bench.read(Register::cycles_low), 100u);
        bench.write(Register::interrupt_status, 0);  // write one to clear: zero leaves it
        sc_core::wait(kClock);
        EXPECT_TRUE(bench.interrupt.read());
        bench.write(Register::interrupt_status, kInterruptJobEnded);
        sc_core::wait(kClock);
        EXPECT_FALSE(bench.interrupt.read());
    });
}

TEST(Registers, StartWhileBusyIsAnErrorAndTheJobGoesOn) {
    Bench bench("bench");
    run(bench, [&] {
        bench.write(Register::control, kControlStart);
        bench.write(Register::control, kControlStart);
        EXPECT_EQ(bench.read(Register::error_code), static_cast<std::uint32_t>(JobError::start_while_busy));
        EXPECT_EQ(bench.read(Register::status), kStatusBusy);
    });
}

TEST(Registers, FailedJobReportsCodeAndAddress) {
    Bench bench("bench");
    run(bench, [&] {
        bench.write(Register::control, kControlStart);
        bench.registers.finish(JobError::memory_access, 0xdead00);
        EXPECT_EQ(bench.read(Register::status), kStatusDone | kStatusError);
        EXPECT_EQ(bench.read(Register::error_code), static_cast<std::uint32_t>(JobError::memory_access));
        EXPECT_EQ(bench.read(Register::error_address), 0xdead00u);
        EXPECT_FALSE(bench.interrupt.read()) << "not enabled";
    });
}

}  // namespace
}  // namespace approxtlm
