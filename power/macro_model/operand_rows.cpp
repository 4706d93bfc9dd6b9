#include "power/macro_model/operand_rows.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace approxtlm::power {
namespace {

/// splitmix64 (Steele, Lea, Flood, OOPSLA 2014): the same numbers with every standard library.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t bits() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Irwin-Hall: needs no logarithm, whose last bit differs between machines.
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }

private:
    std::uint64_t state_;
};

Random random_of(std::uint32_t seed, std::uint32_t block, std::uint32_t row) {
    Random mixed((std::uint64_t{seed} << 40) ^ (std::uint64_t{block} << 20) ^ row);
    return Random(mixed.bits());
}

std::uint8_t code(double value) {
    return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0l, 255l));
}

/// How the operands of one generated stream are distributed; drawn from ranges by the stream's seed.
struct Shape {
    double zero_level = 0;     ///< a standard normal below it is an activation of zero
    double scale = 0;          ///< activation per unit above the level
    double correlation = 0;    ///< of neighbours in time
    double weight_spread = 0;  ///< standard deviation around 128; 0: uniform weights
    double most = 255;         ///< largest activation
    bool uniform_activations = false;
};

Shape shape_of(const StreamSpec& spec) {
    Random random = random_of(spec.seed, 0xFFFFF, 0xFFFFF);
    const auto draw = [&](double low, double high) { return random.uniform(low, high); };
    switch (spec.kind) {
        case StreamKind::sparse:  // 70 to 95 % zeros
            return {draw(0.52, 1.64), draw(40, 90), draw(0, 0.9), draw(15, 45)};
        case StreamKind::dense:  // at most 10 % zeros
            return {draw(-3.0, -1.3), draw(30, 60), draw(0, 0.9), draw(15, 60)};
        case StreamKind::uniform:
            return {0, 0, 0, random.uniform() < 0.5 ? 0 : draw(30, 70), 255, true};
        case StreamKind::small:
            return {draw(-0.8, 0.4), draw(5, 14), draw(0, 0.9), draw(5, 40), 31};
        case StreamKind::correlated:  // 30 to 60 % zeros
            return {draw(-0.52, 0.25), draw(30, 60), draw(0.6, 0.95), draw(15, 40)};
        case StreamKind::recorded:
            break;
    }
    throw std::invalid_argument("shape_of: a recorded stream has no shape");
}

/// The stream of docs/energy.md that circuits are compared with: 45 % zeros, as in the first measurements.
constexpr Shape kReference{-0.1257, 42, 0.8, 25};

OperandRow generated_row(const Shape& shape, Random random) {
    OperandRow row;
    row.weight = shape.weight_spread > 0 ? code(128 + shape.weight_spread * random.normal())
                                         : static_cast<std::uint8_t>(random.bits());
    const double innovation = std::sqrt(1 - shape.correlation * shape.correlation);
    double g = random.normal();
    for (unsigned t = 0; t < kBlockCycles; ++t) {
        g = shape.correlation * g + innovation * random.normal();
        row.activations.push_back(shape.uniform_activations
                                      ? static_cast<std::uint8_t>(random.bits())
                                      : code(std::min(shape.scale * (g - shape.zero_level), shape.most)));
    }
    return row;
}

/// Block b is another column of the fold, and the next kBlockCycles of its vectors.
std::vector<OperandRow> recorded_rows(const StreamSpec& spec, unsigned block, unsigned rows) {
    const RecordedFold& fold = *spec.fold;
    Random random = random_of(spec.seed, block, 0);
    const std::uint32_t column = static_cast<std::uint32_t>(random.bits() % fold.columns);
    const std::uint32_t bottom = static_cast<std::uint32_t>(random.bits() % fold.rows);
    const std::uint32_t first = static_cast<std::uint32_t>(random.bits() % fold.vectors);
    std::vector<OperandRow> result;
    for (std::uint32_t r = 0; r < std::min<std::uint32_t>(rows, fold.rows); ++r) {
        const std::uint32_t from = (bottom + fold.rows - r) % fold.rows;
        OperandRow row;
        row.weight = fold.weights[std::size_t{from} * fold.columns + column];
        for (unsigned t = 0; t < kBlockCycles; ++t)
            row.activations.push_back(
                fold.activations[std::size_t{(first + t) % fold.vectors} * fold.rows + from]);
        result.push_back(std::move(row));
    }
    return result;
}

}  // namespace

std::vector<OperandRow> operand_rows(const StreamSpec& spec, unsigned block, unsigned rows) {
    if (spec.kind == StreamKind::recorded) {
        if (spec.fold == nullptr || spec.fold->vectors < kBlockCycles)
            throw std::invalid_argument("operand_rows: " + spec.name + ": no fold of enough vectors");
        return recorded_rows(spec, block, rows);
    }
    const Shape shape = spec.seed == 0 ? kReference : shape_of(spec);
    std::vector<OperandRow> result;
    for (unsigned r = 0; r < rows; ++r)
        result.push_back(generated_row(shape, random_of(spec.seed, block, r)));
    return result;
}

}  // namespace approxtlm::power
