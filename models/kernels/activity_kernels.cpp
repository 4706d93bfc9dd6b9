// Compiled once per instruction set, see array_kernels.cpp.
#include "models/kernels/activity_kernels.h"

#include "models/kernels/simd.h"

namespace approxtlm::APPROXTLM_KERNELS_ISA {

namespace {

using Vector = Simd::Vector;
constexpr std::uint32_t kLanes = Simd::kLanes;

/// From p_0 to p_T, sum HD = 2 sum rising + ones(p_0) - ones(p_T).
struct FlipCount {
    Simd::Count rising = Simd::no_count(), before = Simd::no_count(), after = Simd::no_count();

    std::uint64_t total() const { return 2 * Simd::total(rising) + Simd::total(before) - Simd::total(after); }
};

/// Rows rows of PEs of one block of columns: their weights and sums stay in registers while the vectors pass.
/// The rising bits of two steps are disjoint, so they share one count. The last row has one of its own.
template <std::uint32_t Rows, std::uint32_t Groups, bool UnsignedWeights, bool SignedSums>
void toggle_rows(const PsumJob& job, std::uint32_t row, std::uint32_t column, FlipCount& others,
                 FlipCount& last_row) {
    Vector weights[Rows][Groups], held[Rows];
    auto rising = others.rising, last_rising = last_row.rising;
    std::uint32_t* const registers = job.registers + std::size_t{row} * job.columns + column;
    for (std::uint32_t r = 0; r < Rows; ++r) {
        const std::size_t first = std::size_t{row + r} * job.columns + column;
        for (std::uint32_t g = 0; g < Groups; ++g)
            weights[r][g] = Simd::load(job.weights + g * job.weight_plane + first);
        held[r] = Simd::load(registers + std::size_t{r} * job.columns);
        FlipCount& flips = r + 1 < Rows ? others : last_row;
        flips.before = Simd::count(flips.before, held[r]);
    }
    const auto product = [&](Vector sum, std::uint32_t r, const std::uint32_t* activation) {
        for (std::uint32_t g = 0; g < Groups; ++g) {
            const Vector a = Simd::all(activation[g * job.activation_plane + r]);
            sum = UnsignedWeights ? Simd::dot4(sum, weights[r][g], a) : Simd::dot4(sum, a, weights[r][g]);
        }
        return sum;
    };
    const auto count = [&](Vector edges, std::uint32_t r) {
        if (SignedSums) edges = Simd::bits_and(edges, Simd::all(job.masks[row + r]));
        if (r + 1 < Rows)
            rising = Simd::count(rising, edges);
        else
            last_rising = Simd::count(last_rising, edges);
    };
    const std::uint32_t* activation = job.activations + row;
    std::int32_t* psum = job.psum + column;
    std::uint32_t t = 0;
    for (; t + 2 <= job.vectors; t += 2, activation += 2 * job.rows, psum += 2 * job.columns) {
        Vector first = row == 0 ? Simd::zero() : Simd::load(psum);
        Vector second = row == 0 ? Simd::zero() : Simd::load(psum + job.columns);
        for (std::uint32_t r = 0; r < Rows; ++r) {
            first = product(first, r, activation);
            second = product(second, r, activation + job.rows);
            count(Simd::rising(held[r], first, second), r);
            held[r] = second;
        }
        Simd::store(psum, first);
        Simd::store(psum + job.columns, second);
    }
    if (t < job.vectors) {
        Vector last = row == 0 ? Simd::zero() : Simd::load(psum);
        for (std::uint32_t r = 0; r < Rows; ++r) {
            last = product(last, r, activation);
            count(Simd::rising(held[r], last, last), r);
            held[r] = last;
        }
        Simd::store(psum, last);
    }
    for (std::uint32_t r = 0; r < Rows; ++r) {
        const Vector kept = Simd::bits_and(held[r], Simd::all(job.masks[row + r]));
        Simd::store(registers + std::size_t{r} * job.columns, kept);
        FlipCount& flips = r + 1 < Rows ? others : last_row;
        flips.after = Simd::count(flips.after, kept);
    }
    others.rising = rising;
    last_row.rising = last_rising;
}

template <std::uint32_t Groups, bool UnsignedWeights, bool SignedSums>
void toggle_blocks(const PsumJob& job) {
    constexpr std::uint32_t kRows = Simd::kToggleRows / Groups;
    for (std::uint32_t column = 0; column < job.columns; column += kLanes) {
        std::uint32_t row = 0;
        for (std::uint32_t s = 0; s < job.segment_count; ++s) {
            PsumSegment& segment = job.segments[s];
            const std::uint32_t end = row + segment.rows;
            while (row < end) {
                FlipCount others, last;
                const bool whole_block = row + kRows <= end;
                if (whole_block)
                    toggle_rows<kRows, Groups, UnsignedWeights, SignedSums>(job, row, column, others, last);
                else
                    toggle_rows<1, Groups, UnsignedWeights, SignedSums>(job, row, column, others, last);
                row += whole_block ? kRows : 1;
                const std::uint64_t last_flips = last.total();
                segment.flips += others.total() + last_flips;
                if (row == end) segment.last_row_flips += last_flips;
            }
        }
    }
}

template <std::uint32_t Groups>
void toggle_groups(const PsumJob& job) {
    if (job.unsigned_weights)
        job.signed_sums ? toggle_blocks<Groups, true, true>(job) : toggle_blocks<Groups, true, false>(job);
    else
        job.signed_sums ? toggle_blocks<Groups, false, true>(job) : toggle_blocks<Groups, false, false>(job);
}

/// Carry-save adder of bits: a becomes the sum's low bit, the high bit is returned.
Vector add_bits(Vector& a, Vector b, Vector c) {
    const Vector high = Simd::majority(a, b, c);
    a = Simd::sum_bits(a, b, c);
    return high;
}

/// kBytes rows: eight steps at a time are added bit by bit before bytes count them.
void flips_of_rows(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t vectors,
                   std::uint8_t (*counts)[Simd::kBytes]) {
    Vector ones = Simd::zero(), twos = ones, fours = ones, eights[8];
    for (Vector& e : eights) e = Simd::zero();
    std::uint32_t t = 0;
    Vector now = Simd::load(activations);
    const auto flips = [&] {
        if (t >= vectors) return Simd::zero();
        const Vector before = now;
        now = Simd::load(activations + std::size_t{++t} * rows);
        return Simd::sum_bits(before, now, Simd::zero());
    };
    const auto two = [&] {
        const Vector first = flips(), second = flips();
        return add_bits(ones, first, second);
    };
    const auto four = [&] {
        const Vector first = two(), second = two();
        return add_bits(twos, first, second);
    };
    while (t < vectors) {
        const Vector first = four(), second = four();
        const Vector eight = add_bits(fours, first, second);
        for (int i = 0; i < 8; ++i) eights[i] = Simd::add_bytes(eights[i], Simd::bit_of_bytes(eight, i));
    }
    for (int i = 0; i < 8; ++i) {
        const auto doubled = [](Vector x) { return Simd::add_bytes(x, x); };
        Vector n = Simd::add_bytes(doubled(eights[i]), Simd::bit_of_bytes(fours, i));
        n = Simd::add_bytes(doubled(n), Simd::bit_of_bytes(twos, i));
        n = Simd::add_bytes(doubled(n), Simd::bit_of_bytes(ones, i));
        Simd::store(counts[i], n);
    }
}

}  // namespace

void psum_toggles(const PsumJob& job) { job.groups == 1 ? toggle_groups<1>(job) : toggle_groups<2>(job); }

/// Neighbouring vectors are neighbouring lanes. Blocks share a lane, so no sum is carried between them.
std::uint64_t sum_toggles(const SumJob& job) {
    std::uint64_t flips = 0;
    for (std::uint32_t first = 0;; first += Simd::kWords - 1) {
        Vector sum = Simd::zero(), counts = Simd::zero();
        for (std::uint32_t r = 0; r < job.rows; ++r) {
            sum = Simd::add_words(sum, Simd::load_bytes_as_words(job.values + r * job.stride + first));
            counts = Simd::count_steps(counts, sum);
        }
        Simd::store(job.sums + first, sum);
        std::uint16_t words[Simd::kWords];
        Simd::store(words, counts);
        for (const std::uint16_t word : words) flips += word;
        if (first + Simd::kWords > job.steps) return flips;
    }
}

void bit_flips(const std::uint8_t* activations, std::uint32_t rows, std::uint32_t vectors,
               std::uint32_t* flips) {
    constexpr std::uint32_t kMost = 248;  // bytes count them
    for (std::uint32_t first = 0; first < vectors; first += kMost) {
        const std::uint32_t n = vectors - first < kMost ? vectors - first : kMost;
        for (std::uint32_t row = 0; row < rows; row += Simd::kBytes) {
            std::uint8_t counts[8][Simd::kBytes];
            flips_of_rows(activations + std::size_t{first} * rows + row, rows, n, counts);
            const std::uint32_t used = rows - row < Simd::kBytes ? rows - row : Simd::kBytes;
            for (std::uint32_t i = 0; i < 8; ++i) {
                for (std::uint32_t r = 0; r < used; ++r) flips[i * rows + row + r] += counts[i][r];
            }
        }
    }
}

std::uint64_t flipped_bits(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
    auto count = Simd::no_count();
    std::size_t i = 0;
    for (; i + Simd::kBytes <= n; i += Simd::kBytes)
        count = Simd::count(count, Simd::sum_bits(Simd::load(a + i), Simd::load(b + i), Simd::zero()));
    std::uint64_t flips = i == 0 ? 0 : Simd::total(count);
    for (; i + 8 <= n; i += 8) {
        std::uint64_t x, y;
        __builtin_memcpy(&x, a + i, 8);
        __builtin_memcpy(&y, b + i, 8);
        flips += static_cast<std::uint64_t>(__builtin_popcountll(x ^ y));
    }
    for (; i < n; ++i) flips += static_cast<std::uint64_t>(__builtin_popcount(a[i] ^ b[i]));
    return flips;
}

void expand_slots(const std::uint8_t* in, std::size_t n, const SlotNibbles& table, std::uint32_t* out) {
    for (std::size_t i = 0; i < n; i += Simd::kBytes) Simd::expand(in + i, table.low, table.high, out + i);
}

void translate(const std::uint8_t* in, std::size_t n, const std::uint8_t* table, std::uint8_t* out) {
    for (std::size_t i = 0; i < n; i += Simd::kBytes) Simd::translate(in + i, table, out + i);
}

}  // namespace approxtlm::APPROXTLM_KERNELS_ISA
