#include "bench/onednn_convolution.h"

#include <omp.h>

#include <dnnl.hpp>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace approxtlm::bench {
namespace {

using dnnl::memory;

template <class T>
void fill(memory& m, std::mt19937& random) {
    auto* values = static_cast<T*>(m.get_data_handle());
    for (std::size_t i = 0; i < m.get_desc().get_size() / sizeof(T); ++i)
        values[i] = static_cast<T>(random() % 100);
}

}  // namespace

struct OnednnConvolution::State {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
    dnnl::convolution_forward convolution;
    std::unordered_map<int, memory> arguments;
};

OnednnConvolution::OnednnConvolution(const LayerDescriptor& d, std::uint32_t images)
    : state_(std::make_unique<State>()) {
    State& s = *state_;
    const auto dims = [](std::initializer_list<std::uint32_t> list) {
        return memory::dims(list.begin(), list.end());
    };
    const auto any = memory::format_tag::any;
    const memory::desc source(dims({images, d.input_channels, d.input_height, d.input_width}),
                              memory::data_type::u8, any);
    const memory::desc weights(dims({d.output_channels, d.input_channels, d.kernel_height, d.kernel_width}),
                               memory::data_type::s8, any);
    const memory::desc bias(dims({d.output_channels}), memory::data_type::s32, any);
    const memory::desc output(dims({images, d.output_channels, d.output_height, d.output_width}),
                              memory::data_type::u8, any);
    const std::uint32_t bottom =
        (d.output_height - 1) * d.stride_y + d.kernel_height - d.input_height - d.pad_top;
    const std::uint32_t right =
        (d.output_width - 1) * d.stride_x + d.kernel_width - d.input_width - d.pad_left;
    dnnl::primitive_attr attributes;
    attributes.set_output_scales(1 << 1, std::vector<float>(d.output_channels, 0.001f));
    const dnnl::convolution_forward::primitive_desc chosen(
        {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, weights, bias,
         output, dims({d.stride_y, d.stride_x}), dims({d.pad_top, d.pad_left}), dims({bottom, right})},
        attributes, s.engine);
    s.convolution = dnnl::convolution_forward(chosen);
    s.arguments = {{DNNL_ARG_SRC, memory(chosen.src_desc(), s.engine)},
                   {DNNL_ARG_WEIGHTS, memory(chosen.weights_desc(), s.engine)},
                   {DNNL_ARG_BIAS, memory(chosen.bias_desc(), s.engine)},
                   {DNNL_ARG_DST, memory(chosen.dst_desc(), s.engine)}};
    std::mt19937 random(1);
    fill<std::uint8_t>(s.arguments.at(DNNL_ARG_SRC), random);
    fill<std::int8_t>(s.arguments.at(DNNL_ARG_WEIGHTS), random);
    fill<std::int32_t>(s.arguments.at(DNNL_ARG_BIAS), random);
}

void OnednnConvolution::compete_with(const char* isa) {
    omp_set_num_threads(1);
    if (std::string{isa} == "avx2") dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
}

OnednnConvolution::~OnednnConvolution() = default;
OnednnConvolution::OnednnConvolution(OnednnConvolution&&) noexcept = default;

void OnednnConvolution::run() {
    state_->convolution.execute(state_->stream, state_->arguments);
    state_->stream.wait();
}

}  // namespace approxtlm::bench
