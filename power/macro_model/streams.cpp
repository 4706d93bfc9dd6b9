#include "power/macro_model/streams.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

#include "models/common/pe_counts.h"
#include "power/macro_model/operand_rows.h"

namespace approxtlm::power {
namespace {

struct KindName {
    StreamKind kind;
    const char* name;
};
constexpr std::array kGenerated{KindName{StreamKind::sparse, "sparse"}, KindName{StreamKind::dense, "dense"},
                                KindName{StreamKind::uniform, "uniform"},
                                KindName{StreamKind::small, "small"},
                                KindName{StreamKind::correlated, "correlated"}};
constexpr unsigned kTrainingOfKind = 7, kHeldOutOfKind = 3, kTrainingRecorded = 8;
constexpr std::uint32_t kTrainingSeed = 1000, kHeldOutSeed = 2000;

/// `of_kind` streams of every generated kind, and `recorded_count` of the folds whose index modulo 2 is
/// `parity`: no fold is both trained on and judged on.
std::vector<StreamSpec> streams(const std::vector<RecordedFold>& recorded, std::uint32_t seed,
                                unsigned of_kind, unsigned recorded_count, std::size_t parity) {
    std::vector<StreamSpec> specs;
    for (const KindName& kind : kGenerated)
        for (unsigned i = 0; i < of_kind; ++i)
            specs.push_back(
                {fmt::format("{}-{}", kind.name, i + 1), kind.kind, ++seed, nullptr, kFittedBlocks});
    std::vector<const RecordedFold*> folds;
    for (std::size_t i = parity; i < recorded.size(); i += 2) folds.push_back(&recorded[i]);
    for (unsigned i = 0; i < recorded_count; ++i) {
        if (folds.empty()) {
            const KindName& kind = kGenerated[i % kGenerated.size()];
            specs.push_back({fmt::format("{}-{}", kind.name, of_kind + 1 + i / kGenerated.size()), kind.kind,
                             ++seed, nullptr, kFittedBlocks});
        } else {
            const RecordedFold* fold = folds[i % folds.size()];
            specs.push_back({fmt::format("{} ({})", fold->name, i / folds.size() + 1), StreamKind::recorded,
                             ++seed, fold, kFittedBlocks});
        }
    }
    return specs;
}

}  // namespace

std::vector<StreamSpec> training_streams(const std::vector<RecordedFold>& recorded) {
    return streams(recorded, kTrainingSeed, kTrainingOfKind, kTrainingRecorded, 0);
}

std::vector<StreamSpec> held_out_streams(const std::vector<RecordedFold>& recorded) {
    constexpr unsigned kGeneratedStreams = kHeldOutOfKind * static_cast<unsigned>(kGenerated.size());
    return streams(recorded, kHeldOutSeed, kHeldOutOfKind, kHeldOutStreams - kGeneratedStreams, 1);
}

StreamSpec reference_stream() { return {"reference", StreamKind::correlated, 0, nullptr, kStreamBlocks}; }

OperandStream make_stream(const StreamSpec& spec, const StreamDesign& design, unsigned row) {
    if (row < 1 || row > 256)
        throw std::invalid_argument(fmt::format("make_stream: row: got {}, expected 1 to 256", row));
    const std::uint8_t top_bit = design.encoding == Encoding::signed_codes ? 0x80 : 0;
    const std::uint32_t mask = (std::uint32_t{1} << (16 + row_class(row))) - 1;
    OperandStream stream{spec.name, {}};
    for (unsigned b = 0; b < spec.blocks; ++b) {
        const std::vector<OperandRow> rows = operand_rows(spec, b, row);
        StreamBlock block;
        block.weight = rows.front().weight ^ top_bit;
        block.activations = rows.front().activations;
        block.psum_in.assign(kBlockCycles, 0);
        block.sum_x_in.assign(kBlockCycles, 0);
        block.sum_a_in.assign(kBlockCycles, 0);
        for (std::size_t r = 1; r < rows.size(); ++r) {
            const int w = weight_value(rows[r].weight ^ top_bit, design.encoding);
            for (unsigned t = 0; t < kBlockCycles; ++t) {
                const std::uint8_t a = rows[r].activations[t];
                block.psum_in[t] += static_cast<std::uint32_t>(approximate_product(design.multiplier, w, a));
                block.sum_x_in[t] +=
                    static_cast<std::uint32_t>(variate_value(design.variate, design.multiplier, a));
                block.sum_a_in[t] += a;
            }
        }
        for (std::uint32_t& sum : block.psum_in) sum &= mask;
        stream.blocks.push_back(std::move(block));
    }
    return stream;
}

}  // namespace approxtlm::power
