#include "workloads/zoo/embedded_network.h"

// Laid out by embedded_network.S.
extern "C" const char approxtlm_embedded_network_begin[];
extern "C" const char approxtlm_embedded_network_end[];

namespace approxtlm::workloads {

std::string embedded_network_bytes() {
    return {approxtlm_embedded_network_begin, approxtlm_embedded_network_end};
}

}  // namespace approxtlm::workloads
