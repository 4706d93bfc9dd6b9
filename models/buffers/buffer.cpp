#include "models/buffers/buffer.h"

#include "models/kernels/window.h"
#include "models/tlm_support/access.h"

namespace approxtlm {
namespace {

/// [rows][columns] becomes [columns][rows].
void transpose(std::uint8_t* bytes, std::uint32_t rows, std::uint32_t columns) {
    const std::vector<std::uint8_t> from(bytes, bytes + std::size_t{rows} * columns);
    for (std::uint32_t c = 0; c < columns; ++c)
        for (std::uint32_t r = 0; r < rows; ++r) *bytes++ = from[std::size_t{r} * columns + c];
}

}  // namespace

Buffer::Buffer(const sc_core::sc_module_name& name, const BufferConfig& config, sc_core::sc_time clock_period)
    : sc_module(name),
      config_(config),
      clock_period_(clock_period),
      bytes_(config.capacity_bytes),
      window_timer_(config) {
    port.register_b_transport(this, &Buffer::b_transport);
    port.register_get_direct_mem_ptr(this, &Buffer::get_direct_mem_ptr);
}

bool Buffer::get_direct_mem_ptr(int, tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
    dmi.set_dmi_ptr(bytes_.data());
    dmi.set_start_address(0);
    dmi.set_end_address(bytes_.size() - 1);
    dmi.allow_read_write();
    return true;
}

void Buffer::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    std::uint64_t cycles = access_cycles(config_, payload.get_data_length());
    if (auto* window = payload.get_extension<WindowExtension>()) {
        cycles = read_window(payload, *window);
    } else {
        access_bytes(payload, bytes_.data(), bytes_.size());
    }
    if (payload.is_response_ok()) delay += static_cast<double>(cycles) * clock_period_;
}

std::uint64_t Buffer::read_window(tlm::tlm_generic_payload& payload, WindowExtension& extension) {
    const LayerDescriptor& layer = *extension.layer;
    const WindowRead& window = extension.window;
    const std::uint64_t row_bytes = std::uint64_t{layer.input_width} * layer.input_channels;
    if (payload.get_address() + extension.rows * row_bytes > bytes_.size() ||
        payload.get_data_length() != window.pixels * window.count) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        return 0;
    }
    const TensorRows input{bytes_.data() + payload.get_address(), window.first_row, extension.rows};
    gather_window(layer, input, window.group, window.first_k, window.count, window.first_pixel, window.pixels,
                  payload.get_data_ptr());
    if (window.by_element) transpose(payload.get_data_ptr(), window.pixels, window.count);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    const WindowCycles cycles = window_timer_(layer, window);
    extension.conflict_cycles = cycles.conflicts;
    return cycles.total();
}

}  // namespace approxtlm
