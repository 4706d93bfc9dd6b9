#include "models/common/text_file.h"

#include <gtest/gtest.h>

#include "tests/support/input_error.h"
#include "tests/support/temporary_file.h"

namespace approxtlm {
namespace {

TEST(TextFile, ReadsBytesUpToTheLimit) {
    const std::string bytes = std::string(70000, 'x') + "\nend";
    const test::TemporaryFile file(".txt", bytes);
    EXPECT_EQ(read_text_file(file.path(), bytes.size()), bytes);
    EXPECT_EQ(test::input_error([&] { read_text_file(file.path(), bytes.size() - 1); }),
              file.path() + ": got a longer file, expected at most 70003 bytes");
}

TEST(TextFile, MissingFileAndDirectoryAreNamed) {
    EXPECT_EQ(test::input_error([] { read_text_file("/nowhere/a.yaml", 10); }),
              "/nowhere/a.yaml: cannot be read: No such file or directory");
    EXPECT_EQ(test::input_error([] { read_text_file("/tmp", 10); }),
              "/tmp: got a directory, expected a file");
}

TEST(TextFile, FindsTheFirstIllFormedByte) {
    for (const char* good :
         {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf"})
        EXPECT_FALSE(first_non_utf8(good)) << good;
    const std::vector<std::pair<std::string, std::size_t>> bad{
        {"a\xff", 1},             // never a byte of UTF-8
        {"\xc3", 0},              // cut short
        {"ab\xc0\x80", 2},        // overlong NUL
        {"\xe0\x80\x80", 0},      // overlong
        {"\xed\xa0\x80", 0},      // surrogate
        {"\xf4\x90\x80\x80", 0},  // above U+10FFFF
        {"\x80", 0},              // continuation alone
    };
    for (const auto& [text, offset] : bad) EXPECT_EQ(first_non_utf8(text), offset) << printable(text);
}

TEST(TextFile, PrintableKeepsMessagesOnOneLine) {
    EXPECT_EQ(printable("gr\xc3\xbcn"), "gr\xc3\xbcn");
    EXPECT_EQ(printable("a\nb\x1b\xff"), "a\\x0ab\\x1b\\xff");
    EXPECT_EQ(printable(std::string(100, 'a')), std::string(60, 'a') + "...");
}

}  // namespace
}  // namespace approxtlm
