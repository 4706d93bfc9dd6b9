#include "power/technology/technology_path.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <set>

#include "models/common/error.h"

namespace fs = std::filesystem;

namespace approxtlm::power {

std::vector<fs::path> technology_folders() {
    std::vector<fs::path> folders;
    if (const char* folder = std::getenv("APPROXTLM_TECHNOLOGY_DIR")) folders.emplace_back(folder);
    folders.emplace_back(APPROXTLM_TECHNOLOGY_SOURCE_DIR);
    std::error_code no_proc;
    const fs::path program = fs::read_symlink("/proc/self/exe", no_proc);
    if (!no_proc) folders.push_back(program.parent_path().parent_path() / "share/approxtlm/technology");
    return folders;
}

std::vector<std::string> technology_names() {
    std::set<std::string> names;
    for (const fs::path& folder : technology_folders()) {
        std::error_code absent;
        for (const auto& entry : fs::directory_iterator(folder, absent))
            if (entry.path().extension() == ".yaml") names.insert(entry.path().stem().string());
    }
    return {names.begin(), names.end()};
}

fs::path find_technology(const std::string& name_or_path) {
    const fs::path given(name_or_path);
    std::error_code ignored;
    if (given.extension() == ".yaml") {
        if (fs::is_regular_file(given, ignored)) return given;
        throw InputError("--technology " + name_or_path, "no such file", "a technology file ending in .yaml");
    }
    // A name never leaves the folders: "../x" is not one.
    if (!name_or_path.empty() && given.filename() == given) {
        for (const fs::path& folder : technology_folders()) {
            const fs::path candidate = folder / (name_or_path + ".yaml");
            if (fs::is_regular_file(candidate, ignored)) return candidate;
        }
    }
    throw InputError(
        "--technology", "\"" + name_or_path + "\"",
        fmt::format("none, a path ending in .yaml, or one of {}", fmt::join(technology_names(), ", ")));
}

std::string display_path(const fs::path& path) {
    const fs::path relative = fs::absolute(path).lexically_normal().lexically_proximate(fs::current_path());
    return relative.empty() || *relative.begin() == ".." ? path.string() : relative.string();
}

}  // namespace approxtlm::power
