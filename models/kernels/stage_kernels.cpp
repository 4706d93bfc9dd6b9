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

template <WindowSum::Map Map>
std::uint64_t mapped(std::uint64_t eight, std::uint64_t mask) {
    eight &= mask;
    if constexpr (Map == WindowSum::Map::any) {
        return (((eight & 0x7F * kEach) + 0x7F * kEach) | eight) >> 7 & kEach;
    }
    if constexpr (Map == WindowSum::Map::ones) {
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
template <WindowSum::Map Map>
Simd::Vector vector_map(Simd::Vector bytes, std::uint64_t mask) {
    bytes = Simd::bits_and(bytes, Simd::all(static_cast<std::uint32_t>(mask)));
    if constexpr (Map == WindowSum::Map::any) return Simd::smaller_bytes(bytes, Simd::all(0x01010101));
    if constexpr (Map == WindowSum::Map::ones) {
        std::uint64_t words[Simd::kLanes / 2];
        Simd::store(words, bytes);
        for (std::uint64_t& w : words) w = mapped<Map>(w, mask);
        return Simd::load(words);
    }
    return bytes;
}

template <WindowSum::Map Map>
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

/// As sum_pixel, for pixels of Words words of 64 bits without gaps.
template <WindowSum::Map Map, std::uint32_t Words>
void sum_pixels(const std::uint8_t* from, std::uint64_t mask, std::uint32_t n, std::int32_t* to) {
    constexpr std::uint32_t kAtOnce = Simd::kQwords, kBytes = 8 * Simd::kQwords;
    constexpr std::uint32_t kParts = Words > kAtOnce ? Words / kAtOnce : 1;  // vectors of a pixel
    constexpr std::uint32_t kWords = Words / kParts;
    for (; n >= kAtOnce; n -= kAtOnce, to += kAtOnce) {
        Simd::Vector sums[kWords];
        for (Simd::Vector& sum : sums) {
            sum = Simd::sums_of_eight(vector_map<Map>(Simd::load(from), mask));
            from += kBytes;
            for (std::uint32_t i = 1; i < kParts; ++i, from += kBytes)
                sum = Simd::add(sum, Simd::sums_of_eight(vector_map<Map>(Simd::load(from), mask)));
        }
        Simd::store_sums(sums, to);
    }
    for (std::uint32_t x = 0; x < n; ++x)
        to[x] = sum_pixel<Map>(from + std::size_t{x} * Words * 8, Words * 8, mask);
}

template <WindowSum::Map Map>
void sum_positions(const StageJob& s, std::uint8_t mask_of_byte, std::int32_t* positions) {
    const std::uint64_t mask = mask_of_byte * kEach;
    const auto border = static_cast<std::int32_t>((mapped<Map>(s.zero_point, mask_of_byte) & 0xFF) * s.depth);
    for (std::uint32_t y = 0; y < s.height; ++y) {
        std::int32_t* to = positions + std::size_t{y} * s.width;
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

void sum_positions(const StageJob& s, const WindowSum& term, std::int32_t* positions) {
    switch (term.map) {
        case WindowSum::Map::masked:
            return sum_positions<WindowSum::Map::masked>(s, term.mask, positions);
        case WindowSum::Map::any:
            return sum_positions<WindowSum::Map::any>(s, term.mask, positions);
        case WindowSum::Map::ones:
            return sum_positions<WindowSum::Map::ones>(s, term.mask, positions);
    }
}

/// Stride 1: down the columns first, all positions in one run. Vectors run past the end of a row, into rows
/// that are still to come or into the room behind them.
void sum_windows_3x3(const WindowSumJob& job, const std::int32_t* positions, std::int32_t* columns,
                     std::int32_t* sums) {
    const auto add_three = [](const std::int32_t* a, std::size_t step, std::int32_t* to, std::uint32_t n) {
        for (std::uint32_t i = 0; i < n; i += Simd::kLanes) {
            const Simd::Vector two = Simd::add(Simd::load(a + i), Simd::load(a + step + i));
            Simd::store(to + i, Simd::add(two, Simd::load(a + 2 * step + i)));
        }
    };
    const std::uint32_t width = job.stage->width;
    add_three(positions, width, columns, job.output_height * width);
    for (std::uint32_t oy = 0; oy < job.output_height; ++oy)
        add_three(columns + std::size_t{oy} * width, 1, sums + std::size_t{oy} * job.output_width,
                  job.output_width);
}

void sum_windows(const WindowSumJob& job, const std::int32_t* positions, std::int32_t* scratch,
                 std::int32_t* sums) {
    if (job.kernel_height == 3 && job.kernel_width == 3 && job.stride_x == 1 && job.stride_y == 1)
        return sum_windows_3x3(job, positions, scratch, sums);
    for (std::uint32_t oy = 0; oy < job.output_height; ++oy) {
        std::int32_t* __restrict out = sums + std::size_t{oy} * job.output_width;
        for (std::uint32_t ox = 0; ox < job.output_width; ++ox) out[ox] = 0;
        for (std::uint32_t ky = 0; ky < job.kernel_height; ++ky) {
            const std::int32_t* __restrict row =
                positions + std::size_t{oy * job.stride_y + ky} * job.stage->width;
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

/// A window's offset is linear in its positions: their sums are weighed and added before the windows' are.
void window_sums(const WindowSumJob& job) {
    const std::size_t area = WindowSumJob::area(job.stage->height, job.stage->width);
    const std::size_t pixels = std::size_t{job.output_height} * job.output_width;
    std::int32_t* __restrict positions = job.positions;
    std::int32_t* __restrict weighed = positions + area;
    std::int32_t* scratch = weighed + area;
    const WindowSum* alone = nullptr;  // the only term with a part in the offset
    std::uint32_t parts = 0;
    for (std::uint32_t i = 0; i < job.term_count; ++i) {
        if (job.terms[i].factor != 0 && parts++ == 0) alone = job.terms + i;
    }
    const bool from_sums = parts == 0 || (parts == 1 && alone->sums != nullptr);
    bool first = true;
    for (std::uint32_t t = 0; t < job.term_count; ++t) {
        const WindowSum& term = job.terms[t];
        sum_positions(*job.stage, term, positions);
        if (term.sums != nullptr) sum_windows(job, positions, scratch, term.sums);
        if (from_sums || term.factor == 0) continue;
        // Room behind the positions holds anything: it may overflow, and nobody reads it.
        const auto factor = static_cast<std::uint32_t>(term.factor);
        for (std::size_t i = 0; i < area; ++i) {
            const auto before = static_cast<std::uint32_t>(first ? 0 : weighed[i]);
            weighed[i] =
                static_cast<std::int32_t>(before + factor * static_cast<std::uint32_t>(positions[i]));
        }
        first = false;
    }
    if (!from_sums) return sum_windows(job, weighed, scratch, job.offset);
    for (std::size_t i = 0; i < pixels; ++i) job.offset[i] = parts == 0 ? 0 : alone->factor * alone->sums[i];
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
