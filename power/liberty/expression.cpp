#include "power/liberty/expression.h"

#include <algorithm>
#include <cctype>

#include "models/common/error.h"
#include "models/common/text_file.h"

namespace approxtlm::power {

/// Recursive descent; emits postfix steps.
class ExpressionParser {
public:
    ExpressionParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

    Expression parse() {
        disjunction();
        if (peek() != '\0') fail("an operator or the end");
        return std::move(out_);
    }

private:
    using Operation = Expression::Operation;
    // Deep enough for any cell, shallow enough for the stack.
    static constexpr int kDeepest = 200;

    [[noreturn]] void fail(const std::string& expected) const {
        throw InputError(where_,
                         "\"" + printable(std::string(text_)) + "\" at character " + std::to_string(at_ + 1),
                         expected);
    }
    char peek() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    static bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
    static bool continues_name(char c) {
        return starts_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '[' || c == ']';
    }
    static bool starts_operand(char c) {
        return starts_name(c) || c == '(' || c == '!' || c == '0' || c == '1';
    }

    void disjunction() {
        conjunction();
        for (char c = peek(); c == '|' || c == '+'; c = peek()) {
            ++at_;
            conjunction();
            out_.steps_.push_back({Operation::disjunction, 0});
        }
    }
    void conjunction() {
        difference();
        for (char c = peek(); c == '&' || c == '*' || starts_operand(c); c = peek()) {
            if (c == '&' || c == '*') ++at_;
            difference();
            out_.steps_.push_back({Operation::conjunction, 0});
        }
    }
    void difference() {
        operand();
        while (peek() == '^') {
            ++at_;
            operand();
            out_.steps_.push_back({Operation::difference, 0});
        }
    }
    void operand() {
        if (++depth_ > kDeepest) fail("fewer nested operators");
        const char c = peek();
        if (c == '!') {
            ++at_;
            operand();
            out_.steps_.push_back({Operation::complement, 0});
        } else if (c == '(') {
            ++at_;
            disjunction();
            if (peek() != ')') fail("\")\"");
            ++at_;
        } else if (c == '0' || c == '1') {
            ++at_;
            out_.steps_.push_back({Operation::constant, static_cast<std::uint8_t>(c - '0')});
        } else if (starts_name(c)) {
            name();
        } else {
            fail("a name, 0, 1, \"!\" or \"(\"");
        }
        for (; peek() == '\''; ++at_) out_.steps_.push_back({Operation::complement, 0});
        --depth_;
    }
    void name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
        const std::string found(text_.substr(begin, at_ - begin));
        auto it = std::find(out_.names_.begin(), out_.names_.end(), found);
        if (it == out_.names_.end()) it = out_.names_.insert(it, found);
        if (out_.names_.size() > 64) fail("at most 64 names");
        out_.steps_.push_back({Operation::name, static_cast<std::uint8_t>(it - out_.names_.begin())});
    }

    const std::string_view text_;
    const std::string& where_;
    std::size_t at_ = 0;
    int depth_ = 0;
    Expression out_;
};

Expression Expression::parse(std::string_view text, const std::string& where) {
    return ExpressionParser(text, where).parse();
}

bool Expression::evaluate(std::uint64_t values) const {
    if (steps_.empty()) return false;
    std::vector<bool> stack;
    for (const Step& step : steps_) {
        if (step.operation == Operation::constant) {
            stack.push_back(step.operand != 0);
        } else if (step.operation == Operation::name) {
            stack.push_back((values >> step.operand & 1) != 0);
        } else if (step.operation == Operation::complement) {
            stack.back() = !stack.back();
        } else {
            const bool right = stack.back();
            stack.pop_back();
            const bool left = stack.back();
            stack.back() = step.operation == Operation::conjunction   ? left && right
                           : step.operation == Operation::disjunction ? left || right
                                                                      : left != right;
        }
    }
    return stack.back();
}

/// First step of the operand whose last step is before `end`.
std::size_t Expression::operand_begin(std::size_t end) const {
    std::size_t needed = 1, at = end;
    while (needed > 0) {
        const Operation operation = steps_[--at].operation;
        if (operation == Operation::name || operation == Operation::constant)
            --needed;
        else if (operation != Operation::complement)
            ++needed;
    }
    return at;
}

Expression Expression::part(std::size_t begin, std::size_t end) const {
    Expression out;
    out.names_ = names_;
    out.steps_.assign(steps_.begin() + static_cast<std::ptrdiff_t>(begin),
                      steps_.begin() + static_cast<std::ptrdiff_t>(end));
    return out;
}

std::optional<Expression> Expression::deciding_condition(const std::string& name) const {
    std::size_t end = steps_.size();
    while (end > 0 && steps_[end - 1].operation == Operation::complement) --end;
    if (end == 0) return std::nullopt;
    const auto is_name = [&](std::size_t begin, std::size_t past) {
        return past - begin == 1 && steps_[begin].operation == Operation::name &&
               names_[steps_[begin].operand] == name;
    };
    if (is_name(0, end)) {
        Expression always;
        always.steps_.push_back({Operation::constant, 1});
        return always;
    }
    const Operation outermost = steps_[end - 1].operation;
    if (outermost != Operation::conjunction && outermost != Operation::disjunction) return std::nullopt;
    const std::size_t middle = operand_begin(end - 1);
    std::optional<Expression> other;
    if (is_name(middle, end - 1)) other = part(0, middle);
    if (is_name(0, middle)) other = part(middle, end - 1);
    if (other && outermost == Operation::disjunction) other->steps_.push_back({Operation::complement, 0});
    return other;
}

std::vector<bool> Expression::truth_table(const std::vector<std::string>& inputs,
                                          const std::string& where) const {
    constexpr std::size_t kMostInputs = 16;
    if (inputs.size() > kMostInputs)
        throw InputError(where, std::to_string(inputs.size()) + " inputs", "at most 16");
    std::vector<std::size_t> position;
    for (const std::string& name : names_) {
        const auto it = std::find(inputs.begin(), inputs.end(), name);
        if (it == inputs.end())
            throw InputError(where, "the name " + printable(name), "a pin or state of this cell");
        position.push_back(static_cast<std::size_t>(it - inputs.begin()));
    }
    std::vector<bool> table(std::size_t{1} << inputs.size());
    for (std::size_t state = 0; state < table.size(); ++state) {
        std::uint64_t values = 0;
        for (std::size_t i = 0; i < position.size(); ++i)
            values |= std::uint64_t{state >> position[i] & 1} << i;
        table[state] = evaluate(values);
    }
    return table;
}

}  // namespace approxtlm::power
