#include "models/kernels/multiplier_pipeline.h"

#include <algorithm>

#include "models/kernels/array_kernels.h"

namespace approxtlm {

MultiplierPipeline::MultiplierPipeline(const FoldEngine::Config& config, HeldOperand held_operand,
                                       const ArrayKernels& kernels)
    : config_(config),
      held_operand_(held_operand),
      kernels_(kernels),
      slots_(config.multiplier.family == MultiplierFamily::table
                 ? ProductSlots{}
                 : product_slots(config.multiplier, config.encoding)) {
    reset();
}

void MultiplierPipeline::reset() { products_.assign(std::size_t{config_.rows} * config_.columns, 0); }

std::uint64_t MultiplierPipeline::stream(const std::uint8_t* held, std::uint32_t rows, std::uint32_t columns,
                                         const std::uint8_t* streamed, std::uint32_t vectors) {
    if (config_.multiplier_stages == 0) return 0;
    const bool table = config_.multiplier.family == MultiplierFamily::table;
    return config_.multiplier_stages * (table ? stream_table(held, rows, columns, streamed, vectors)
                                              : stream_slots(held, rows, columns, streamed, vectors));
}

std::uint64_t MultiplierPipeline::stream_slots(const std::uint8_t* held, std::uint32_t rows,
                                               std::uint32_t columns, const std::uint8_t* streamed,
                                               std::uint32_t vectors) {
    const bool weights_held = held_operand_ == HeldOperand::weight;
    const auto& held_slots = weights_held ? slots_.weight : slots_.activation;
    const auto& streamed_slots = weights_held ? slots_.activation : slots_.weight;
    const std::uint32_t lanes = kernels_.lanes, groups = slots_.groups;
    const std::size_t operands = std::size_t{vectors} * rows;
    streamed_words_.resize(operands * groups);
    for (std::size_t i = 0; i < operands; ++i)
        for (std::uint32_t g = 0; g < groups; ++g)
            streamed_words_[i * groups + g] = streamed_slots[streamed[i]][g];
    std::uint64_t flips = 0;
    for (std::uint32_t first = 0; first < columns; first += lanes) {
        const std::uint32_t used = std::min(lanes, columns - first);
        held_words_.assign(std::size_t{rows} * groups * lanes, 0);
        block_.assign(std::size_t{rows} * lanes, 0);
        const auto registers = [&](std::uint32_t row) {
            return products_.begin() + static_cast<std::ptrdiff_t>(
                                           std::size_t{config_.rows - rows + row} * config_.columns + first);
        };
        for (std::uint32_t r = 0; r < rows; ++r) {
            for (std::uint32_t g = 0; g < groups; ++g)
                for (std::uint32_t c = 0; c < used; ++c)
                    held_words_[(std::size_t{r} * groups + g) * lanes + c] =
                        held_slots[held[std::size_t{r} * columns + first + c]][g];
            std::copy_n(registers(r), used, block_.data() + std::size_t{r} * lanes);
        }
        ProductJob job;
        job.streamed = streamed_words_.data();
        job.held = held_words_.data();
        job.registers = block_.data();
        job.mask = 0xFFFFu >> slots_.shift;
        job.groups = groups;
        job.rows = rows;
        job.vectors = vectors;
        job.unsigned_held = (config_.encoding == Encoding::unsigned_codes) == weights_held;
        flips += kernels_.product_toggles(job);
        for (std::uint32_t r = 0; r < rows; ++r)
            std::copy_n(block_.data() + std::size_t{r} * lanes, used, registers(r));
    }
    return flips;
}

std::uint64_t MultiplierPipeline::stream_table(const std::uint8_t* held, std::uint32_t rows,
                                               std::uint32_t columns, const std::uint8_t* streamed,
                                               std::uint32_t vectors) {
    const ProductTable& table = *config_.multiplier.table;
    const bool weights_held = held_operand_ == HeldOperand::weight;
    for (std::uint32_t r = 0; r < rows; ++r) {
        for (std::uint32_t c = 0; c < columns; ++c) {
            std::uint32_t& before = products_[std::size_t{config_.rows - rows + r} * config_.columns + c];
            const std::uint8_t h = held[std::size_t{r} * columns + c];
            for (std::uint32_t t = 0; t < vectors; ++t) {
                const std::uint8_t s = streamed[std::size_t{t} * rows + r];
                const auto now =
                    static_cast<std::uint32_t>(weights_held ? table.product(h, s) : table.product(s, h)) &
                    0xFFFFu;
                count_.add(before, now);
                before = now;
            }
        }
    }
    return count_.take(kernels_);
}

}  // namespace approxtlm
