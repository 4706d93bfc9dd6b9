#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace approxtlm {

/// What a layer descriptor asks for. `matrix` covers convolution and fully connected layers (a 1x1 image).
enum class Opcode : std::uint32_t { matrix = 1, add = 2, max_pool = 3, average_pool = 4, requantize = 5 };

/// Which operand a `matrix` layer holds still in the PEs while the others pass (docs/timing.md).
enum class Dataflow : std::uint32_t {
    weight_stationary = 0,  ///< rows: reduction, columns: filters; pixels stream
    output_stationary = 1,  ///< rows: pixels, columns: filters; the reduction streams
    input_stationary = 2    ///< rows: reduction, columns: pixels; filters stream
};
inline constexpr std::array kDataflows{Dataflow::weight_stationary, Dataflow::output_stationary,
                                       Dataflow::input_stationary};

/// Bits of LayerDescriptor::flags.
inline constexpr std::uint32_t kFlagSignedWeights = 1u << 0;  ///< weight codes are two's complement
inline constexpr std::uint32_t kFlagSumA = 1u << 1;        ///< some z_w != 0: the zero-point term needs sum A
inline constexpr std::uint32_t kFlagCorrection = 1u << 2;  ///< MAC+ adds C_f * sum x
inline constexpr std::uint32_t kFlagWeightsResident =
    1u << 3;  ///< all folds fit the weight buffer: load them once
inline constexpr std::uint32_t kFlagCountPadding = 1u << 4;  ///< average_pool divides by the full window

/// One layer as the accelerator's sequencer reads it from memory: 64 little-endian 32-bit words. Tensors are
/// HWC, one unsigned byte an element; reduction index k = (kernel_y * kernel_width + kernel_x) *
/// channels_per_group + c. Weights lie fold by fold (group, filter tile, reduction fold): `fold_rows` rows of
/// `fold_columns` codes (input-stationary: `fold_columns` filters of `fold_rows` codes), and behind the last
/// reduction fold of a filter tile one FilterParameters per column.
struct LayerDescriptor {
    Opcode opcode{};
    std::uint32_t flags = 0;
    std::uint32_t input_address = 0;
    std::uint32_t input2_address = 0;  ///< `add` only
    std::uint32_t weight_address = 0;
    std::uint32_t parameter_address = 0;  ///< `average_pool`: a binary32 scale per number of elements 1..n
    std::uint32_t output_address = 0;
    std::uint32_t input_channels = 0, input_height = 0, input_width = 0;
    std::uint32_t output_channels = 0, output_height = 0, output_width = 0;
    std::uint32_t kernel_height = 1, kernel_width = 1;
    std::uint32_t stride_y = 1, stride_x = 1;
    std::uint32_t pad_top = 0, pad_left = 0;
    std::uint32_t groups = 1;
    std::uint32_t tile_rows = 0;  ///< output rows per tile
    std::uint32_t input_zero_point = 0, input2_zero_point = 0, output_zero_point = 0;
    std::uint32_t clamp_min = 0, clamp_max = 255;  ///< output codes, ReLU and Clip folded in
    float input_scale = 0;                         ///< add, max_pool, requantize: input scale / output scale
    float input2_scale = 0;                        ///< add: second input scale / output scale
    float offset = 0;                              ///< add: z_out - (z_a input_scale + z_b input2_scale)
    std::uint32_t coefficient_fraction_bits = 0;   ///< of FilterParameters::coefficient
    Dataflow dataflow = Dataflow::weight_stationary;  ///< `matrix` only
    std::array<std::uint32_t, 33> reserved{};
};
static_assert(sizeof(LayerDescriptor) == 256, "the sequencer fetches 256 bytes");

/// Per filter, behind the weights of its last reduction fold (24 bytes, little-endian). The vector unit
/// computes clamp(z_out + round_half_even((psum - weight_zero_point * sum_a + V + constant) * scale)),
/// V = floor(coefficient * sum_x / 2^fraction + 1/2) from MAC+; integers are 32 bits wide, the scaling is
/// binary32 (models/arithmetic/requantize.h).
struct FilterParameters {
    std::int32_t constant = 0;  ///< bias - z_a sum W + K z_a z_w (+ C0)
    std::int32_t weight_zero_point = 0;
    std::int32_t coefficient = 0;  ///< C_f, fixed point
    float scale = 0;               ///< input scale x weight scale / output scale
    std::array<std::uint32_t, 2> reserved{};
};
static_assert(sizeof(FilterParameters) == 24, "layout is part of the memory format");

}  // namespace approxtlm
