#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "power/circuits/synthesis.h"
#include "power/liberty/liberty_library.h"

namespace approxtlm::power {

/// tests/data/tiny.lib: adders with inverted carries; a plain flip-flop with inverted output only, and a
/// smaller one with a reset.
const LibertyLibrary& tiny_library();

/// Each test maps into a folder of its own; skipped where Yosys is not installed.
class MappedTest : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;
    std::string folder_;
    std::unique_ptr<Synthesis> synthesis_;
};

}  // namespace approxtlm::power
