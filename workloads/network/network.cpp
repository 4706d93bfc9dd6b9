#include "workloads/network/network.h"

namespace approxtlm::workloads {

const char* to_string(LayerKind kind) {
    switch (kind) {
        case LayerKind::convolution:
            return "convolution";
        case LayerKind::add:
            return "add";
        case LayerKind::max_pool:
            return "max_pool";
        case LayerKind::average_pool:
            return "average_pool";
        case LayerKind::requantize:
            return "requantize";
    }
    return "unknown";
}

std::uint64_t macs(const Network& network, const Layer& layer) {
    if (layer.kind != LayerKind::convolution) return 0;
    const Tensor& in = network.tensors[static_cast<std::size_t>(layer.input)];
    const Tensor& out = network.tensors[static_cast<std::size_t>(layer.output)];
    const std::uint64_t reduction = static_cast<std::uint64_t>(in.channels / layer.groups) *
                                    static_cast<std::uint64_t>(layer.kernel_height) *
                                    static_cast<std::uint64_t>(layer.kernel_width);
    return reduction * out.size();
}

std::uint64_t Network::macs_per_image() const {
    std::uint64_t sum = 0;
    for (const Layer& layer : layers) sum += macs(*this, layer);
    return sum;
}

}  // namespace approxtlm::workloads
