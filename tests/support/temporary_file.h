#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace approxtlm::test {

/// A file with the given bytes that goes away with the object.
class TemporaryFile {
public:
    TemporaryFile(const std::string& suffix, const std::string& bytes) {
        static int count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("approxtlm-" + std::to_string(getpid()) + "-" + std::to_string(count++) + suffix);
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace approxtlm::test
