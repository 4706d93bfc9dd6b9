#pragma once

#include <string>

#include "power/technology/technology.h"

namespace approxtlm::power {

/// A technology file with round numbers, as text.
std::string small_technology();

/// `text` with the first `from` replaced; fails the test when it is not there.
std::string replaced(std::string text, const std::string& from, const std::string& to);

/// A file in the test's temporary folder; returns its path.
std::string write_file(const std::string& name, const std::string& text);

Technology load_text(const std::string& text);

/// The message of the InputError that loading `text` throws, without the folder of the file.
std::string load_error(const std::string& text);

}  // namespace approxtlm::power
