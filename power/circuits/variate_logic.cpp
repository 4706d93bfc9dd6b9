#include "power/circuits/variate_logic.h"

#include "power/circuits/adder_tree.h"

namespace approxtlm::power {
namespace {

/// A function of bits index.. of the activation, by halving its truth table (Shannon); logic synthesis makes
/// it small.
Signal from_table(Logic& logic, const std::vector<Signal>& activation, const std::vector<bool>& truth) {
    bool all_zero = true, all_one = true;
    for (const bool value : truth) (value ? all_zero : all_one) = false;
    if (all_zero) return kZero;
    if (all_one) return kOne;
    std::size_t inputs = 0;
    while ((std::size_t{1} << inputs) < truth.size()) ++inputs;
    const std::size_t half = truth.size() / 2;
    const Signal low = from_table(logic, activation,
                                  std::vector<bool>(truth.begin(), truth.begin() + static_cast<long>(half)));
    const Signal high = from_table(logic, activation,
                                   std::vector<bool>(truth.begin() + static_cast<long>(half), truth.end()));
    if (low == high) return low;
    const Signal select = activation[inputs - 1];
    return logic.or_gate(logic.and_gate(select, high), logic.and_gate(~select, low));
}

std::vector<Signal> popcount(Logic& logic, const std::vector<Signal>& activation, unsigned low_bits,
                             unsigned bits) {
    Columns columns(bits);
    for (unsigned i = 0; i < low_bits; ++i) columns[0].push_back(activation[i]);
    reduce(logic, columns);
    return add_rows(logic, columns, FinalAdder::ripple);
}

}  // namespace

std::vector<Signal> variate_logic(Logic& logic, const Variate& variate, unsigned low_bits,
                                  const std::vector<Signal>& activation, unsigned bits) {
    switch (variate.kind()) {
        case Variate::Kind::low_bits:
            return {activation.begin(), activation.begin() + low_bits};
        case Variate::Kind::any_low: {
            Signal any = kZero;
            for (unsigned i = 0; i < low_bits; ++i) any = logic.or_gate(any, activation[i]);
            return {any};
        }
        case Variate::Kind::popcount:
            return popcount(logic, activation, low_bits, bits);
        case Variate::Kind::table:
            break;
    }
    std::vector<Signal> x;
    for (unsigned bit = 0; bit < bits; ++bit) {
        std::vector<bool> truth;
        for (const std::uint8_t value : variate.table()) truth.push_back((value >> bit & 1) != 0);
        x.push_back(from_table(logic, activation, truth));
    }
    return x;
}

unsigned variate_inputs(const Variate& variate, unsigned low_bits) {
    return variate.kind() == Variate::Kind::table ? 0xFF : (1u << low_bits) - 1;
}

}  // namespace approxtlm::power
