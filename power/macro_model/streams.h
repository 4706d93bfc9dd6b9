#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/arithmetic/control_variate.h"
#include "models/arithmetic/multiplier.h"

namespace approxtlm::power {

/// Whose operands: psum_in and sum_x_in are sums of this design's own products and x.
struct StreamDesign {
    Multiplier multiplier;
    Encoding encoding = Encoding::unsigned_codes;
    Variate variate = Variate::low_bits;  ///< of sum_x_in
};

/// A weight and what streams past it, a cycle an entry. Entry t belongs together: the activation register
/// holds activations[t] while the sums of the rows above are at the PE's inputs.
struct StreamBlock {
    std::uint8_t weight = 0;                ///< code
    std::vector<std::uint8_t> activations;  ///< [cycle]
    std::vector<std::uint32_t> psum_in;   ///< [cycle], row - 1 products; two's complement of the row's width
    std::vector<std::uint32_t> sum_x_in;  ///< [cycle], row - 1 values of x(A)
    std::vector<std::uint32_t> sum_a_in;  ///< [cycle], row - 1 activations
};

struct OperandStream {
    std::string name;  ///< e.g. "sparse-2"
    std::vector<StreamBlock> blocks;
};

/// A fold of a real network as it stood in the array.
struct RecordedFold {
    std::string name;  ///< network and layer
    std::uint32_t rows = 0, columns = 0, vectors = 0;
    std::vector<std::uint8_t> weights;      ///< unsigned codes, [row][column]
    std::vector<std::uint8_t> activations;  ///< [vector][row]
};

enum class StreamKind {
    sparse,      ///< post-ReLU, most activations zero
    dense,       ///< few zeros, large values
    uniform,     ///< independent uniform activations and weights
    small,       ///< activations below 32
    correlated,  ///< post-ReLU, neighbours alike
    recorded     ///< of a network's layers
};

/// A stream before a design and a row are chosen; the same operands for all of them.
struct StreamSpec {
    std::string name;
    StreamKind kind = StreamKind::uniform;
    std::uint32_t seed = 0;
    const RecordedFold* fold = nullptr;  ///< of kind recorded; must outlive the spec
    unsigned blocks = 8;
};

/// Blocks of a stream that macro-models are fitted to or judged on, and of the reference stream; cycles of a
/// block.
inline constexpr unsigned kFittedBlocks = 16, kStreamBlocks = 8, kBlockCycles = 64;
/// A block's first cycles are left out of every average: its weight has just changed.
inline constexpr unsigned kSkippedCycles = 4;
inline constexpr unsigned kHeldOutStreams = 20;

/// Streams that macro-models are fitted to, and the kHeldOutStreams they are judged on; other seeds, and
/// other folds where there are several. Without `recorded` all are generated.
std::vector<StreamSpec> training_streams(const std::vector<RecordedFold>& recorded);
std::vector<StreamSpec> held_out_streams(const std::vector<RecordedFold>& recorded);
/// Post-ReLU activations, 45 % zeros, correlated in time; weights around 128: what circuits are chosen by and
/// what a curve of savings is measured with.
StreamSpec reference_stream();

/// Row `row` (1-based, 1..256) of an array: every row above has a weight and activations of its own, of the
/// same kind. Deterministic. Signed designs see the unsigned weight code with its top bit inverted (w - 128).
OperandStream make_stream(const StreamSpec& spec, const StreamDesign& design, unsigned row);

}  // namespace approxtlm::power
