#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "models/arithmetic/requantize.h"
#include "models/common/tiling.h"
#include "tests/unit/arithmetic/all_multipliers.h"
#include "tests/unit/compiler/random_network.h"
#include "workloads/compiler/program.h"

namespace approxtlm::workloads {
namespace {

/// Weight of filter f, reduction index k as the network holds it, in the design's encoding.
int weight_of(const Layer& layer, int channels, int f, int k, Encoding encoding) {
    const int c = k % channels, kx = k / channels % layer.kernel_width,
              ky = k / channels / layer.kernel_width;
    const auto index =
        static_cast<std::size_t>(((f * channels + c) * layer.kernel_height + ky) * layer.kernel_width + kx);
    const int real = layer.weights.codes[index] + (layer.weights.signed_codes ? 128 : 0);
    return encoding == Encoding::signed_codes ? real - 128 : real;
}

struct Packed {
    std::vector<int> weights;  ///< [k]
    FilterParameters parameters;
};

/// One filter read back through tiling.h.
Packed read_filter(const Program& program, const LayerDescriptor& d, const PeArrayConfig& array,
                   std::uint32_t f) {
    const Tiling t = tiling_of(d, array.rows, array.columns);
    const std::uint32_t group = f / t.filters, tile = f % t.filters / array.columns,
                        column = f % t.filters % array.columns;
    Packed packed;
    for (std::uint32_t fold = 0; fold < t.reduction_folds; ++fold) {
        const std::uint8_t* data =
            program.memory_image.data() + d.weight_address + t.weight_offset(group, tile, fold);
        for (std::uint32_t r = 0; r < t.fold_rows(fold); ++r) {
            const std::uint32_t at = d.dataflow == Dataflow::input_stationary
                                         ? column * t.fold_rows(fold) + r
                                         : r * t.fold_columns(tile) + column;
            packed.weights.push_back(weight_value(data[at], program.design.encoding));
        }
        std::memcpy(&packed.parameters,
                    data + t.fold_rows(fold) * t.fold_columns(tile) + column * sizeof(FilterParameters),
                    sizeof(FilterParameters));  // the last fold's stay
    }
    return packed;
}

void check_layer(const Program& program, const Network& network, std::size_t l,
                 const AcceleratorConfig& config) {
    const Layer& layer = network.layers[l];
    const LayerDescriptor& d = program.layers[l];
    const DesignPoint& design = program.design;
    const int channels = static_cast<int>(d.input_channels / d.groups);
    const Quantization& input = network.tensors[static_cast<std::size_t>(layer.input)].quantization;
    const Quantization& output = network.tensors[static_cast<std::size_t>(layer.output)].quantization;
    bool any_zero_point = false;
    for (std::uint32_t f = 0; f < d.output_channels; ++f) {
        const Packed packed = read_filter(program, d, config.pe_array, f);
        std::int64_t sum_w = 0;
        double coefficient = 0, error = 0;
        for (std::size_t k = 0; k < packed.weights.size(); ++k) {
            const int want =
                weight_of(layer, channels, static_cast<int>(f), static_cast<int>(k), design.encoding);
            ASSERT_EQ(packed.weights[k], want)
                << network.name << ' ' << layer.name << " filter " << f << " k " << k;
            sum_w += want;
            coefficient += analytic_coefficient(design.multiplier, design.variate, want);
            error += mean_error(design.multiplier, want);
        }
        const auto reduction = static_cast<std::int64_t>(packed.weights.size());
        const std::int64_t z_w = layer.weights.zero_point[f] + (layer.weights.signed_codes ? 128 : 0) -
                                 (design.encoding == Encoding::signed_codes ? 128 : 0);
        EXPECT_EQ(packed.parameters.weight_zero_point, z_w);
        std::int64_t offset = 0;
        if (design.multiplier.family == MultiplierFamily::table &&
            design.correction == CorrectionMethod::analytic) {
            const double applied =
                packed.parameters.coefficient /
                std::exp2(static_cast<double>(config.correction.coefficient_fraction_bits));
            offset = std::llround(error - applied * static_cast<double>(reduction) *
                                              mean_variate(design.variate, design.multiplier));
        }
        EXPECT_EQ(packed.parameters.constant, layer.weights.bias[f] - input.zero_point * sum_w +
                                                  reduction * input.zero_point * z_w + offset);
        EXPECT_EQ(packed.parameters.scale, input.scale * layer.weights.scale[f] / output.scale);
        any_zero_point |= z_w != 0;
        if (design.correction == CorrectionMethod::analytic) {
            EXPECT_EQ(packed.parameters.coefficient,
                      to_fixed_point(coefficient / static_cast<double>(reduction),
                                     static_cast<int>(config.correction.coefficient_fraction_bits),
                                     static_cast<int>(config.correction.coefficient_bits)));
        } else {
            EXPECT_EQ(packed.parameters.coefficient, 0);
        }
    }
    EXPECT_EQ((d.flags & kFlagSumA) != 0, any_zero_point);
    EXPECT_EQ((d.flags & kFlagCorrection) != 0, design.correction == CorrectionMethod::analytic);
    EXPECT_EQ((d.flags & kFlagSignedWeights) != 0, design.encoding == Encoding::signed_codes);
}

TEST(Compile, PacksEveryWeightWhereTilingLooksForIt) {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        const Network network = testing::random_network(seed);
        AcceleratorConfig config;
        config.pe_array.rows = 4 + seed;
        config.pe_array.columns = 3 + 2 * seed;
        config.pe_array.dataflow = static_cast<DataflowChoice>(seed % 4);
        const Encoding encoding = seed % 2 == 0 ? Encoding::signed_codes : Encoding::unsigned_codes;
        const Multiplier multiplier = seed <= 6 ? Multiplier{MultiplierFamily::truncated, 7}
                                                : testing::random_table(seed, encoding, 0, 5);
        const DesignPoint design{multiplier, encoding,
                                 seed % 3 == 0 ? CorrectionMethod::none : CorrectionMethod::analytic,
                                 Variate::popcount};
        const Program program = compile(network, config, design);
        ASSERT_EQ(program.layers.size(), network.layers.size());
        for (std::size_t l = 0; l < network.layers.size(); ++l) {
            if (network.layers[l].kind == LayerKind::convolution) check_layer(program, network, l, config);
        }
    }
}

TEST(Compile, MemoryHoldsAlignedDisjointBlocks) {
    const Network network = testing::random_network(3);
    const AcceleratorConfig config;
    const Program program = compile(network, config, {});
    ASSERT_EQ(std::memcmp(program.memory_image.data() + program.descriptor_address, program.layers.data(),
                          program.layers.size() * sizeof(LayerDescriptor)),
              0);
    EXPECT_EQ(program.descriptor_address % 64, 0u);
    EXPECT_EQ(program.layer_names[0], "layer0");
    std::uint64_t end = program.descriptor_address + program.layers.size() * sizeof(LayerDescriptor);
    const auto place = [&](std::uint32_t address, std::uint64_t bytes) {
        EXPECT_EQ(address % 64, 0u);
        EXPECT_GE(address, end);
        end = address + bytes;
    };
    for (const LayerDescriptor& d : program.layers) {
        if (d.opcode == Opcode::matrix) {
            place(d.weight_address,
                  tiling_of(d, config.pe_array.rows, config.pe_array.columns).weight_bytes());
        }
        if (d.opcode == Opcode::average_pool)
            place(d.parameter_address, std::uint64_t{4} * d.kernel_height * d.kernel_width);
    }
    place(program.input_address, program.input.size());
    for (const LayerDescriptor& d : program.layers) {
        place(d.output_address, std::uint64_t{d.output_channels} * d.output_height * d.output_width);
    }
    EXPECT_EQ(program.output_address, program.layers.back().output_address);
    EXPECT_EQ(end, program.memory_image.size());
}

TEST(Compile, AddScalesAreRatiosAndOneOffset) {
    const Network network = testing::random_network(4);
    const Program program = compile(network, {}, {});
    const Layer& layer = network.layers[2];
    const LayerDescriptor& d = program.layers[2];
    ASSERT_EQ(d.opcode, Opcode::add);
    const auto quantization = [&](int tensor) {
        return network.tensors[static_cast<std::size_t>(tensor)].quantization;
    };
    const Quantization a = quantization(layer.input), b = quantization(layer.input2),
                       c = quantization(layer.output);
    EXPECT_EQ(d.input_scale, a.scale / c.scale);
    EXPECT_EQ(d.input2_scale, b.scale / c.scale);
    EXPECT_NEAR(d.offset,
                c.zero_point - (double{d.input_scale} * a.zero_point + double{d.input2_scale} * b.zero_point),
                1e-4);
}

}  // namespace
}  // namespace approxtlm::workloads
