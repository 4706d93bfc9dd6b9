#include "models/kernels/stream_chunk.h"

#include <cstring>

#include "models/kernels/activity_kernels.h"

namespace approxtlm {
namespace {

constexpr std::uint32_t kTile = 16;

std::uint32_t whole_tiles(std::uint32_t n) { return (n + kTile - 1) / kTile * kTile; }

using Bytes [[gnu::vector_size(16)]] = std::uint8_t;

Bytes mix_low(Bytes a, Bytes b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
Bytes mix_high(Bytes a, Bytes b) {
    return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// Interleaving the two halves of 16 rows four times transposes them.
void transpose_tile(const std::uint8_t* in, std::size_t in_stride, std::uint8_t* out,
                    std::size_t out_stride) {
    Bytes a[kTile], b[kTile];
    for (std::size_t i = 0; i < kTile; ++i) std::memcpy(&a[i], in + i * in_stride, kTile);
    const auto interleave = [](const Bytes(&from)[kTile], Bytes(&to)[kTile]) {
        for (std::size_t i = 0; i < kTile / 2; ++i) {
            to[2 * i] = mix_low(from[i], from[i + kTile / 2]);
            to[2 * i + 1] = mix_high(from[i], from[i + kTile / 2]);
        }
    };
    interleave(a, b);
    interleave(b, a);
    interleave(a, b);
    interleave(b, a);
    for (std::size_t i = 0; i < kTile; ++i) std::memcpy(out + i * out_stride, &a[i], kTile);
}

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
            transpose_tile(to + std::size_t{t} * rows + r, rows,
                           transposed_.data() + std::size_t{r} * stride_ + t, stride_);
        }
    }
}

}  // namespace approxtlm
