#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace approxtlm::power {

/// A Liberty Boolean expression: `!A`, `A'`, `A & B`, `A * B`, `A B` (and), `A | B`, `A + B`, `A ^ B`, `0`,
/// `1`, parentheses. Precedence from tightest: not, xor, and, or.
class Expression {
public:
    /// The constant 0.
    Expression() = default;
    /// Throws InputError("`where`: got X, expected Y").
    static Expression parse(std::string_view text, const std::string& where);

    /// The names in it, each once, in order of appearance.
    const std::vector<std::string>& names() const { return names_; }
    /// `values`: bit i is the value of names()[i].
    bool evaluate(std::uint64_t values) const;
    /// Truth table over `inputs` (at most 16): element s is the value when inputs[i] is bit i of s. Throws
    /// InputError(`where`) when the expression needs a name that `inputs` lacks.
    std::vector<bool> truth_table(const std::vector<std::string>& inputs, const std::string& where) const;

    /// Where one whole operand of the outermost `and` or `or` (below any `not`) is `name`, or the expression
    /// is `name` alone: what the rest must be for `name` to decide the value. nullopt otherwise.
    std::optional<Expression> deciding_condition(const std::string& name) const;

private:
    friend class ExpressionParser;
    enum class Operation : std::uint8_t { constant, name, complement, conjunction, disjunction, difference };
    struct Step {
        Operation operation;
        std::uint8_t operand;  ///< of constant: 0 or 1; of name: index into names_
    };
    std::size_t operand_begin(std::size_t end) const;
    Expression part(std::size_t begin, std::size_t end) const;

    std::vector<Step> steps_;  ///< postfix
    std::vector<std::string> names_;
};

}  // namespace approxtlm::power
