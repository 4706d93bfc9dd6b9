#pragma once

#include <string>

namespace approxtlm::platform {

/// Throws InputError unless files can be written in `directory` or, if it is not there yet, unless it can be
/// made. Leaves the disk as it was.
void check_output_directory(const std::string& option, const std::string& directory);

/// Throws InputError unless a file can be written at `path`, in a folder that is there.
void check_output_file(const std::string& option, const std::string& path);

/// Writes `bytes` to directory/name by way of a temporary name; makes the directory. Throws InputError.
void write_output_file(const std::string& directory, const std::string& name, const std::string& bytes);

}  // namespace approxtlm::platform
