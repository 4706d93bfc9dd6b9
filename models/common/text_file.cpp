#include "models/common/text_file.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "models/common/error.h"

namespace approxtlm {
namespace {

/// Length of the well-formed UTF-8 sequence at `i` (Unicode 15, table 3-7), 0 if there is none.
std::size_t utf8_length(const std::string& text, std::size_t i) {
    const auto byte = [&](std::size_t k) {
        return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
    for (std::size_t k = 1; k < length; ++k)
        if ((byte(k) & 0xC0) != 0x80) return 0;
    const unsigned second = byte(1);
    const bool overlong_or_surrogate = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                                       (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return overlong_or_surrogate ? 0 : length;
}

}  // namespace

std::string read_text_file(const std::string& path, std::size_t limit_bytes) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw InputError(path, "a directory", "a file");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw InputError(path + ": cannot be read: " + std::generic_category().message(errno));
    std::string text;
    std::array<char, 65536> block{};
    while (file.read(block.data(), block.size()) || file.gcount() > 0) {
        text.append(block.data(), static_cast<std::size_t>(file.gcount()));
        if (text.size() > limit_bytes)
            throw InputError(path, "a longer file", "at most " + std::to_string(limit_bytes) + " bytes");
    }
    if (file.bad()) throw InputError(path + ": cannot be read");
    return text;
}

void write_file(const std::string& path, const std::string& bytes) {
    std::error_code error;
    const std::filesystem::path temporary = path + ".tmp";
    std::ofstream file(temporary, std::ios::binary);
    file << bytes;
    file.close();
    if (file) std::filesystem::rename(temporary, path, error);
    if (!file || error) {
        std::filesystem::remove(temporary, error);
        throw InputError(path + ": cannot be written");
    }
}

std::optional<std::size_t> first_non_utf8(const std::string& text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text, i);
        if (length == 0) return i;
        i += length;
    }
    return std::nullopt;
}

std::string printable(const std::string& text) {
    constexpr std::size_t kLongest = 60;
    constexpr const char* kHex = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (out.size() >= kLongest) return out + "...";
        const std::size_t length = utf8_length(text, i);
        const auto byte = static_cast<unsigned char>(text[i]);
        if (length == 0 || byte < 0x20 || byte == 0x7F) {
            out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
            ++i;
        } else {
            out.append(text, i, length);
            i += length;
        }
    }
    return out;
}

}  // namespace approxtlm
