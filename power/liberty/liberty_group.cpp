#include "power/liberty/liberty_group.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "models/common/text_file.h"

namespace approxtlm::power {
namespace {

template <class Items>
auto last_named(const Items& items, std::string_view name) -> decltype(&items.front()) {
    const auto it =
        std::find_if(items.rbegin(), items.rend(), [&](const auto& item) { return item.name == name; });
    return it == items.rend() ? nullptr : &*it;
}

class LibertyParser {
public:
    explicit LibertyParser(const LibertyText& text)
        : text_(text), at_(text.text().data()), end_(at_ + text.text().size()) {}

    LibertyGroup library() {
        skip_space();
        if (at_ == end_) text_.fail(at_, "library", "an empty file", "library (NAME) { ... }");
        LibertyGroup holder;
        statement(holder);
        skip_space();
        if (holder.groups.size() != 1 || holder.groups.front().type != "library")
            text_.fail(text_.text().data(), "library", "no library group", "library (NAME) { ... }");
        if (at_ != end_)
            text_.fail(at_, "after the library group", quoted(rest_of_line()), "the end of the file");
        return std::move(holder.groups.front());
    }

private:
    // Liberty nests five deep; a limit keeps hostile files off the stack's end.
    static constexpr int kDeepest = 32;

    static bool is_word(char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' ||
               c == '+' || c == '[' || c == ']' || c == '*' || c == '!' || c == '\'' || c == '/' ||
               c == '%' || c == '$' || c == '&' || c == '|' || c == '^' || c == '<' || c == '>' || c == '=' ||
               c == '#' || c == '@';
    }
    static std::string quoted(std::string_view text) { return "\"" + printable(std::string(text)) + "\""; }
    std::string_view rest_of_line() const {
        return {at_, static_cast<std::size_t>(std::find(at_, end_, '\n') - at_)};
    }
    std::string found() const { return at_ == end_ ? "the end of the file" : quoted(rest_of_line()); }

    void skip_space() {
        for (; at_ != end_; ++at_) {
            if (*at_ == '/' && at_ + 1 != end_ && at_[1] == '*') {
                const char* begin = at_;
                const std::string_view rest(at_ + 2, static_cast<std::size_t>(end_ - at_ - 2));
                const std::size_t close = rest.find("*/");
                if (close == std::string_view::npos) text_.fail(begin, "comment", "no end of it", "\"*/\"");
                at_ += 2 + close + 1;
            } else if (*at_ == '/' && at_ + 1 != end_ && at_[1] == '/') {
                at_ = std::find(at_, end_, '\n');
                if (at_ == end_) return;
            } else if (std::isspace(static_cast<unsigned char>(*at_)) == 0 && *at_ != '\\') {
                return;
            }
        }
    }
    std::string_view string() {
        const char* begin = ++at_;
        while (at_ != end_ && *at_ != '"') at_ += *at_ == '\\' && at_ + 1 != end_ ? 2 : 1;
        if (at_ == end_) text_.fail(begin, "string", "no end of it", "a closing quote");
        return {begin, static_cast<std::size_t>(at_++ - begin)};
    }
    std::string_view word() {
        if (at_ != end_ && *at_ == '"') return string();
        const char* begin = at_;
        while (at_ != end_ && is_word(*at_)) ++at_;
        return {begin, static_cast<std::size_t>(at_ - begin)};
    }
    /// Of `name : value`: a string, or the text up to the semicolon or the line's end (ASAP7 leaves some
    /// out).
    std::string_view value() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
        if (at_ != end_ && *at_ == '"') return string();
        const char* begin = at_;
        const auto ends = [&] {
            return *at_ == ';' || *at_ == '\n' || *at_ == '}' || (*at_ == '/' && at_[1] == '*');
        };
        while (at_ != end_ && !ends()) ++at_;  // the text ends in '\0', so at_[1] can be read
        const char* last = at_;
        while (last != begin && std::isspace(static_cast<unsigned char>(last[-1])) != 0) --last;
        return {begin, static_cast<std::size_t>(last - begin)};
    }
    std::vector<std::string_view> arguments(std::string_view name) {
        std::vector<std::string_view> values;
        for (++at_;;) {
            skip_space();
            if (at_ != end_ && *at_ == ')') {
                ++at_;
                return values;
            }
            if (at_ != end_ && *at_ == ',') {
                ++at_;
                continue;
            }
            const char* before = at_;
            values.push_back(word());
            if (at_ == before) text_.fail(at_, std::string(name), found(), "a value, \",\" or \")\"");
        }
    }
    void statement(LibertyGroup& into) {
        const std::string_view name = word();
        if (name.empty()) text_.fail(at_, "a statement", found(), "a name");
        skip_space();
        if (at_ != end_ && *at_ == ':') {
            ++at_;
            into.attributes.push_back({name, value()});
        } else if (at_ != end_ && *at_ == '(') {
            std::vector<std::string_view> values = arguments(name);
            skip_space();
            if (at_ != end_ && *at_ == '{') {
                body(into.groups.emplace_back(LibertyGroup{name, std::move(values), {}, {}, {}}));
            } else {
                into.complexes.push_back({name, std::move(values)});
            }
        } else {
            text_.fail(at_, std::string(name), found(), "\":\" or \"(\"");
        }
        skip_space();
        if (at_ != end_ && *at_ == ';') ++at_;
    }
    void body(LibertyGroup& group) {
        if (++depth_ > kDeepest)
            text_.fail(at_, std::string(group.type), "groups nested too deep", "at most 32 levels");
        for (++at_;;) {
            skip_space();
            if (at_ == end_)
                text_.fail(group.type.data(),
                           std::string(group.type) + " " + printable(std::string(group.first_name())),
                           "the end of the file", "\"}\" of the group that begins here");
            if (*at_ == '}') {
                ++at_;
                --depth_;
                return;
            }
            if (*at_ == ';') {
                ++at_;
                continue;
            }
            statement(group);
        }
    }

    const LibertyText& text_;
    const char* at_;
    const char* const end_;
    int depth_ = 0;
};

}  // namespace

const LibertyAttribute* LibertyGroup::attribute(std::string_view name) const {
    return last_named(attributes, name);
}

const LibertyComplex* LibertyGroup::complex(std::string_view name) const {
    return last_named(complexes, name);
}

const LibertyGroup* LibertyGroup::group(std::string_view name) const {
    const auto it =
        std::find_if(groups.rbegin(), groups.rend(), [&](const LibertyGroup& g) { return g.type == name; });
    return it == groups.rend() ? nullptr : &*it;
}

std::string_view LibertyGroup::value(std::string_view name) const {
    const LibertyAttribute* found = attribute(name);
    return found == nullptr ? std::string_view{} : found->value;
}

LibertyGroup parse_liberty(const LibertyText& text) { return LibertyParser(text).library(); }

}  // namespace approxtlm::power
