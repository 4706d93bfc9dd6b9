#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace approxtlm {

enum class Access { ro, rw, w1c, wo };

struct RegisterDescription {
    std::uint32_t offset;
    std::string_view name;
    Access access;
    std::uint32_t reset;
    std::string_view description;
};

/// Offsets in bytes of the accelerator's 32-bit registers.
enum class Register : std::uint32_t {
    id = 0x00,
    version = 0x04,
    capabilities = 0x08,
    control = 0x0c,
    status = 0x10,
    interrupt_enable = 0x14,
    interrupt_status = 0x18,
    descriptor_base = 0x1c,
    descriptor_count = 0x20,
    layers_done = 0x24,
    cycles_low = 0x28,
    cycles_high = 0x2c,
    error_code = 0x30,
    error_address = 0x34
};

inline constexpr std::array kRegisterMap{
    RegisterDescription{0x00, "ID", Access::ro, 0x41545031, "device id, \"ATP1\""},
    RegisterDescription{0x04, "VERSION", Access::ro, 0x00000100, "[15:8] major, [7:0] minor"},
    RegisterDescription{0x08, "CAPABILITIES", Access::ro, 0, "[15:0] array rows, [31:16] array columns"},
    RegisterDescription{0x0c, "CONTROL", Access::wo, 0, "[0] START: run the job; refused with BUSY set"},
    RegisterDescription{0x10, "STATUS", Access::ro, 0, "[0] BUSY  [1] DONE  [2] ERROR"},
    RegisterDescription{0x14, "INTERRUPT_ENABLE", Access::rw, 0, "[0] job ended"},
    RegisterDescription{0x18, "INTERRUPT_STATUS", Access::w1c, 0, "[0] job ended; write one to clear"},
    RegisterDescription{0x1c, "DESCRIPTOR_BASE", Access::rw, 0,
                        "memory address of the first layer descriptor"},
    RegisterDescription{0x20, "DESCRIPTOR_COUNT", Access::rw, 0, "number of layer descriptors"},
    RegisterDescription{0x24, "LAYERS_DONE", Access::ro, 0, "layers finished in this job"},
    RegisterDescription{0x28, "CYCLES_LOW", Access::ro, 0, "cycles of the last job, bits 31:0"},
    RegisterDescription{0x2c, "CYCLES_HIGH", Access::ro, 0, "cycles of the last job, bits 63:32"},
    RegisterDescription{0x30, "ERROR_CODE", Access::ro, 0, "JobError of the last job"},
    RegisterDescription{0x34, "ERROR_ADDRESS", Access::ro, 0, "memory address the error belongs to"}};

/// Values of ERROR_CODE.
enum class JobError : std::uint32_t {
    none = 0,
    memory_access = 1,    ///< the memory answered a DMA burst with an error
    bad_descriptor = 2,   ///< unknown opcode, a zero dimension or inconsistent shapes
    does_not_fit = 3,     ///< a tile of the layer is larger than a buffer
    no_descriptors = 4,   ///< START with DESCRIPTOR_COUNT 0
    start_while_busy = 5  ///< START written while BUSY was set; the running job goes on
};

inline constexpr std::uint32_t kControlStart = 1u << 0;
inline constexpr std::uint32_t kStatusBusy = 1u << 0, kStatusDone = 1u << 1, kStatusError = 1u << 2;
inline constexpr std::uint32_t kInterruptJobEnded = 1u << 0;

template <std::size_t N>
constexpr bool well_formed(const std::array<RegisterDescription, N>& map) {
    for (std::size_t i = 0; i < N; ++i)
        if (map[i].offset != 4 * i || map[i].name.empty()) return false;
    return true;
}
static_assert(well_formed(kRegisterMap), "register map must be dense, word aligned and ascending");

}  // namespace approxtlm
