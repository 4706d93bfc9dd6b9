#include "bench/cycle_mode.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <systemc>

#include "bench/paired.h"
#include "models/memory/memory.h"
#include "models/tlm_support/access.h"
#include "platform/accelerator/accelerator.h"
#include "workloads/compiler/program.h"
#include "workloads/onnx/import.h"

namespace approxtlm::bench {
namespace {

const sc_core::sc_time kClock(1, sc_core::SC_NS);

/// Accelerator, memory and a driver that starts a job whenever `go` is notified.
class Rig : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Rig);
    Rig(const sc_core::sc_module_name& name, const workloads::Program& program,
        const AcceleratorConfig& config)
        : sc_module(name),
          memory("memory", config.memory, kClock, program.memory_image.size()),
          accelerator("accelerator", config, workloads::array_config(program, config), kClock, false),
          program_(program) {
        accelerator.dma.memory.bind(memory.port);
        registers.bind(accelerator.registers.host);
        accelerator.registers.interrupt(interrupt);
        SC_THREAD(drive);
    }

    sc_core::sc_event go;
    std::uint64_t cycles() const { return cycles_; }

private:
    void access(tlm::tlm_command command, Register reg, std::uint32_t& value) {
        tlm::tlm_generic_payload payload;
        set_transfer(payload, command, static_cast<std::uint32_t>(reg), &value, sizeof value);
        sc_core::sc_time delay;
        registers->b_transport(payload, delay);
        wait(delay);
    }
    void write(Register reg, std::uint32_t value) { access(tlm::TLM_WRITE_COMMAND, reg, value); }
    std::uint32_t read(Register reg) {
        std::uint32_t value = 0;
        access(tlm::TLM_READ_COMMAND, reg, value);
        return value;
    }
    void drive() {
        tlm::tlm_generic_payload load;
        std::vector<std::uint8_t> image = program_.memory_image;
        set_transfer(load, tlm::TLM_WRITE_COMMAND, 0, image.data(), image.size());
        accelerator.dma.memory->transport_dbg(load);
        write(Register::descriptor_base, program_.descriptor_address);
        write(Register::descriptor_count, static_cast<std::uint32_t>(program_.layers.size()));
        write(Register::interrupt_enable, kInterruptJobEnded);
        for (;;) {
            wait(go);
            write(Register::control, kControlStart);
            while (!interrupt.read()) wait(interrupt.posedge_event());
            write(Register::interrupt_status, kInterruptJobEnded);
            cycles_ = read(Register::error_code) == 0 ? read(Register::cycles_low) : 0;
        }
    }

    Memory memory;
    Accelerator accelerator;
    tlm_utils::simple_initiator_socket<Rig> registers{"registers"};
    sc_core::sc_signal<bool> interrupt{"interrupt"};
    const workloads::Program& program_;
    std::uint64_t cycles_ = 0;
};

/// The child: an image for every byte read, until there are no more.
void serve(const std::string& network, int in, int out) {
    const AcceleratorConfig config;
    workloads::DesignPoint design{{MultiplierFamily::perforated, 2}};
    design.correction = workloads::CorrectionMethod::analytic;
    const workloads::Program program = workloads::compile(workloads::import_onnx(network), config, design);
    Rig rig("rig", program, config);
    sc_core::sc_start();
    for (char request = 0; read(in, &request, 1) == 1;) {
        CycleMode::Image image;
        rig.go.notify(sc_core::SC_ZERO_TIME);
        image.seconds = seconds_of([] { sc_core::sc_start(); });
        image.million_cycles = static_cast<double>(rig.cycles()) * 1e-6;
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        image.peak_mb = static_cast<double>(usage.ru_maxrss) * 1024e-6;
        if (write(out, &image, sizeof image) != sizeof image) return;
    }
}

}  // namespace

CycleMode::CycleMode(const std::string& network) {
    std::array<int, 2> down{}, up{};
    // Other children must not hold the ends: this one goes when its pipe closes.
    if (pipe2(down.data(), O_CLOEXEC) != 0 || pipe2(up.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ < 0) throw std::runtime_error("no process");
    if (child_ == 0) {
        close(down[1]);
        close(up[0]);
        serve(network, down[0], up[1]);
        _exit(0);
    }
    close(down[0]);
    close(up[1]);
    to_child_ = down[1];
    from_child_ = up[0];
}

CycleMode::~CycleMode() {
    close(to_child_);
    close(from_child_);
    waitpid(child_, nullptr, 0);
}

CycleMode::Image CycleMode::run() {
    Image image;
    if (write(to_child_, "x", 1) != 1 || read(from_child_, &image, sizeof image) != sizeof image ||
        image.million_cycles == 0)
        throw std::runtime_error("the cycle mode's process failed");
    return image;
}

}  // namespace approxtlm::bench
