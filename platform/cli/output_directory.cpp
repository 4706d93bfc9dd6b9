#include "platform/cli/output_directory.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "models/common/error.h"

namespace approxtlm::platform {
namespace fs = std::filesystem;
namespace {

/// The topmost folder on the way to `directory` that does not exist; empty when all do.
fs::path first_missing(const fs::path& directory) {
    fs::path missing;
    for (fs::path at = fs::absolute(directory).lexically_normal(); !at.empty() && !fs::exists(at);
         at = at.parent_path())
        missing = at;
    return missing;
}

bool can_create_file(const fs::path& directory) {
    const fs::path probe = directory / (".approxtlm-" + std::to_string(getpid()));
    const bool created = std::ofstream(probe).put('x').flush().good();
    std::error_code ignored;
    fs::remove(probe, ignored);
    return created;
}

}  // namespace

void check_output_directory(const std::string& option, const std::string& directory) {
    if (directory.empty()) throw InputError(option, "nothing", "a folder");
    std::error_code error;
    const bool exists = fs::exists(directory, error);
    if (exists && !fs::is_directory(directory, error))
        throw InputError(option, directory + ", a file", "a folder");
    fs::path made;
    if (!error && !exists) {
        made = first_missing(directory);
        fs::create_directories(directory, error);
    }
    if (error) throw InputError(option + ": folder " + directory + " cannot be made: " + error.message());
    const bool writable = can_create_file(directory);
    if (!made.empty()) fs::remove_all(made, error);
    if (!writable) throw InputError(option + ": folder " + directory + " cannot be written");
}

void write_output_file(const std::string& directory, const std::string& name, const std::string& bytes) {
    std::error_code error;
    fs::create_directories(directory, error);
    const fs::path target = fs::path(directory) / name;
    const fs::path temporary = target.string() + ".tmp";
    std::ofstream file(temporary, std::ios::binary);
    file << bytes;
    file.close();
    if (file) fs::rename(temporary, target, error);
    if (!file || error) {
        fs::remove(temporary, error);
        throw InputError(target.string() + ": cannot be written");
    }
}

}  // namespace approxtlm::platform
