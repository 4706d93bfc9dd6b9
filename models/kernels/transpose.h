#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace approxtlm {

inline constexpr std::uint32_t kTransposeTile = 16;

/// A tile of 16 x 16 bytes: interleaving the two halves of its rows four times transposes it.
inline void transpose_bytes(const std::uint8_t* in, std::size_t in_stride, std::uint8_t* out,
                            std::size_t out_stride) {
    using Bytes [[gnu::vector_size(16)]] = std::uint8_t;
    constexpr std::size_t kTile = kTransposeTile;
    Bytes a[kTile], b[kTile];
    for (std::size_t i = 0; i < kTile; ++i) std::memcpy(&a[i], in + i * in_stride, kTile);
    const auto interleave = [](const Bytes(&from)[kTile], Bytes(&to)[kTile]) {
        for (std::size_t i = 0; i < kTile / 2; ++i) {
            const Bytes low = from[i], high = from[i + kTile / 2];
            to[2 * i] =
                __builtin_shufflevector(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            to[2 * i + 1] = __builtin_shufflevector(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29,
                                                    14, 30, 15, 31);
        }
    };
    interleave(a, b);
    interleave(b, a);
    interleave(a, b);
    interleave(b, a);
    for (std::size_t i = 0; i < kTile; ++i) std::memcpy(out + i * out_stride, &a[i], kTile);
}

}  // namespace approxtlm
