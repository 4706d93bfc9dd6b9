#include "power/circuits/adder_tree.h"

#include <algorithm>
#include <stdexcept>

namespace approxtlm::power {
namespace {

/// Takes the signal that settles first out of `column`; with `like`, one of its polarity that settles no
/// later than `patience` after it.
Signal take(const Logic& logic, std::vector<Signal>& column, const Signal* like) {
    constexpr double kPatience = 1.5;
    const auto earlier = [&](Signal a, Signal b) { return logic.arrival(a) < logic.arrival(b); };
    auto chosen = std::min_element(column.begin(), column.end(), earlier);
    if (like != nullptr && chosen->inverted != like->inverted) {
        const double limit = logic.arrival(*chosen) + kPatience;
        for (auto it = column.begin(); it != column.end(); ++it) {
            const bool better = chosen->inverted != like->inverted || earlier(*it, *chosen);
            if (it->inverted == like->inverted && logic.arrival(*it) <= limit && better) chosen = it;
        }
    }
    const Signal taken = *chosen;
    column.erase(chosen);
    return taken;
}

/// Adds bits of columns[i] until, with the carries that come in, it holds `height`.
void reduce_column(Logic& logic, Columns& columns, std::size_t i, std::size_t height,
                   std::vector<Signal>& carries_in, std::vector<Signal>& carries_out) {
    std::vector<Signal>& column = columns[i];
    const bool carry_wanted = i + 1 < columns.size();
    std::vector<Signal> sums;
    while (column.size() + sums.size() + carries_in.size() > height) {
        // Bits that this stage has made are added by it only where nothing else is left.
        for (std::vector<Signal>* made : {&carries_in, &sums}) {
            while (column.size() < 2 && !made->empty()) {
                column.push_back(made->back());
                made->pop_back();
            }
        }
        const std::size_t excess = column.size() + sums.size() + carries_in.size() - height;
        const Signal a = take(logic, column, nullptr), b = take(logic, column, &a);
        Logic::SumCarry added;
        if (excess >= 2 && column.empty()) {
            std::vector<Signal>& made = carries_in.empty() ? sums : carries_in;
            column.push_back(made.back());
            made.pop_back();
        }
        if (excess >= 2) {
            const Signal c = take(logic, column, &a);
            added = logic.full_adder(a, b, c, carry_wanted);
        } else {
            added = logic.half_adder(a, b, carry_wanted);
        }
        if (!(added.sum == kZero)) sums.push_back(added.sum);
        if (carry_wanted && !(added.carry == kZero)) carries_out.push_back(added.carry);
    }
    column.insert(column.end(), sums.begin(), sums.end());
    column.insert(column.end(), carries_in.begin(), carries_in.end());
}

/// Generate and propagate of a span of bits.
struct Span {
    Signal generate, propagate;
};

Span join(Logic& logic, const Span& high, const Span& low) {
    return {logic.or_gate(high.generate, logic.and_gate(high.propagate, low.generate)),
            logic.and_gate(high.propagate, low.propagate)};
}

/// spans[i] becomes the span i..0.
void kogge_stone(Logic& logic, std::vector<Span>& spans) {
    for (std::size_t step = 1; step < spans.size(); step *= 2) {
        const std::vector<Span> before = spans;
        for (std::size_t i = step; i < spans.size(); ++i) spans[i] = join(logic, before[i], before[i - step]);
    }
}

void sklansky(Logic& logic, std::vector<Span>& spans) {
    for (std::size_t step = 1; step < spans.size(); step *= 2) {
        for (std::size_t i = 0; i < spans.size(); ++i)
            if ((i & step) != 0) spans[i] = join(logic, spans[i], spans[(i & ~(step - 1)) - 1]);
    }
}

void brent_kung(Logic& logic, std::vector<Span>& spans) {
    std::size_t step = 1;
    for (; step < spans.size(); step *= 2) {
        for (std::size_t i = 2 * step - 1; i < spans.size(); i += 2 * step)
            spans[i] = join(logic, spans[i], spans[i - step]);
    }
    for (; step >= 1; step /= 2) {
        for (std::size_t i = 3 * step - 1; i < spans.size(); i += 2 * step)
            spans[i] = join(logic, spans[i], spans[i - step]);
    }
}

}  // namespace

void add_row(Columns& columns, const std::vector<Signal>& row, std::size_t first, std::size_t width) {
    if (columns.size() < width) columns.resize(width);
    for (std::size_t i = 0; i < row.size() && first + i < width; ++i)
        if (!(row[i] == kZero)) columns[first + i].push_back(row[i]);
}

void add_constant(Columns& columns, std::uint64_t constant, std::size_t width) {
    if (columns.size() < width) columns.resize(width);
    for (std::size_t i = 0; i < width && i < 64; ++i)
        if (constant >> i & 1) columns[i].push_back(kOne);
}

void reduce(Logic& logic, Columns& columns, std::size_t least) {
    std::size_t tallest = 0;
    for (const std::vector<Signal>& column : columns) tallest = std::max(tallest, column.size());
    std::vector<std::size_t> heights{2};  // Dadda's: 2, 3, 4, 6, 9, 13, ...
    while (heights.back() < tallest) heights.push_back(heights.back() * 3 / 2);
    for (auto height = heights.rbegin(); height != heights.rend(); ++height) {
        if (*height < least) break;
        std::vector<Signal> carries;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::vector<Signal> next;
            reduce_column(logic, columns, i, *height, carries, next);
            carries = std::move(next);
        }
    }
}

std::vector<Signal> add_rows(Logic& logic, const Columns& columns, FinalAdder adder) {
    std::vector<Signal> a, b, sum;
    for (const std::vector<Signal>& column : columns) {
        if (column.size() > 2) throw std::invalid_argument("add_rows: more than two rows");
        a.push_back(column.empty() ? kZero : column[0]);
        b.push_back(column.size() < 2 ? kZero : column[1]);
    }
    if (adder == FinalAdder::ripple) {
        Signal carry = kZero;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const Logic::SumCarry added = logic.full_adder(a[i], b[i], carry, i + 1 < a.size());
            sum.push_back(added.sum);
            carry = added.carry;
        }
        return sum;
    }
    // Below the first column with two bits there is nothing to carry.
    std::size_t first = 0;
    while (first < a.size() && b[first] == kZero) sum.push_back(a[first++]);
    std::vector<Span> spans;
    for (std::size_t i = first; i < a.size(); ++i)
        spans.push_back({logic.and_gate(a[i], b[i]), logic.xor_gate(a[i], b[i])});
    std::vector<Signal> half;
    for (const Span& span : spans) half.push_back(span.propagate);
    if (!spans.empty()) spans.pop_back();  // nothing asks for the last carry
    if (adder == FinalAdder::kogge_stone)
        kogge_stone(logic, spans);
    else if (adder == FinalAdder::sklansky)
        sklansky(logic, spans);
    else
        brent_kung(logic, spans);
    for (std::size_t i = 0; i < half.size(); ++i)
        sum.push_back(i == 0 ? half[0] : logic.xor_gate(half[i], spans[i - 1].generate));
    return sum;
}

}  // namespace approxtlm::power
