#include "models/kernels/stream_chunk.h"

#include <cstring>

#include "models/kernels/activity_kernels.h"
#include "models/kernels/transpose.h"

namespace approxtlm {
namespace {

constexpr std::uint32_t kTile = kTransposeTile;

std::uint32_t whole_tiles(std::uint32_t n) { return (n + kTile - 1) / kTile * kTile; }

}  // namespace

void StreamChunk::load(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t first,
                       std::uint32_t count, std::uint32_t lanes) {
    rows_ = rows;
    count_ = count;
    const std::uint32_t blocks = (count + lanes - 2) / (lanes - 1);  // neighbours share a lane
    stride_ = whole_tiles(blocks * (lanes - 1) + 1);
    vectors_.resize(std::size_t{stride_} * rows + kActivityBlock);
    const std::uint8_t* from = activations + std::size_t{first} * rows;
    std::uint8_t* to = vectors_.data();
    std::memcpy(to, first == 0 ? from : from - rows, rows);
    std::memcpy(to + rows, from, std::size_t{count} * rows);
    for (std::size_t t = count + 1; t < stride_; ++t)
        std::memcpy(to + t * rows, from + std::size_t{count - 1} * rows, rows);

    const std::uint32_t padded_rows = whole_tiles(rows);
    transposed_.resize(std::size_t{padded_rows} * stride_ + kActivityBlock);
    for (std::uint32_t t = 0; t < stride_; t += kTile) {
        for (std::uint32_t r = 0; r < padded_rows; r += kTile) {
            transpose_bytes(to + std::size_t{t} * rows + r, rows,
                            transposed_.data() + std::size_t{r} * stride_ + t, stride_);
        }
    }
}

}  // namespace approxtlm
