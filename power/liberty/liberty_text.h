#pragma once

#include <cstddef>
#include <string>

namespace approxtlm::power {

/// A Liberty file's text with its name, for messages that point into it.
class LibertyText {
public:
    /// Plain or gzipped. Throws InputError naming the path: missing, unreadable, truncated or damaged gzip,
    /// or longer than 1 GiB unpacked.
    explicit LibertyText(const std::string& path);
    LibertyText(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {}
    LibertyText(const LibertyText&) = delete;
    LibertyText& operator=(const LibertyText&) = delete;

    const std::string& path() const { return path_; }
    const std::string& text() const { return text_; }
    /// "path:line" of a place in text(). Quick when asked in ascending order.
    std::string at(const char* place) const;
    /// Throws InputError("path:line: where: got X, expected Y").
    [[noreturn]] void fail(const char* place, const std::string& where, const std::string& got,
                           const std::string& expected) const;

private:
    std::string path_, text_;
    mutable std::size_t known_offset_ = 0, known_line_ = 1;
};

}  // namespace approxtlm::power
