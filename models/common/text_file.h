#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace approxtlm {

/// The whole file. Throws InputError naming the path: missing, unreadable, a directory, or longer than
/// `limit_bytes`.
std::string read_text_file(const std::string& path, std::size_t limit_bytes);

/// Writes the whole file by way of a temporary name beside it. Throws InputError naming the path.
void write_file(const std::string& path, const std::string& bytes);

/// Offset of the first byte that is not part of well-formed UTF-8.
std::optional<std::size_t> first_non_utf8(const std::string& text);

/// Fit for a one-line message: control characters and ill-formed bytes as \xNN, cut after 60 bytes.
std::string printable(const std::string& text);

}  // namespace approxtlm
