#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace approxtlm::power {

/// Folders with technology files, first match wins: $APPROXTLM_TECHNOLOGY_DIR, the source tree of this build,
/// <program>/../share/approxtlm/technology.
std::vector<std::filesystem::path> technology_folders();

/// The file of a technology name, or the path itself when it ends in .yaml. Throws InputError.
std::filesystem::path find_technology(const std::string& name_or_path);

/// Sorted names of all files in technology_folders().
std::vector<std::string> technology_names();

/// As a person would write it: relative where the file lies below the working directory.
std::string display_path(const std::filesystem::path& path);

}  // namespace approxtlm::power
