#include "platform/cli/output_directory.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "models/common/error.h"
#include "models/common/text_file.h"

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
    write_file((fs::path(directory) / name).string(), bytes);
}

void check_output_file(const std::string& option, const std::string& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) throw InputError(option, path + ", a folder", "a file");
    const fs::path folder = fs::absolute(path).parent_path();
    if (!fs::is_directory(folder, error))
        throw InputError(option, path + " in no folder there is", "a file in one");
    if (!can_create_file(folder))
        throw InputError(option + ": folder " + folder.string() + " cannot be written");
}

}  // namespace approxtlm::platform
