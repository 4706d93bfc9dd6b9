#include "bench/contestants.h"

#include <cstring>

#include "bench/paired.h"
#include "workloads/onnx/import.h"

namespace approxtlm::bench {
namespace {

const Multiplier kPerforated{MultiplierFamily::perforated, 2};

std::vector<std::uint8_t> random_bytes(std::size_t n) {
    std::mt19937 random(1);
    std::vector<std::uint8_t> bytes(n);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random());
    return bytes;
}

Multiplier random_table() {
    std::mt19937 random(1);
    std::vector<std::int32_t> products(ProductTable::kEntries);
    for (std::int32_t& p : products) p = static_cast<std::int32_t>(random() % 65536);
    Multiplier multiplier{MultiplierFamily::table, 2};
    multiplier.table = std::make_shared<const ProductTable>("random", Encoding::unsigned_codes, 0, products);
    return multiplier;
}

FoldEngine::Config array_of(const Multiplier& multiplier) {
    FoldEngine::Config array;
    array.multiplier = multiplier;
    array.variate = default_variate(multiplier);
    array.sum_x = true;
    return array;
}

std::vector<std::uint8_t> memory_of(const LayerDescriptor& d, const Tiling& t) {
    std::vector<std::uint8_t> memory = random_bytes(t.weight_bytes());
    for (std::uint32_t i = 0; i < t.filter_tiles; ++i) {
        FilterParameters p;
        p.weight_zero_point = 128;
        p.coefficient = 77;
        p.scale = 0.001f;
        const std::uint32_t last = t.reduction_folds - 1, columns = t.fold_columns(i);
        for (std::uint32_t c = 0; c < columns; ++c) {
            p.constant = static_cast<std::int32_t>(c);
            std::memcpy(memory.data() + d.weight_address + t.weight_offset(0, i, last) +
                            std::size_t{t.fold_rows(last)} * columns + c * sizeof p,
                        &p, sizeof p);
        }
    }
    return memory;
}

MatrixLayer layer_of(const LayerDescriptor& d, const Multiplier& multiplier) {
    const FoldEngine::Config array = array_of(multiplier);
    const Tiling t = tiling_of(d, array.rows, array.columns);
    return MatrixLayer(d, t, memory_of(d, t), array, array_kernels());
}

TensorArena random_tensors(const LayerDescriptor& d, std::uint32_t images) {
    TensorArena tensors(span_of_tensors({d}), {}, images);
    const std::vector<std::uint8_t> input =
        random_bytes(std::size_t{d.input_height} * d.input_width * d.input_channels);
    for (std::uint32_t i = 0; i < images; ++i)
        std::memcpy(tensors.at(i, d.input_address), input.data(), input.size());
    return tensors;
}

}  // namespace

std::vector<LayerDescriptor> resnet56_layers() {
    std::vector<LayerDescriptor> layers;
    for (const std::uint32_t channels : {16u, 32u, 64u}) {
        LayerDescriptor d;
        d.opcode = Opcode::matrix;
        d.flags = kFlagSumA | kFlagCorrection;
        d.coefficient_fraction_bits = 4;
        d.input_channels = d.output_channels = channels;
        d.input_height = d.input_width = d.output_height = d.output_width = 512 / channels;
        d.kernel_height = d.kernel_width = 3;
        d.pad_top = d.pad_left = 1;
        d.tile_rows = d.output_height;
        d.output_address = channels * d.input_height * d.input_width;
        layers.push_back(d);
    }
    return layers;
}

double macs_of(const LayerDescriptor& d) {
    return static_cast<double>(d.output_channels) * d.output_height * d.output_width * d.kernel_height *
           d.kernel_width * d.input_channels;
}

OurConvolution::OurConvolution(const LayerDescriptor& d, const Multiplier& multiplier, std::uint32_t images)
    : images_(images), layer_(layer_of(d, multiplier)), tensors_(random_tensors(d, images)) {}

void OurConvolution::run() { layer_.run(tensors_, images_); }

OurTableConvolution::OurTableConvolution(const LayerDescriptor& d, std::uint32_t images)
    : images_(images),
      layers_{d},
      memory_(memory_of(d, tiling_of(d, 64, 64))),
      input_(random_bytes(std::size_t{d.input_height} * d.input_width * d.input_channels * images)),
      output_(std::size_t{d.output_height} * d.output_width * d.output_channels * images),
      model_(layers_, memory_, array_of(random_table())) {}

void OurTableConvolution::run() {
    model_.run(layers_[0].input_address, input_.data(), input_.size() / images_, layers_[0].output_address,
               output_.data(), output_.size() / images_, images_);
}

OurNetwork::OurNetwork(const std::string& model, const Multiplier& multiplier)
    : program_(workloads::compile(workloads::import_onnx(model), {},
                                  {multiplier, Encoding::unsigned_codes,
                                   workloads::CorrectionMethod::analytic, default_variate(multiplier)})),
      model_(program_.layers, program_.memory_image, workloads::array_config(program_, {})) {}

void OurNetwork::run(std::uint32_t images) {
    input_ = input_.size() == images * program_.input.size() ? std::move(input_)
                                                             : random_bytes(images * program_.input.size());
    output_.resize(images * program_.output.size());
    model_.run(program_.input_address, input_.data(), program_.input.size(), program_.output_address,
               output_.data(), program_.output.size(), images);
}

void OurNetwork::run_with_activity() {
    if (input_.empty()) input_ = random_bytes(program_.input.size());
    output_.resize(program_.output.size());
    model_.run_with_activity(program_.input_address, input_.data(), program_.input.size(),
                             program_.output_address, output_.data(), program_.output.size());
}

double activity_seconds_32x32(std::uint32_t vectors) {
    constexpr std::uint32_t kSide = 32;
    FoldEngine::Config array = array_of(kPerforated);
    array.rows = array.columns = kSide;
    static FoldEngine engine(array);
    static const std::vector<std::uint8_t> weights = random_bytes(kSide * kSide);
    const std::vector<std::uint8_t> activations = random_bytes(std::size_t{vectors} * kSide);
    FoldOutput out;
    ActivityCounts counts;
    const double seconds = seconds_of([&] {
        engine.load_weights(weights.data(), kSide, kSide, &counts);
        engine.stream(activations.data(), vectors, out, &counts);
    });
    return seconds / (static_cast<double>(vectors) * kSide * kSide);
}

}  // namespace approxtlm::bench
