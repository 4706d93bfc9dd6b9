// Compiled once per instruction set, see array_kernels.cpp: plain loops that the compiler vectorises.
#include "models/kernels/direct_kernels.h"
#include "models/kernels/simd.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {
namespace {

using Bytes16 __attribute__((vector_size(16))) = std::uint8_t;

void copy_masked(const std::uint8_t* __restrict from, std::uint8_t* __restrict to, std::size_t n,
                 std::uint8_t mask) {
    for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<std::uint8_t>(from[i] & mask);
}

/// `positions` pixels of the image, all planes.
void copy_pixels(const StageJob& job, const std::uint8_t* from, std::uint8_t* to, std::uint32_t positions) {
    const std::uint32_t padded = (job.depth + 3) / 4 * 4;
    if (job.planes == 1 && job.depth == job.pixel_stride && job.depth == padded) {
        return copy_masked(from, to, std::size_t{positions} * job.depth, job.masks[0]);
    }
    for (std::uint32_t x = 0; x < positions; ++x, from += job.pixel_stride) {
        for (std::uint32_t p = 0; p < job.planes; ++p, to += padded) {
            const std::uint8_t mask = job.masks[p];
            std::uint32_t c = 0;
            for (; c + 16 <= job.depth; c += 16) {
                Bytes16 bytes;
                __builtin_memcpy(&bytes, from + c, 16);
                bytes &= mask;
                __builtin_memcpy(to + c, &bytes, 16);
            }
            for (; c < job.depth; ++c) to[c] = static_cast<std::uint8_t>(from[c] & mask);
            for (; c < padded; ++c) to[c] = 0;
        }
    }
}

void pad(const StageJob& job, std::uint8_t* to, std::uint32_t positions) {
    if (!job.write_padding) return;
    const std::uint32_t padded = (job.depth + 3) / 4 * 4;
    for (std::uint32_t x = 0; x < positions; ++x) {
        for (std::uint32_t p = 0; p < job.planes; ++p, to += padded) {
            __builtin_memset(to, job.zero_point & job.masks[p], job.depth);
            __builtin_memset(to + job.depth, 0, padded - job.depth);
        }
    }
}

/// Columns of a staged row: padding [0, left), pixels [left, right), padding [right, width).
struct RowParts {
    std::uint32_t left, right;
};
RowParts row_parts(const StageJob& job, std::uint32_t y) {
    if (y < job.pad_top || y >= job.pad_top + job.image_height) return {job.width, job.width};
    const std::uint32_t left = job.pad_left < job.width ? job.pad_left : job.width;
    const std::uint32_t end = job.pad_left + job.image_width;
    return {left, end < job.width ? end : job.width};
}

const std::uint8_t* row_of(const StageJob& job, std::uint32_t y) {
    return job.image + std::size_t{y - job.pad_top} * job.image_width * job.pixel_stride;
}

constexpr std::uint64_t kEach = 0x0101010101010101u;

template <WindowSumJob::Map Map>
std::uint64_t mapped(std::uint64_t eight, std::uint64_t mask) {
    eight &= mask;
    if constexpr (Map == WindowSumJob::Map::any) {
        return (((eight & 0x7F * kEach) + 0x7F * kEach) | eight) >> 7 & kEach;
    }
    if constexpr (Map == WindowSumJob::Map::ones) {
        eight -= eight >> 1 & 0x55 * kEach;
        eight = (eight & 0x33 * kEach) + (eight >> 2 & 0x33 * kEach);
        return (eight + (eight >> 4)) & 0x0F * kEach;
    }
    return eight;
}

std::uint64_t sum_of_bytes(std::uint64_t eight) {
    const std::uint64_t pairs = (eight & 0x00FF00FF00FF00FFu) + (eight >> 8 & 0x00FF00FF00FF00FFu);
    const std::uint64_t fours = pairs + (pairs >> 16);
    return (fours + (fours >> 32)) & 0xFFFF;
}

/// mapped() for a vector.
template <WindowSumJob::Map Map>
Simd::Vector vector_map(Simd::Vector bytes, std::uint64_t mask) {
    bytes = Simd::bits_and(bytes, Simd::all(static_cast<std::uint32_t>(mask)));
    if constexpr (Map == WindowSumJob::Map::any) return Simd::smaller_bytes(bytes, Simd::all(0x01010101));
    if constexpr (Map == WindowSumJob::Map::ones) {
        std::uint64_t words[Simd::kLanes / 2];
        Simd::store(words, bytes);
        for (std::uint64_t& w : words) w = mapped<Map>(w, mask);
        return Simd::load(words);
    }
    return bytes;
}

template <WindowSumJob::Map Map>
std::int32_t sum_pixel(const std::uint8_t* from, std::uint32_t depth, std::uint64_t mask) {
    std::uint64_t sum = 0;
    std::uint32_t c = 0;
    for (; c + 8 <= depth; c += 8) {
        std::uint64_t eight;
        __builtin_memcpy(&eight, from + c, 8);
        sum += sum_of_bytes(mapped<Map>(eight, mask));
    }
    for (; c < depth; ++c) sum += mapped<Map>(from[c], mask & 0xFF) & 0xFF;
    return static_cast<std::int32_t>(sum);
}

/// As sum_pixel, for pixels of `Words` words without gaps.
template <WindowSumJob::Map Map, std::uint32_t Words>
void sum_pixels(const std::uint8_t* from, std::uint64_t mask, std::uint32_t n, std::int32_t* __restrict to) {
    constexpr std::uint32_t kBytes = 4 * Simd::kLanes, kAtOnce = 64 / Words;  // pixels in 512 bytes
    static_assert(kBytes <= 512);
    for (; n >= kAtOnce; n -= kAtOnce, from += 512, to += kAtOnce) {
        std::uint64_t sums[64];
        for (std::uint32_t i = 0; i < 512; i += kBytes)
            Simd::store(sums + i / 8, Simd::sums_of_eight(vector_map<Map>(Simd::load(from + i), mask)));
        for (std::uint32_t x = 0; x < kAtOnce; ++x) {
            std::uint64_t sum = 0;
            for (std::uint32_t i = 0; i < Words; ++i) sum += sums[x * Words + i];
            to[x] = static_cast<std::int32_t>(sum);
        }
    }
    for (std::uint32_t x = 0; x < n; ++x)
        to[x] = sum_pixel<Map>(from + std::size_t{x} * Words * 8, Words * 8, mask);
}

template <WindowSumJob::Map Map>
void sum_positions(const WindowSumJob& job) {
    const StageJob& s = *job.stage;
    const std::uint64_t mask = job.mask * kEach;
    const auto border = static_cast<std::int32_t>((mapped<Map>(s.zero_point, job.mask) & 0xFF) * s.depth);
    for (std::uint32_t y = 0; y < s.height; ++y) {
        std::int32_t* to = job.positions + std::size_t{y} * s.width;
        const RowParts parts = row_parts(s, y);
        for (std::uint32_t x = 0; x < parts.left; ++x) to[x] = border;
        for (std::uint32_t x = parts.right; x < s.width; ++x) to[x] = border;
        if (parts.left == parts.right) continue;
        const std::uint8_t* from = row_of(s, y);
        const std::uint32_t n = parts.right - parts.left;
        to += parts.left;
        const std::uint32_t depth = s.depth == s.pixel_stride ? s.depth : 0;
        if (depth == 16) {
            sum_pixels<Map, 2>(from, mask, n, to);
        } else if (depth == 32) {
            sum_pixels<Map, 4>(from, mask, n, to);
        } else if (depth == 64) {
            sum_pixels<Map, 8>(from, mask, n, to);
        } else {
            for (std::uint32_t x = 0; x < n; ++x, from += s.pixel_stride)
                to[x] = sum_pixel<Map>(from, s.depth, mask);
        }
    }
}

/// Stride 1: down the columns first, all positions in one run behind the positions themselves.
void sum_windows_3x3(const WindowSumJob& job) {
    const std::uint32_t width = job.stage->width;
    const std::int32_t* __restrict top = job.positions;
    const std::int32_t* __restrict middle = top + width;
    const std::int32_t* __restrict bottom = middle + width;
    std::int32_t* __restrict columns = job.positions + std::size_t{job.stage->height} * width;
    for (std::uint32_t i = 0; i < job.output_height * width; ++i) columns[i] = top[i] + middle[i] + bottom[i];
    for (std::uint32_t oy = 0; oy < job.output_height; ++oy, columns += width) {
        std::int32_t* __restrict out = job.sums + std::size_t{oy} * job.output_width;
        for (std::uint32_t x = 0; x < job.output_width; ++x)
            out[x] = columns[x] + columns[x + 1] + columns[x + 2];
    }
}

}  // namespace

void stage(const StageJob& job) {
    const std::size_t position = std::size_t{job.planes} * ((job.depth + 3) / 4 * 4);
    for (std::uint32_t y = 0; y < job.height; ++y) {
        std::uint8_t* to = job.staged + y * job.width * position;
        const RowParts parts = row_parts(job, y);
        pad(job, to, parts.left);
        if (parts.left != parts.right)
            copy_pixels(job, row_of(job, y), to + parts.left * position, parts.right - parts.left);
        pad(job, to + parts.right * position, job.width - parts.right);
    }
}

void window_sums(const WindowSumJob& job) {
    switch (job.map) {
        case WindowSumJob::Map::masked:
            sum_positions<WindowSumJob::Map::masked>(job);
            break;
        case WindowSumJob::Map::any:
            sum_positions<WindowSumJob::Map::any>(job);
            break;
        case WindowSumJob::Map::ones:
            sum_positions<WindowSumJob::Map::ones>(job);
            break;
    }
    if (job.kernel_height == 3 && job.kernel_width == 3 && job.stride_x == 1 && job.stride_y == 1)
        return sum_windows_3x3(job);
    for (std::uint32_t oy = 0; oy < job.output_height; ++oy) {
        std::int32_t* __restrict out = job.sums + std::size_t{oy} * job.output_width;
        for (std::uint32_t ox = 0; ox < job.output_width; ++ox) out[ox] = 0;
        for (std::uint32_t ky = 0; ky < job.kernel_height; ++ky) {
            const std::int32_t* __restrict row =
                job.positions + std::size_t{oy * job.stride_y + ky} * job.stage->width;
            for (std::uint32_t kx = 0; kx < job.kernel_width; ++kx) {
                if (job.stride_x == 1) {
                    for (std::uint32_t ox = 0; ox < job.output_width; ++ox) out[ox] += row[ox + kx];
                } else {
                    for (std::uint32_t ox = 0; ox < job.output_width; ++ox)
                        out[ox] += row[ox * job.stride_x + kx];
                }
            }
        }
    }
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
