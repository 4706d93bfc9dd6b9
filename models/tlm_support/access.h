#pragma once

#include <cstdint>
#include <cstring>
#include <tlm>

namespace approxtlm {

/// Serves a plain read or write of a byte array: copies, sets the response status, and reports success. Byte
/// enables and streaming widths below the length are refused with their own TLM error responses.
inline bool access_bytes(tlm::tlm_generic_payload& payload, std::uint8_t* bytes, std::uint64_t size) {
    const std::uint64_t address = payload.get_address();
    const std::uint64_t length = payload.get_data_length();
    if (payload.get_byte_enable_ptr() != nullptr) {
        payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    } else if (payload.get_streaming_width() < length || length == 0) {
        payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    } else if (address > size || length > size - address) {
        payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    } else if (payload.is_read()) {
        std::memcpy(payload.get_data_ptr(), bytes + address, length);
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    } else if (payload.is_write()) {
        std::memcpy(bytes + address, payload.get_data_ptr(), length);
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    } else {
        payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    }
    return payload.is_response_ok();
}

/// Fills a payload for one transfer of `length` bytes.
inline void set_transfer(tlm::tlm_generic_payload& payload, tlm::tlm_command command, std::uint64_t address,
                         void* data, std::uint64_t length) {
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(length));
    payload.set_streaming_width(static_cast<unsigned>(length));
    payload.set_byte_enable_ptr(nullptr);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
}

/// For accesses inside the accelerator that cannot fail unless the model is wrong (sc_assert vanishes with
/// NDEBUG).
inline void require_ok(const tlm::tlm_generic_payload& payload, const char* who) {
    if (!payload.is_response_ok()) SC_REPORT_FATAL(who, payload.get_response_string().c_str());
}

}  // namespace approxtlm
