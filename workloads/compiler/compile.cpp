#include <cstring>

#include "models/common/error.h"
#include "models/common/tiling.h"
#include "workloads/compiler/dataflow_choice.h"
#include "workloads/compiler/pack_weights.h"
#include "workloads/compiler/program.h"
#include "workloads/compiler/scales.h"
#include "workloads/compiler/tile_choice.h"

namespace approxtlm::workloads {
namespace {

constexpr std::uint64_t kDescriptorAddress = 0x1000;  // the first page stays free: address 0 is nobody's
constexpr std::uint64_t kAlignment = 64;
constexpr std::uint64_t kMemoryLimit = std::uint64_t{1} << 31;
constexpr std::uint32_t kLongestReduction = 33025;  // 255 * 255 * K stays below 2^31

Opcode opcode_of(LayerKind kind) {
    switch (kind) {
        case LayerKind::convolution:
            return Opcode::matrix;
        case LayerKind::add:
            return Opcode::add;
        case LayerKind::max_pool:
            return Opcode::max_pool;
        case LayerKind::average_pool:
            return Opcode::average_pool;
        case LayerKind::requantize:
            break;
    }
    return Opcode::requantize;
}

std::uint32_t u32(int value) { return static_cast<std::uint32_t>(value); }

const Tensor& tensor_of(const Network& network, int index) {
    return network.tensors[static_cast<std::size_t>(index)];
}

/// Shapes, zero points and clamp; no addresses, scales or tiles yet.
LayerDescriptor shape_descriptor(const Network& network, const Layer& layer) {
    const Tensor& input = tensor_of(network, layer.input);
    const Tensor& output = tensor_of(network, layer.output);
    LayerDescriptor d;
    d.opcode = opcode_of(layer.kind);
    d.input_channels = u32(input.channels);
    d.input_height = u32(input.height);
    d.input_width = u32(input.width);
    d.output_channels = u32(output.channels);
    d.output_height = u32(output.height);
    d.output_width = u32(output.width);
    d.kernel_height = u32(layer.kernel_height);
    d.kernel_width = u32(layer.kernel_width);
    d.stride_y = u32(layer.stride_y);
    d.stride_x = u32(layer.stride_x);
    d.pad_top = u32(layer.pad_top);
    d.pad_left = u32(layer.pad_left);
    d.groups = u32(layer.groups);
    d.input_zero_point = u32(input.quantization.zero_point);
    d.output_zero_point = u32(output.quantization.zero_point);
    d.clamp_min = u32(layer.clamp_min);
    d.clamp_max = u32(layer.clamp_max);
    return d;
}

/// Grows the memory image block by block.
class Layout {
public:
    explicit Layout(const Network& network) : network_(network) {}

    /// Address of `bytes` zero bytes behind everything placed so far.
    std::uint32_t reserve(std::uint64_t bytes) {
        const std::uint64_t address = (end_ + kAlignment - 1) / kAlignment * kAlignment;
        end_ = address + bytes;
        if (end_ >= kMemoryLimit) {
            throw InputError("network " + network_.name + ": memory for weights and tensors",
                             "more than " + std::to_string(end_) + " bytes", "less than 2 GiB");
        }
        image_.resize(end_);
        return static_cast<std::uint32_t>(address);
    }
    template <class T>
    std::uint32_t place(const std::vector<T>& data) {
        const std::uint32_t address = reserve(data.size() * sizeof(T));
        std::memcpy(image_.data() + address, data.data(), data.size() * sizeof(T));
        return address;
    }
    std::vector<std::uint8_t>& image() { return image_; }

private:
    const Network& network_;
    std::uint64_t end_ = kDescriptorAddress;
    std::vector<std::uint8_t> image_;
};

void add_matrix(LayerDescriptor& d, const Network& network, const Layer& layer,
                const AcceleratorConfig& config, const DesignPoint& design,
                const LayerCalibration& calibration, const std::string& where, Layout& layout) {
    const std::uint32_t channels = d.input_channels / d.groups;
    const std::uint32_t reduction = d.kernel_height * d.kernel_width * channels;
    if (reduction > kLongestReduction) {
        throw InputError(where + ": reduction length", std::to_string(reduction),
                         "at most " + std::to_string(kLongestReduction));
    }
    EncodedWeights weights = encode_weights(layer, channels, design.encoding);
    const auto parameters =
        filter_parameters(network, layer, weights, config.correction, design, calibration, where);
    if (!calibration.codes.empty()) weights.values = calibration.codes;
    if (design.encoding == Encoding::signed_codes) d.flags |= kFlagSignedWeights;
    for (const FilterParameters& p : parameters) {
        if (p.weight_zero_point != 0) d.flags |= kFlagSumA;
    }
    if (design.correction != CorrectionMethod::none) {
        d.flags |= kFlagCorrection;
        d.coefficient_fraction_bits = config.correction.coefficient_fraction_bits;
    }
    if (weights_fit(d, config, where)) d.flags |= kFlagWeightsResident;
    d.weight_address = layout.place(pack_folds(d, config.pe_array, weights, parameters));
}

LayerDescriptor lower(const Network& network, const Layer& layer, const AcceleratorConfig& config,
                      const DesignPoint& design, const LayerCalibration& calibration, Layout& layout) {
    const std::string where = "network " + network.name + ": layer " + layer.name;
    const Quantization& input = tensor_of(network, layer.input).quantization;
    const Quantization& output = tensor_of(network, layer.output).quantization;
    LayerDescriptor d = shape_descriptor(network, layer);
    if (d.opcode == Opcode::matrix) d.dataflow = choose_dataflow(d, config, where);
    d.tile_rows = choose_tile_rows(d, config, where);
    switch (d.opcode) {
        case Opcode::matrix:
            add_matrix(d, network, layer, config, design, calibration, where, layout);
            break;
        case Opcode::add: {
            const Quantization& second = tensor_of(network, layer.input2).quantization;
            d.input2_zero_point = u32(second.zero_point);
            set_add_scales(d, input, second, output, where);
            break;
        }
        case Opcode::average_pool:
            if (layer.count_padding) d.flags |= kFlagCountPadding;
            d.parameter_address = layout.place(
                average_scales(input.scale, output.scale, d.kernel_height * d.kernel_width, where));
            break;
        case Opcode::max_pool:
        case Opcode::requantize:
            d.input_scale = layer_scale(input.scale, output.scale, where);
            break;
    }
    return d;
}

}  // namespace

Program compile(const Network& network, const AcceleratorConfig& config, const DesignPoint& design,
                const Calibration& calibration) {
    Program program;
    program.network_name = network.name;
    program.design = design;
    Layout layout(network);
    program.descriptor_address = layout.reserve(network.layers.size() * sizeof(LayerDescriptor));
    const bool calibrated = design.correction == CorrectionMethod::calibrated;
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        const Layer& layer = network.layers[l];
        const bool known = calibrated && l < calibration.layers.size();
        program.layers.push_back(lower(network, layer, config, design,
                                       known ? calibration.layers[l] : LayerCalibration{}, layout));
        program.layer_names.push_back(layer.name);
        program.layer_macs.push_back(macs(network, layer));
    }

    std::vector<std::uint32_t> address;
    for (const Tensor& tensor : network.tensors) address.push_back(layout.reserve(tensor.size()));
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
        const Layer& layer = network.layers[l];
        LayerDescriptor& d = program.layers[l];
        d.input_address = address[static_cast<std::size_t>(layer.input)];
        d.output_address = address[static_cast<std::size_t>(layer.output)];
        if (layer.kind == LayerKind::add) d.input2_address = address[static_cast<std::size_t>(layer.input2)];
    }
    program.input_address = address[static_cast<std::size_t>(network.input)];
    program.output_address = address[static_cast<std::size_t>(network.output)];
    program.input = tensor_of(network, network.input);
    program.output = tensor_of(network, network.output);
    program.memory_image = std::move(layout.image());
    std::memcpy(program.memory_image.data() + program.descriptor_address, program.layers.data(),
                program.layers.size() * sizeof(LayerDescriptor));
    return program;
}

}  // namespace approxtlm::workloads
