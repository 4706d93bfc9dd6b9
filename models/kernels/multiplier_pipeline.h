#pragma once

#include <cstdint>
#include <vector>

#include "models/kernels/flip_count.h"
#include "models/kernels/fold_engine.h"
#include "models/kernels/product_form.h"

namespace approxtlm {

/// Which operand stays in the PE while the other streams.
enum class HeldOperand { weight, activation };

/// The 16-bit product registers between multiplier and adder of an array that holds one operand, and how
/// often they flip. Every stage sees the same products, so one is kept for all.
class MultiplierPipeline {
public:
    MultiplierPipeline(const FoldEngine::Config& config, HeldOperand held_operand,
                       const ArrayKernels& kernels);
    void reset();
    /// A fold in the bottom rows and left columns: `held` [rows][columns], `streamed` [vectors][rows].
    /// Returns the flipped bits of all stages.
    std::uint64_t stream(const std::uint8_t* held, std::uint32_t rows, std::uint32_t columns,
                         const std::uint8_t* streamed, std::uint32_t vectors);

private:
    std::uint64_t stream_slots(const std::uint8_t* held, std::uint32_t rows, std::uint32_t columns,
                               const std::uint8_t* streamed, std::uint32_t vectors);
    std::uint64_t stream_table(const std::uint8_t* held, std::uint32_t rows, std::uint32_t columns,
                               const std::uint8_t* streamed, std::uint32_t vectors);

    const FoldEngine::Config config_;
    const HeldOperand held_operand_;
    const ArrayKernels& kernels_;
    const ProductSlots slots_;
    std::vector<std::uint32_t> products_;  ///< [row][column], in units of 2^slots_.shift
    std::vector<std::uint32_t> streamed_words_, held_words_, block_;
    FlipCount count_;
};

}  // namespace approxtlm
