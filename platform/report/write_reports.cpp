#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "models/common/error.h"
#include "platform/report/report_data.h"

namespace fs = std::filesystem;

namespace approxtlm::platform {
namespace {

[[noreturn]] void fail(const std::string& directory, const fs::path& file, const std::string& why) {
    throw InputError(fmt::format("--output {}: cannot write {} ({}), expected a writable directory",
                                 directory, file.string(), why));
}

/// One file on its way: under a temporary name until commit(), removed when that never comes.
class PendingFile {
public:
    PendingFile(std::string directory, const std::string& name)
        : directory_(std::move(directory)),
          target_(fs::path(directory_) / name),
          temporary_(fs::path(directory_) / fmt::format(".{}.{}.tmp", name, ::getpid())) {}
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;
    ~PendingFile() {
        std::error_code ignored;
        fs::remove(temporary_, ignored);
    }

    void write(const std::string& text) const {
        if (std::error_code ignored; fs::is_directory(target_, ignored))
            fail(directory_, target_, std::strerror(EISDIR));
        std::FILE* file = std::fopen(temporary_.c_str(), "wb");
        if (file == nullptr) fail(directory_, target_, std::strerror(errno));
        const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
        const int write_error = errno;
        const bool closed = std::fclose(file) == 0;  // a full disk may show only here
        if (!written || !closed) fail(directory_, target_, std::strerror(written ? errno : write_error));
    }
    void commit() const {
        std::error_code error;
        fs::rename(temporary_, target_, error);
        if (error) fail(directory_, target_, error.message());
    }

private:
    std::string directory_;
    fs::path target_, temporary_;
};

}  // namespace

void write_reports(const RunReport& report, const std::string& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) fail(directory, directory, error.message());

    const PendingFile json(directory, "report.json"), html(directory, "report.html"),
        csv(directory, "layers.csv"), power(directory, "power.csv");
    json.write(format_json(report));
    html.write(format_html(report));
    csv.write(format_layers_csv(report));
    if (!report.power_csv.empty()) {
        power.write(report.power_csv);
        power.commit();
    }
    for (const PendingFile* file : {&csv, &html, &json}) file->commit();
}

}  // namespace approxtlm::platform
