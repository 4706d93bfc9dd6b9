#include "models/common/buffer_timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace approxtlm {
namespace {

LayerDescriptor convolution(std::uint32_t channels, std::uint32_t side, std::uint32_t kernel) {
    LayerDescriptor d;
    d.opcode = Opcode::matrix;
    d.input_channels = channels;
    d.input_height = d.input_width = d.output_height = d.output_width = side;
    d.kernel_height = d.kernel_width = kernel;
    d.pad_top = d.pad_left = kernel / 2;
    d.output_channels = 8;
    d.tile_rows = side;
    return d;
}

WindowRead window(std::uint32_t first_k, std::uint32_t count, std::uint32_t first_pixel, std::uint32_t pixels,
                  bool by_element = false) {
    WindowRead r;
    r.first_k = r.words_first_k = first_k;
    r.count = r.words_count = count;
    r.first_pixel = first_pixel;
    r.pixels = pixels;
    r.by_element = by_element;
    return r;
}

/// By definition: the bytes of every vector one by one, the words they lie in, the banks those lie in.
WindowCycles by_definition(const BufferConfig& buffer, const LayerDescriptor& d, const WindowRead& r) {
    const std::uint32_t depth = d.input_channels / d.groups;
    std::uint64_t sum_of_busiest = 0;
    std::set<std::pair<std::uint32_t, std::uint64_t>> words_of_taps;
    for (std::uint32_t pixel = r.first_pixel; pixel < r.first_pixel + r.pixels; ++pixel) {
        std::set<std::uint64_t> words;
        for (std::uint32_t k = r.words_first_k; k < r.words_first_k + r.words_count; ++k) {
            const int y = static_cast<int>(pixel / d.output_width * d.stride_y + k / depth / d.kernel_width) -
                          static_cast<int>(d.pad_top);
            const int x = static_cast<int>(pixel % d.output_width * d.stride_x + k / depth % d.kernel_width) -
                          static_cast<int>(d.pad_left);
            if (y < 0 || x < 0 || y >= static_cast<int>(d.input_height) ||
                x >= static_cast<int>(d.input_width))
                continue;
            const std::uint64_t position =
                (static_cast<std::uint64_t>(y) - r.first_row) * d.input_width + static_cast<std::uint64_t>(x);
            const std::uint64_t word =
                (r.address + position * d.input_channels + r.group * depth + k % depth) / buffer.port_bytes;
            words.insert(word);
            words_of_taps.insert({k / depth, word});
        }
        std::map<std::uint64_t, std::uint64_t> banks;
        for (const std::uint64_t word : words)
            ++banks[(word + word / buffer.banks * buffer.bank_skew) % buffer.banks];
        std::uint64_t busiest =
            (r.count + buffer.banks * buffer.port_bytes - 1) / (buffer.banks * buffer.port_bytes);
        for (const auto& [bank, n] : banks) busiest = std::max(busiest, n);
        sum_of_busiest += busiest;
    }
    const std::uint64_t width = std::uint64_t{buffer.banks} * buffer.port_bytes;
    const std::uint64_t step = (r.pixels + width - 1) / width;
    WindowCycles c;
    std::uint64_t total = sum_of_busiest;
    c.port = r.pixels * ((r.count + width - 1) / width);
    if (r.by_element) {
        c.port = r.count * step;
        std::map<std::uint64_t, std::uint64_t> all;
        for (const auto& [tap, word] : words_of_taps)
            ++all[(word + word / buffer.banks * buffer.bank_skew) % buffer.banks];
        total = 0;
        for (const auto& [bank, n] : all) total = std::max(total, n);
        if (total > r.words_count * step) c.conflicts = total - r.words_count * step;
    } else if (total > c.port) {
        c.conflicts = total - c.port;
    }
    return c;
}

TEST(WindowCycles, AlignedVectorsOfOneWordHaveNoConflict) {
    const WindowCycles c = window_cycles({1u << 16, 1, 16}, convolution(16, 8, 1), window(0, 16, 0, 64));
    EXPECT_EQ(c.port, 64u);
    EXPECT_EQ(c.conflicts, 0u);
}

// Taps of two input rows: 8 words of 16 bytes apart, so with 4 or 8 banks both lie in one bank; the first
// output row's upper taps are padding.
TEST(WindowCycles, RowsAPowerOfTwoApartShareABankUnlessSkewed) {
    const LayerDescriptor d = convolution(16, 8, 3);
    const WindowRead lower_and_upper =
        window(16, 3 * 16, 8 + 1, 1);  // taps (0,1), (0,2), (1,0) of pixel (1,1)
    EXPECT_EQ(window_cycles({1u << 16, 8, 16, 0}, d, lower_and_upper).conflicts, 0u);  // words 1, 2, 8
    const WindowRead same_column = window(0, 4 * 16, 8 + 1, 1);                        // words 0, 1, 2, 8
    EXPECT_EQ(window_cycles({1u << 16, 8, 16, 0}, d, same_column).port, 1u);
    EXPECT_EQ(window_cycles({1u << 16, 8, 16, 0}, d, same_column).conflicts, 1u);
    EXPECT_EQ(window_cycles({1u << 16, 8, 16, 3}, d, same_column).conflicts, 0u);  // word 8 in bank 3
    EXPECT_EQ(window_cycles({1u << 16, 8, 16, 2}, d, same_column).conflicts, 1u);  // in bank 2
    EXPECT_EQ(window_cycles({1u << 16, 8, 16, 0}, d, window(0, 4 * 16, 1, 1)).conflicts,
              0u);  // row 0: padding
}

TEST(WindowCycles, OneBankReadsEveryWordOneAfterTheOther) {
    const LayerDescriptor d = convolution(16, 8, 3);
    // 48 neighbouring bytes from byte 16 on: words 0 and 1 of 32 bytes.
    const WindowCycles c = window_cycles({1u << 16, 1, 32}, d, window(48, 48, 2, 1));
    EXPECT_EQ(c.port, 2u);
    EXPECT_EQ(c.conflicts, 0u);
    const WindowCycles wide = window_cycles({1u << 16, 1, 64}, d, window(48, 48, 2, 1));
    EXPECT_EQ(wide.port, 1u);
    EXPECT_EQ(wide.conflicts, 0u);
    const WindowCycles across = window_cycles({1u << 16, 1, 64}, d, window(48, 48, 4, 1));  // bytes 48 to 95
    EXPECT_EQ(across.port, 1u);
    EXPECT_EQ(across.conflicts, 1u);
}

// Four pixels of 64 channels by element: 64 steps, each row's edge register fetches words of its own.
TEST(WindowCycles, ByElementTheEdgeSpreadsTheWordsOverTheFold) {
    const LayerDescriptor d = convolution(64, 4, 1);
    EXPECT_EQ(window_cycles({1u << 16, 1, 16}, d, window(0, 64, 0, 4, true)).conflicts, 0u);  // 16 of 64
    EXPECT_EQ(window_cycles({1u << 16, 1, 1}, d, window(0, 64, 0, 4, true)).conflicts, 0u);   // 256 of 4 x 64
    EXPECT_EQ(window_cycles({1u << 16, 4, 1}, d, window(0, 64, 0, 4, true)).conflicts, 0u);   // 64 of 64
    EXPECT_EQ(window_cycles({1u << 16, 4, 1}, d, window(0, 1, 0, 4, true)).port, 1u);
    EXPECT_EQ(window_cycles({1u << 16, 4, 1}, d, window(0, 1, 0, 4, true)).conflicts, 3u);  // all in bank 0
    EXPECT_EQ(window_cycles({1u << 16, 4, 1, 1}, d, window(0, 1, 0, 4, true)).conflicts,
              3u);  // 16 x 1 = 0 mod 4
}

TEST(WindowCycles, OutputStationaryCountsAReductionsWordsWithItsLastFold) {
    LayerDescriptor d = convolution(64, 4, 1);
    d.dataflow = Dataflow::output_stationary;
    const Tiling t = tiling_of(d, 4, 4);  // 16 folds of 4 steps; 4 pixels at once
    FoldPosition p;
    p.pixels = 4;
    p.fold = 14;
    const BufferConfig buffer{1u << 16, 8, 1, 0};  // 4 x 64 bytes in 8 banks: 32 words each
    EXPECT_EQ(window_cycles(buffer, d, window_read(d, t, 0, p, true)).port, 4u);
    EXPECT_EQ(window_cycles(buffer, d, window_read(d, t, 0, p, true)).conflicts, 0u);
    p.fold = 15;
    EXPECT_EQ(window_cycles(buffer, d, window_read(d, t, 0, p, true)).conflicts, 0u);  // 32 of 64
    const BufferConfig narrow{1u << 16, 2, 2, 0};                                      // 64 words each
    EXPECT_EQ(window_cycles(narrow, d, window_read(d, t, 0, p, true)).conflicts, 0u);
    const BufferConfig skewed{1u << 16, 2, 2, 1};  // words 0 3 4 7 .. in bank 0: as many
    EXPECT_EQ(window_cycles(skewed, d, window_read(d, t, 0, p, true)).conflicts, 0u);
}

// Eight pixels' four channels of 64: words 64 p + 0..3, all in four of 16 banks; a skew of one moves each
// pixel by four banks.
TEST(WindowCycles, PixelsAPowerOfTwoApartShareABankUnlessSkewed) {
    LayerDescriptor d = convolution(64, 4, 1);
    d.dataflow = Dataflow::output_stationary;
    d.groups = 16;
    const Tiling t = tiling_of(d, 8, 4);
    FoldPosition p;
    p.pixels = 8;
    EXPECT_EQ(window_cycles({1u << 16, 16, 1, 0}, d, window_read(d, t, 0, p, true)).port, 4u);
    EXPECT_EQ(window_cycles({1u << 16, 16, 1, 0}, d, window_read(d, t, 0, p, true)).conflicts, 8u - 4u);
    EXPECT_EQ(window_cycles({1u << 16, 16, 1, 1}, d, window_read(d, t, 0, p, true)).conflicts, 0u);
}

TEST(WindowCycles, RandomWindowsFollowTheDefinition) {
    std::mt19937 random(20261123);
    const auto among = [&](std::vector<std::uint32_t> values) { return values[random() % values.size()]; };
    unsigned with_conflicts = 0;
    for (int round = 0; round < 3000; ++round) {
        LayerDescriptor d = convolution(among({3, 4, 8, 16, 24}), among({5, 8, 9}), among({1, 2, 3, 5}));
        d.groups = d.input_channels % 4 == 0 ? among({1, 2, 4}) : 1;
        d.stride_y = among({1, 2});
        d.stride_x = among({1, 2, 3});
        d.output_width = (d.input_width + 2 * d.pad_left - d.kernel_width) / d.stride_x + 1;
        d.output_height = (d.input_height + 2 * d.pad_top - d.kernel_height) / d.stride_y + 1;
        d.tile_rows = 1 + random() % d.output_height;
        const BufferConfig buffer{1u << 16, among({1, 2, 4, 8, 16}), among({1, 3, 4, 8, 16, 64}),
                                  among({0, 1, 3, 6})};
        const std::uint32_t tile = random() % ((d.output_height + d.tile_rows - 1) / d.tile_rows);
        d.dataflow = kDataflows[random() % kDataflows.size()];
        const Tiling t = tiling_of(d, among({4, 8, 64}), 4);
        std::vector<FoldPosition> folds;
        for_each_fold(t, tile_rows_of(d, tile).output_count * d.output_width,
                      [&](const FoldPosition& p) { folds.push_back(p); });
        const WindowRead read = window_read(d, t, tile, folds[random() % folds.size()], random() % 2 == 0);
        const WindowCycles expected = by_definition(buffer, d, read), got = window_cycles(buffer, d, read);
        WindowTimer timer(buffer);
        const std::string where = "round " + std::to_string(round);
        ASSERT_EQ(got.port, expected.port) << where;
        ASSERT_EQ(got.conflicts, expected.conflicts) << where;
        ASSERT_EQ(timer(d, read).total(), expected.total()) << where;
        ASSERT_EQ(timer(d, read).conflicts, expected.conflicts) << where << ", remembered";
        with_conflicts += expected.conflicts != 0;
    }
    EXPECT_GT(with_conflicts, 300u);
    EXPECT_LT(with_conflicts, 2700u);
}

// What is remembered is what was asked: every number of the question changes the answer.
TEST(WindowTimer, KeepsWindowsApart) {
    const BufferConfig buffer{1u << 16, 8, 4, 1};
    WindowTimer timer(buffer);
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        LayerDescriptor d = convolution(4 + 4 * (random() % 3), 6 + random() % 2, 1 + 2 * (random() % 2));
        d.stride_x = 1 + random() % 2;
        d.pad_left = random() % 2;
        WindowRead read =
            window(random() % 3, 1 + random() % 4, random() % 4, 1 + random() % 3, random() % 2 == 0);
        read.address = 4 * (random() % 3);
        const WindowCycles expected = window_cycles(buffer, d, read);
        ASSERT_EQ(timer(d, read).port, expected.port) << round;
        ASSERT_EQ(timer(d, read).conflicts, expected.conflicts) << round;
    }
}

}  // namespace
}  // namespace approxtlm
