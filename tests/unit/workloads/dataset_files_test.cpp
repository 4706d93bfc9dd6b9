#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include "models/common/error.h"
#include "tests/unit/workloads/reference.h"
#include "workloads/datasets/dataset.h"

namespace approxtlm::workloads::test {
namespace {

/// A folder of its own for each test.
struct DatasetFiles : testing::Test {
    const std::string folder = testing::TempDir() + "approxtlm_" +
                               testing::UnitTest::GetInstance()->current_test_info()->name() + "/";
    void SetUp() override { std::filesystem::create_directories(folder); }
    void TearDown() override { std::filesystem::remove_all(folder); }

    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(folder + name, std::ios::binary) << bytes;
    }

    std::string refusal(const std::string& spec, std::size_t images = 0) const {
        try {
            load_dataset(spec, Split::test, images);
        } catch (const InputError& error) {
            std::string message = error.what();
            for (std::size_t at; (at = message.find(folder)) != std::string::npos;)
                message.erase(at, folder.size());
            return message;
        }
        return "";
    }
};

std::string npy(const std::string& descr, const std::string& shape, const std::string& data,
                char version = 1) {
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header += std::string(64 - header.size() % 64, ' ') + "\n";
    std::string lead = "\x93NUMPY";
    lead += version;
    lead += '\0';
    lead += static_cast<char>(header.size() & 255);
    lead += static_cast<char>(header.size() >> 8);
    if (version == 2) lead += std::string(2, '\0');
    return lead + header + data;
}

TEST_F(DatasetFiles, SpecsAreRefused) {
    EXPECT_EQ(refusal("imagenet"), "dataset: got \"imagenet\", expected synthetic, cifar10:DIR or npy:FILE");
    EXPECT_EQ(refusal("npy:x.npz"),
              "dataset npy:x.npz: got a name without .npy, expected FILE.npy beside FILE.labels.npy");
    EXPECT_EQ(refusal("npy:" + folder + "x.npy"), "x.npy: got no readable file, expected a .npy file");
    EXPECT_EQ(refusal("cifar10:" + folder),
              "/test_batch.bin: got no readable file, expected a CIFAR-10 binary batch");
}

TEST_F(DatasetFiles, CifarIsCheckedForSizeAndLabels) {
    write("test_batch.bin", "short");
    EXPECT_EQ(refusal("cifar10:" + folder), "/test_batch.bin: got 5 bytes, expected 30730000 bytes");
    std::string batch(30730000, '\x05');
    batch[3073] = 10;
    write("test_batch.bin", batch);
    EXPECT_EQ(refusal("cifar10:" + folder, 1), "");
    EXPECT_EQ(refusal("cifar10:" + folder, 2),
              "/test_batch.bin: got label 10 at image 1, expected a label in [0, 9]");
    EXPECT_EQ(refusal("cifar10:" + folder, 10001),
              "/test_batch.bin: got 10001 images asked for, expected at most 10000");
}

TEST_F(DatasetFiles, SharedCifarLoads) {
    if (!std::filesystem::exists(shared_data() + "/cifar10/test_batch.bin"))
        GTEST_SKIP() << "no CIFAR-10 in " << shared_data() << " (set APPROXTLM_SHARED_DATA)";
    const Dataset test = load_dataset("cifar10:" + shared_data() + "/cifar10", Split::test, 0);
    EXPECT_EQ(test.size(), 10000u);
    EXPECT_EQ(test.labels[0], 3);  // the cat
    EXPECT_NE(load_dataset("cifar10:" + shared_data() + "/cifar10", Split::train, 1).labels[0], 3);
}

TEST_F(DatasetFiles, NpyReadsBothVersionsAndLabelTypes) {
    const std::string pixels(2 * 3 * 4 * 5, '\x2a');
    for (const char version : {char{1}, char{2}}) {
        write("a.npy", npy("|u1", "(2, 3, 4, 5)", pixels, version));
        write("a.labels.npy",
              version == 1 ? npy("|u1", "(2,)", "\x07\x03")
                           : npy("<i8", "(2,)", std::string("\x07\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0", 16)));
        const Dataset d = load_dataset("npy:" + folder + "a.npy", Split::test, 0);
        EXPECT_EQ(d.name, "a.npy");
        EXPECT_EQ(d.height, 4);
        EXPECT_EQ(d.width, 5);
        EXPECT_EQ(d.labels, (std::vector<std::uint8_t>{7, 3}));
        EXPECT_EQ(d.classes, 8);
        EXPECT_EQ(d.image(1)[59], 0x2a);
    }
    EXPECT_EQ(refusal("npy:" + folder + "a.npy", 3), "a.npy: got 3 images asked for, expected at most 2");
}

TEST_F(DatasetFiles, NpyIsReadWithSuspicion) {
    const auto message = [&](const std::string& bytes) {
        write("a.npy", bytes);
        return refusal("npy:" + folder + "a.npy");
    };
    EXPECT_EQ(message(""), "a.npy: got another format, expected a .npy file");
    EXPECT_EQ(message(npy("|u1", "(1, 3, 1, 1)", "123").substr(0, 40)),
              "a.npy: got a truncated header, expected a .npy file");
    EXPECT_EQ(message(npy("|u1", "(1, 3, 1, 1)", "12")), "a.npy: got 2 bytes of data, expected 3 bytes");
    EXPECT_EQ(message(npy("|u1", "(1, 3, 1, 1)", "1234")), "a.npy: got 4 bytes of data, expected 3 bytes");
    EXPECT_EQ(message(npy("<f4", "(1, 3, 1, 1)", "123")),
              "a.npy: got element type '<f4', expected uint8 ('|u1') or int64 ('<i8')");
    EXPECT_EQ(message(npy("|u1", "(1, 1, 1, 1)", "1")), "a.npy: got shape [1,1,1,1], expected [N,3,H,W]");
    EXPECT_EQ(message(npy("|u1", "(99999999, 3, 65535, 65535)", "1")),
              "a.npy: got shape for more than 1 TB, expected a smaller array");
    EXPECT_EQ(message(npy("|u1", "(99999999999999999999999, 3)", "1")),
              "a.npy: got a dimension above 100000000, expected a smaller array");
    EXPECT_EQ(message(npy("|u1", "(1, 1, 1, 1, 1)", "1")),
              "a.npy: got more than 4 dimensions, expected images [N,3,H,W] or labels [N]");
    EXPECT_EQ(message(npy("|u1", "(1, x)", "1")), "a.npy: got a malformed shape, expected a .npy header");
    write("a.labels.npy", npy("<i8", "(1,)", std::string("\x07\0\0\0\0\0\0\x01", 8)));
    EXPECT_EQ(message(npy("|u1", "(1, 3, 1, 1)", "123")),
              "a.labels.npy: got a label above 255 or below 0 at image 0, expected a label in [0, 255]");
    write("a.labels.npy", npy("|u1", "(2,)", "12"));
    EXPECT_EQ(message(npy("|u1", "(1, 3, 1, 1)", "123")), "a.labels.npy: got shape [2], expected [1]");
}

TEST(QuantizeImage, FollowsFloat32AndHwcOrder) {
    Dataset d;
    d.name = "d";
    d.height = 1;
    d.width = 2;
    d.pixels = {0, 255, 100, 101, 102, 103};
    d.labels = {0};
    Tensor in;
    in.name = "input";
    in.channels = 3;
    in.height = 1;
    in.width = 2;
    in.quantization = {0.01865845f, 114};
    std::vector<std::uint8_t> want;
    for (std::size_t p = 0; p < 2; ++p)
        for (std::size_t c = 0; c < 3; ++c) {
            const float x =
                (static_cast<float>(d.pixels[c * 2 + p]) / 255.0f - kMean[c]) / kStandardDeviation[c];
            want.push_back(static_cast<std::uint8_t>(std::nearbyint(x / 0.01865845f) + 114));
        }
    EXPECT_EQ(quantize_image(d, 0, in), want);
    in.quantization = {1e-30f, 114};  // everything saturates
    EXPECT_EQ(quantize_image(d, 0, in), (std::vector<std::uint8_t>{0, 0, 0, 255, 0, 0}));
    in.height = 2;
    try {
        quantize_image(d, 0, in);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(),
                     "dataset d: got images of 3x1x2, expected 3x2x2 as the network's input input");
    }
}

}  // namespace
}  // namespace approxtlm::workloads::test
