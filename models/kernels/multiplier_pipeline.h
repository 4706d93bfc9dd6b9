#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/flip_count.h"
#include "models/kernels/fold_engine.h"
#include "models/kernels/product_form.h"

namespace approxtlm {

/// Which operand stays in the PE while the other streams.
enum class HeldOperand { weight, activation };

/// The 16-bit products of an array that holds one operand, and how often they flip: at the adders' inputs,
/// and in the pipeline registers between multiplier and adder, where every stage sees the same products.
class MultiplierPipeline {
public:
    MultiplierPipeline(const FoldEngine::Config& config, HeldOperand held_operand,
                       const ArrayKernels& kernels);
    void reset();
    /// A fold in the bottom rows and left columns: `held` [rows][columns], `streamed` [vectors][rows]. Adds
    /// product_toggles and product_ones by row class, and multiplier_register_toggles of all stages. PEs of
    /// rows that are `silent` (may be null) do nothing.
    void stream(const std::uint8_t* held, std::uint32_t rows, std::uint32_t columns,
                const std::uint8_t* streamed, std::uint32_t vectors, const bool* silent,
                ActivityCounts& activity);

private:
    struct Fold {
        const std::uint8_t* held;
        const std::uint8_t* streamed;
        std::uint32_t rows, columns, vectors;
    };
    void expand_streamed(const Fold& fold);
    struct Counts {
        std::uint64_t flips = 0, ones = 0;
    };
    /// Of rows [first, first + count).
    Counts stream_slots(const Fold& fold, std::uint32_t first, std::uint32_t count);
    Counts stream_table(const Fold& fold, std::uint32_t first, std::uint32_t count);

    const FoldEngine::Config config_;
    const HeldOperand held_operand_;
    const ArrayKernels& kernels_;
    const ProductSlots slots_;
    std::vector<std::uint32_t> products_;  ///< [row][column], in units of 2^slots_.shift
    std::vector<std::uint32_t> streamed_words_, held_words_, block_;
    FlipCount count_, ones_;
};

}  // namespace approxtlm
