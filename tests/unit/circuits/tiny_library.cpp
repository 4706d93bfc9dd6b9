#include "tests/unit/circuits/tiny_library.h"

#include <unistd.h>

#include "models/common/error.h"
#include "power/circuits/tool.h"
#include "power/liberty/liberty_reader.h"

namespace approxtlm::power {

const LibertyLibrary& tiny_library() {
    static const LibertyLibrary library = read_liberty({APPROXTLM_TINY_LIBERTY});
    return library;
}

void MappedTest::SetUp() {
    try {
        find_program("yosys");
    } catch (const InputError& e) {
        GTEST_SKIP() << e.what();
    }
    folder_ = testing::TempDir() + "circuits-" + std::to_string(getpid());
    std::filesystem::create_directories(folder_);
    synthesis_ = std::make_unique<Synthesis>(tiny_library(), folder_);
}

void MappedTest::TearDown() {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

}  // namespace approxtlm::power
