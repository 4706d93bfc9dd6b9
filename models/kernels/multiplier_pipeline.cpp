#include "models/kernels/multiplier_pipeline.h"

#include <algorithm>

#include "models/kernels/array_kernels.h"
#include "models/kernels/row_segments.h"

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

void MultiplierPipeline::stream(const std::uint8_t* held, std::uint32_t rows, std::uint32_t columns,
                                const std::uint8_t* streamed, std::uint32_t vectors, const bool* silent,
                                ActivityCounts& activity) {
    const bool table = config_.multiplier.family == MultiplierFamily::table;
    const Fold fold{held, streamed, rows, columns, vectors};
    if (!table) expand_streamed(fold);
    std::uint64_t total = 0;
    for (const RowSegment& segment : row_segments(config_.rows, rows)) {
        const std::uint32_t end = segment.first + segment.rows;
        for (std::uint32_t first = segment.first; first < end;) {
            std::uint32_t stop = first;
            while (stop < end && (silent == nullptr || !silent[stop])) ++stop;
            const std::uint32_t count = stop - first;
            const Counts counts = table ? stream_table(fold, first, count) : stream_slots(fold, first, count);
            activity.pe.at(segment.row_class, PeFeature::product_toggles) += counts.flips;
            activity.pe.at(segment.row_class, PeFeature::product_ones) += counts.ones;
            total += counts.flips;
            first = stop + 1;
            if (stop == end) first = end;
        }
    }
    activity.add(Activity::multiplier_register_toggles, config_.multiplier_stages * total);
}

void MultiplierPipeline::expand_streamed(const Fold& fold) {
    const auto& slots = held_operand_ == HeldOperand::weight ? slots_.activation : slots_.weight;
    const std::uint32_t groups = slots_.groups;
    const std::size_t operands = std::size_t{fold.vectors} * fold.rows;
    streamed_words_.resize(operands * groups);
    for (std::size_t i = 0; i < operands; ++i)
        for (std::uint32_t g = 0; g < groups; ++g)
            streamed_words_[i * groups + g] = slots[fold.streamed[i]][g];
}

MultiplierPipeline::Counts MultiplierPipeline::stream_slots(const Fold& fold, std::uint32_t first_row,
                                                            std::uint32_t rows) {
    const bool weights_held = held_operand_ == HeldOperand::weight;
    const auto& held_slots = weights_held ? slots_.weight : slots_.activation;
    const std::uint32_t lanes = kernels_.lanes, groups = slots_.groups;
    const std::size_t top = config_.rows - fold.rows + first_row;
    Counts counts;
    for (std::uint32_t first = 0; rows > 0 && first < fold.columns; first += lanes) {
        const std::uint32_t used = std::min(lanes, fold.columns - first);
        held_words_.assign(std::size_t{rows} * groups * lanes, 0);
        block_.assign(std::size_t{rows} * lanes, 0);
        const auto registers = [&](std::uint32_t row) {
            return products_.begin() + static_cast<std::ptrdiff_t>((top + row) * config_.columns + first);
        };
        for (std::uint32_t r = 0; r < rows; ++r) {
            const std::uint8_t* held = fold.held + std::size_t{first_row + r} * fold.columns + first;
            for (std::uint32_t g = 0; g < groups; ++g)
                for (std::uint32_t c = 0; c < used; ++c)
                    held_words_[(std::size_t{r} * groups + g) * lanes + c] = held_slots[held[c]][g];
            std::copy_n(registers(r), used, block_.data() + std::size_t{r} * lanes);
        }
        ProductJob job;
        job.streamed = streamed_words_.data() + std::size_t{first_row} * groups;
        job.stride = fold.rows;
        job.held = held_words_.data();
        job.registers = block_.data();
        job.mask = 0xFFFFu >> slots_.shift;
        job.groups = groups;
        job.rows = rows;
        job.vectors = fold.vectors;
        job.unsigned_held = (config_.encoding == Encoding::unsigned_codes) == weights_held;
        kernels_.product_toggles(job);
        counts.flips += job.flips;
        counts.ones += job.ones;
        for (std::uint32_t r = 0; r < rows; ++r)
            std::copy_n(block_.data() + std::size_t{r} * lanes, used, registers(r));
    }
    return counts;
}

MultiplierPipeline::Counts MultiplierPipeline::stream_table(const Fold& fold, std::uint32_t first,
                                                            std::uint32_t rows) {
    const ProductTable& table = *config_.multiplier.table;
    const bool weights_held = held_operand_ == HeldOperand::weight;
    for (std::uint32_t r = first; r < first + rows; ++r) {
        for (std::uint32_t c = 0; c < fold.columns; ++c) {
            std::uint32_t& before =
                products_[std::size_t{config_.rows - fold.rows + r} * config_.columns + c];
            const std::uint8_t h = fold.held[std::size_t{r} * fold.columns + c];
            for (std::uint32_t t = 0; t < fold.vectors; ++t) {
                const std::uint8_t s = fold.streamed[std::size_t{t} * fold.rows + r];
                const auto now =
                    static_cast<std::uint32_t>(weights_held ? table.product(h, s) : table.product(s, h)) &
                    0xFFFFu;
                count_.add(before, now);
                before = now;
                if (t == 0 || s != fold.streamed[std::size_t{t - 1} * fold.rows + r]) ones_.add(0, now);
            }
        }
    }
    return {count_.take(kernels_), ones_.take(kernels_)};
}

}  // namespace approxtlm
