#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "models/common/error.h"
#include "tests/unit/report/sample_report.h"

namespace fs = std::filesystem;

namespace approxtlm::platform {
namespace {

class WriteReports : public ::testing::Test {
protected:
    void SetUp() override {
        folder = fs::path(::testing::TempDir()) /
                 (std::string("approxtlm_reports_") +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
        fs::remove_all(folder);
    }
    void TearDown() override { fs::remove_all(folder); }

    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
    }
    std::string error() const {
        try {
            write_reports(sample_report(2), folder.string());
        } catch (const InputError& e) {
            return e.what();
        }
        return "no error";
    }
    fs::path folder;
};

TEST_F(WriteReports, FourFilesAndNothingElse) {
    folder /= "deep/er";
    write_reports(sample_report(2), folder.string());
    write_reports(sample_report(2), folder.string());
    EXPECT_EQ(entries(), 4u);
    std::stringstream text;
    text << std::ifstream(folder / "report.json").rdbuf();
    EXPECT_EQ(text.str(), format_json(sample_report(2)));
    EXPECT_TRUE(fs::exists(folder / "report.html"));
    EXPECT_TRUE(fs::exists(folder / "layers.csv"));
    EXPECT_TRUE(fs::exists(folder / "power.csv"));
}

TEST_F(WriteReports, AFileInTheWayOfTheFolder) {
    std::ofstream(folder) << "x";
    EXPECT_EQ(error(), "--output " + folder.string() + ": cannot write " + folder.string() +
                           " (Not a directory), expected a writable directory");
}

TEST_F(WriteReports, AFolderInTheWayOfAFileLeavesNothingBehind) {
    fs::create_directories(folder / "report.html");
    EXPECT_EQ(error(), "--output " + folder.string() + ": cannot write " + (folder / "report.html").string() +
                           " (Is a directory), expected a writable directory");
    EXPECT_EQ(entries(), 1u);
}

}  // namespace
}  // namespace approxtlm::platform
