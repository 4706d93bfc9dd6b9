#include "models/kernels/table_product.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "models/kernels/aligned.h"
#include "models/kernels/transpose.h"

#if defined(APPROXTLM_X86_KERNELS)
#define APPROXTLM_AVX2 [[gnu::target("avx2,popcnt")]]
#define APPROXTLM_AVX512 \
    [[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq,popcnt,prefer-vector-width=512")]]
#endif

namespace approxtlm {
namespace {

constexpr std::size_t kSide = ProductTable::kSide;
constexpr std::uint32_t kColumns = 32;  ///< of a block
constexpr std::uint32_t kSteps = 16;    ///< reduction steps at once: their rows stay in a second-level cache
/// Fewer pixels do not pay for laying the rows side by side.
constexpr std::uint32_t kFewPixels = 48;

using Rows = std::array<std::array<std::uint16_t, kColumns>, kSide>;  ///< [activation][column]

struct alignas(16) Eight {
    using Lanes [[gnu::vector_size(16)]] = std::uint16_t;
    Lanes lanes;
};

/// Eight table rows become eight columns.
inline void transpose(Eight (&x)[8]) {
    using Lanes = Eight::Lanes;
    const auto low1 = [](Lanes a, Lanes b) {
        return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
    };
    const auto high1 = [](Lanes a, Lanes b) {
        return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
    };
    const auto low2 = [](Lanes a, Lanes b) {
        return __builtin_shufflevector(a, b, 0, 1, 8, 9, 2, 3, 10, 11);
    };
    const auto high2 = [](Lanes a, Lanes b) {
        return __builtin_shufflevector(a, b, 4, 5, 12, 13, 6, 7, 14, 15);
    };
    const auto low4 = [](Lanes a, Lanes b) {
        return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    };
    const auto high4 = [](Lanes a, Lanes b) {
        return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    };
    Lanes y[8];
    for (std::size_t i = 0; i < 8; i += 2) {
        y[i] = low1(x[i].lanes, x[i + 1].lanes);
        y[i + 1] = high1(x[i].lanes, x[i + 1].lanes);
    }
    const Lanes z[8] = {low2(y[0], y[2]), high2(y[0], y[2]), low2(y[1], y[3]), high2(y[1], y[3]),
                        low2(y[4], y[6]), high2(y[4], y[6]), low2(y[5], y[7]), high2(y[5], y[7])};
    for (std::size_t i = 0; i < 4; ++i) {
        x[2 * i].lanes = low4(z[i], z[i + 4]);
        x[2 * i + 1].lanes = high4(z[i], z[i + 4]);
    }
}

/// The weights of one reduction step in a block of columns; columns past the last repeat it.
using Codes = std::array<std::uint8_t, kColumns>;

Codes block_codes(const std::uint8_t* row, std::uint32_t first, std::uint32_t columns) {
    Codes codes;
    for (std::uint32_t c = 0; c < kColumns; ++c) codes[c] = row[std::min(first + c, columns - 1)];
    return codes;
}

void lay_rows(const std::vector<std::uint16_t>& by_weight, const Codes& codes, Rows& rows) {
    for (std::size_t c = 0; c < kColumns; c += 8) {
        for (std::size_t a = 0; a < kSide; a += 8) {
            Eight x[8];
            for (std::size_t i = 0; i < 8; ++i)
                std::memcpy(&x[i], by_weight.data() + codes[c + i] * kSide + a, sizeof x[i]);
            transpose(x);
            for (std::size_t i = 0; i < 8; ++i) std::memcpy(rows[a + i].data() + c, &x[i], sizeof x[i]);
        }
    }
}

/// `in` [rows][columns] as `out` [columns][out_stride].
void transpose(const std::uint8_t* in, std::size_t rows, std::size_t columns, std::uint8_t* out,
               std::size_t out_stride) {
    constexpr std::size_t kTile = kTransposeTile;
    const std::size_t whole_rows = rows / kTile * kTile, whole_columns = columns / kTile * kTile;
    for (std::size_t r = 0; r < whole_rows; r += kTile) {
        for (std::size_t c = 0; c < whole_columns; c += kTile)
            transpose_bytes(in + r * columns + c, columns, out + c * out_stride + r, out_stride);
    }
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
            out[c * out_stride + r] = in[r * columns + c];
    }
}

/// One row of PEs in a block of columns.
struct RegisterRow {
    std::array<std::uint32_t, kColumns> smallest{};  ///< to be added to every product
    std::array<std::uint32_t, kColumns> held{};      ///< register contents
    std::array<std::uint32_t, kColumns> flips{};
    std::uint32_t mask = 0;
};

/// Sums in 16 bits: of products modulo 2^16 and of their upper bytes. The lower bytes' sum stays below 2^16,
/// so it is what the first sum has beyond 256 times the second.
[[gnu::always_inline]] inline void add_steps(const Rows* rows, const std::uint8_t* activations,
                                             std::size_t stride, std::uint32_t pixels, std::uint32_t steps,
                                             std::uint32_t* psum) {
    static_assert(kSteps * 255 < 65536);
    using Lanes = Eight::Lanes;
    constexpr std::uint32_t kVectors = kColumns / 8;
    for (std::uint32_t t = 0; t < pixels; ++t, activations += stride, psum += kColumns) {
        Lanes all[kVectors] = {}, upper[kVectors] = {};
        for (std::uint32_t s = 0; s < steps; ++s) {
            const std::uint16_t* row = rows[s][activations[s]].data();
            for (std::uint32_t v = 0; v < kVectors; ++v) {
                Lanes products;
                __builtin_memcpy(&products, row + 8 * v, sizeof products);
                all[v] += products;
                upper[v] += products >> 8;
            }
        }
        for (std::uint32_t v = 0; v < kVectors; ++v) {
            const Lanes lower = all[v] - (upper[v] << 8);
            for (std::uint32_t c = 0; c < 8; ++c)
                psum[8 * v + c] += (std::uint32_t{upper[v][c]} << 8) + lower[c];
        }
    }
}

template <bool PopcountInstruction>
[[gnu::always_inline]] inline std::uint32_t ones(std::uint32_t x) {
    if constexpr (PopcountInstruction) return static_cast<std::uint32_t>(__builtin_popcount(x));
    x -= x >> 1 & 0x55555555u;
    x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
    x = (x + (x >> 4)) & 0x0F0F0F0Fu;
    x += x >> 8;
    return (x + (x >> 16)) & 63u;
}

template <bool PopcountInstruction>
[[gnu::always_inline]] inline void count_row(const Rows& rows, const std::uint8_t* activations,
                                             std::size_t stride, std::uint32_t vectors,
                                             RegisterRow& registers, std::uint32_t* psum) {
    RegisterRow r = registers;
    for (std::uint32_t t = 0; t < vectors; ++t, activations += stride, psum += kColumns) {
        const std::uint16_t* __restrict products = rows[activations[0]].data();
        for (std::uint32_t c = 0; c < kColumns; ++c) {
            const std::uint32_t sum = psum[c] + products[c] + r.smallest[c];
            r.flips[c] += ones<PopcountInstruction>((sum ^ r.held[c]) & r.mask);
            psum[c] = r.held[c] = sum;
        }
    }
    registers = r;
}

void add_portable(const Rows* rows, const std::uint8_t* activations, std::size_t stride, std::uint32_t pixels,
                  std::uint32_t steps, std::uint32_t* psum) {
    add_steps(rows, activations, stride, pixels, steps, psum);
}
void count_portable(const Rows& rows, const std::uint8_t* activations, std::size_t stride,
                    std::uint32_t vectors, RegisterRow& registers, std::uint32_t* psum) {
    count_row<false>(rows, activations, stride, vectors, registers, psum);
}

#if defined(APPROXTLM_X86_KERNELS)
APPROXTLM_AVX2 void add_avx2(const Rows* rows, const std::uint8_t* activations, std::size_t stride,
                             std::uint32_t pixels, std::uint32_t steps, std::uint32_t* psum) {
    add_steps(rows, activations, stride, pixels, steps, psum);
}
APPROXTLM_AVX2 void count_avx2(const Rows& rows, const std::uint8_t* activations, std::size_t stride,
                               std::uint32_t vectors, RegisterRow& registers, std::uint32_t* psum) {
    count_row<false>(rows, activations, stride, vectors, registers, psum);
}
APPROXTLM_AVX512 void count_avx512(const Rows& rows, const std::uint8_t* activations, std::size_t stride,
                                   std::uint32_t vectors, RegisterRow& registers, std::uint32_t* psum) {
    count_row<true>(rows, activations, stride, vectors, registers, psum);
}
#endif

}  // namespace

struct TableProduct::Loops {
    decltype(&add_portable) add;
    decltype(&count_portable) count;
};

namespace {

const TableProduct::Loops& loops_of(const ArrayKernels& kernels) {
    static constexpr TableProduct::Loops kPortable{&add_portable, &count_portable};
#if defined(APPROXTLM_X86_KERNELS)
    static constexpr TableProduct::Loops kAvx2{&add_avx2, &count_avx2}, kAvx512{&add_avx2, &count_avx512};
    const std::string_view name = kernels.name;
    if (name == "avx512") return kAvx512;
    if (name == "avx2") return kAvx2;
#else
    static_cast<void>(kernels);
#endif
    return kPortable;
}

}  // namespace

TableProduct::TableProduct(const ProductTable& table, const ArrayKernels& kernels)
    : kernels_(kernels),
      loops_(loops_of(kernels)),
      by_weight_(kSide * kSide),
      by_activation_(kSide * kSide),
      smallest_(kSide) {
    for (std::size_t code = 0; code < kSide; ++code) {
        const auto product = [&](std::size_t a) {
            return table.product(static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(a));
        };
        std::int32_t smallest = product(0);
        for (std::size_t a = 1; a < kSide; ++a) smallest = std::min(smallest, product(a));
        smallest_[code] = static_cast<std::uint32_t>(smallest);
        for (std::size_t a = 0; a < kSide; ++a) {
            const auto above = static_cast<std::uint16_t>(product(a) - smallest);
            by_weight_[code * kSide + a] = by_activation_[a * kSide + code] = above;
        }
    }
    if (kernels.look_up_products == nullptr) return;
    bytes_.resize(2 * kSide * kSide);
    for (std::size_t i = 0; i < kSide * kSide; ++i) {
        std::uint8_t* to = bytes_.data() + i / kSide * 2 * kSide + i % kSide;
        to[0] = static_cast<std::uint8_t>(by_weight_[i] & 255);
        to[kSide] = static_cast<std::uint8_t>(by_weight_[i] >> 8);
    }
}

void TableProduct::lookup(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                          const std::uint8_t* activations, std::uint32_t pixels, std::int32_t* psum) const {
    std::vector<std::uint32_t> sum(columns);
    for (std::uint32_t t = 0; t < pixels; ++t, activations += rows, psum += columns) {
        std::fill(sum.begin(), sum.end(), 0);
        for (std::size_t k = 0; k < rows; ++k) {
            const std::uint16_t* products = by_activation_.data() + activations[k] * kSide;
            const std::uint8_t* row = codes + k * columns;
            for (std::uint32_t c = 0; c < columns; ++c) sum[c] += products[row[c]] + smallest_[row[c]];
        }
        for (std::uint32_t c = 0; c < columns; ++c) psum[c] = static_cast<std::int32_t>(sum[c]);
    }
}

void TableProduct::permute(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                           const std::uint8_t* activations, std::uint32_t pixels, std::int32_t* psum) const {
    constexpr std::size_t kPixels = LookUpJob::kPixels;
    std::vector<std::uint32_t> smallest(columns, 0);
    for (std::size_t k = 0; k < rows; ++k) {
        for (std::size_t c = 0; c < columns; ++c) smallest[c] += smallest_[codes[k * columns + c]];
    }
    AlignedVector<std::uint8_t> panel(std::size_t{rows} * kPixels);
    AlignedVector<std::uint32_t> sums(columns * kPixels);
    for (std::uint32_t first = 0; first < pixels; first += kPixels) {
        const std::uint32_t used = std::min<std::uint32_t>(kPixels, pixels - first);
        transpose(activations + std::size_t{first} * rows, used, rows, panel.data(), kPixels);
        LookUpJob job;
        job.tables = bytes_.data();
        job.code_stride = columns;
        job.pixels = used;
        for (std::uint32_t c = 0; c < columns; ++c) {
            job.sums = sums.data() + c * kPixels;
            std::fill_n(job.sums, kPixels, smallest[c]);
            for (std::uint32_t k = 0; k < rows; k += LookUpJob::kMostRows) {
                job.codes = codes + std::size_t{k} * columns + c;
                job.panel = panel.data() + k * kPixels;
                job.rows = std::min(LookUpJob::kMostRows, rows - k);
                kernels_.look_up_products(job);
            }
        }
        // Sixteen pixels at a time: their sums are a line of every column.
        for (std::size_t begin = 0; begin < used; begin += 16) {
            const std::size_t end = std::min<std::size_t>(begin + 16, used);
            for (std::size_t c = 0; c < columns; ++c) {
                for (std::size_t t = begin; t < end; ++t)
                    psum[(first + t) * columns + c] = static_cast<std::int32_t>(sums[c * kPixels + t]);
            }
        }
    }
}

void TableProduct::multiply(const std::uint8_t* codes, std::uint32_t rows, std::uint32_t columns,
                            const std::uint8_t* activations, std::uint32_t pixels, std::int32_t* psum) const {
    if (pixels < kFewPixels) return lookup(codes, rows, columns, activations, pixels, psum);
    if (kernels_.look_up_products != nullptr) return permute(codes, rows, columns, activations, pixels, psum);
    AlignedVector<Rows> laid(kSteps);
    std::vector<std::uint32_t> sums(std::size_t{pixels} * kColumns);
    for (std::uint32_t first = 0; first < columns; first += kColumns) {
        const std::uint32_t used = std::min(kColumns, columns - first);
        std::array<std::uint32_t, kColumns> smallest{};
        std::fill(sums.begin(), sums.end(), 0);
        for (std::uint32_t k = 0; k < rows; k += kSteps) {
            const std::uint32_t steps = std::min(kSteps, rows - k);
            for (std::uint32_t s = 0; s < steps; ++s) {
                const Codes block = block_codes(codes + std::size_t{k + s} * columns, first, columns);
                lay_rows(by_weight_, block, laid[s]);
                for (std::uint32_t c = 0; c < kColumns; ++c) smallest[c] += smallest_[block[c]];
            }
            loops_.add(laid.data(), activations + k, rows, pixels, steps, sums.data());
        }
        for (std::size_t t = 0; t < pixels; ++t) {
            const std::uint32_t* from = sums.data() + t * kColumns;
            std::int32_t* to = psum + t * columns + first;
            for (std::uint32_t c = 0; c < used; ++c) to[c] = static_cast<std::int32_t>(from[c] + smallest[c]);
        }
    }
}

void TableProduct::stream(const TableStream& job) const {
    AlignedVector<Rows> laid(1);
    std::vector<std::uint32_t> sums(std::size_t{job.vectors} * kColumns);
    for (std::uint32_t first = 0; first < job.columns; first += kColumns) {
        const std::uint32_t used = std::min(kColumns, job.columns - first);
        std::fill(sums.begin(), sums.end(), 0);
        std::uint32_t segment = 0, segment_end = job.segments[0].rows;
        for (std::uint32_t r = 0; r < job.rows; ++r) {
            if (r == segment_end) segment_end += job.segments[++segment].rows;
            const Codes block = block_codes(job.codes + std::size_t{r} * job.columns, first, job.columns);
            lay_rows(by_weight_, block, laid[0]);
            std::uint32_t* held = job.registers + r * job.register_stride + first;
            RegisterRow row;
            row.mask = job.masks[r];
            std::copy_n(held, used, row.held.begin());
            for (std::uint32_t c = 0; c < kColumns; ++c) row.smallest[c] = smallest_[block[c]];
            loops_.count(laid[0], job.activations + r, job.rows, job.vectors, row, sums.data());
            for (std::uint32_t c = 0; c < used; ++c) {
                held[c] = row.held[c] & row.mask;
                job.segments[segment].flips += row.flips[c];
                if (r + 1 == segment_end) job.segments[segment].last_row_flips += row.flips[c];
            }
        }
        for (std::size_t t = 0; t < job.vectors; ++t) {
            std::copy_n(sums.data() + t * kColumns, used,
                        reinterpret_cast<std::uint32_t*>(job.psum) + t * job.columns + first);
        }
    }
}

}  // namespace approxtlm
