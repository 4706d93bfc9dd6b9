#include "power/macro_model/streams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace approxtlm::power {
namespace {

const StreamDesign kExact{};
const StreamDesign kTruncated7{{MultiplierFamily::truncated, 7}, Encoding::unsigned_codes, Variate::any_low};

RecordedFold small_fold() {
    RecordedFold fold{"layer", 3, 2, 64, {}, {}};
    fold.weights = {1, 2, 3, 4, 5, 6};
    for (unsigned i = 0; i < 64 * 3; ++i) fold.activations.push_back(static_cast<std::uint8_t>(i));
    return fold;
}

std::vector<StreamSpec> all_generated() {
    std::vector<StreamSpec> specs = training_streams({});
    for (const StreamSpec& s : held_out_streams({})) specs.push_back(s);
    return specs;
}

double zero_share(const OperandStream& s) {
    double zeros = 0;
    for (const StreamBlock& b : s.blocks)
        zeros += static_cast<double>(std::count(b.activations.begin(), b.activations.end(), 0));
    return zeros / static_cast<double>(s.blocks.size() * kBlockCycles);
}

TEST(Streams, TwentyAreHeldOutAndNoneIsTrainedOn) {
    EXPECT_EQ(held_out_streams({}).size(), 20u);
    const RecordedFold fold = small_fold();
    const std::vector<RecordedFold> folds(4, fold);
    const auto training = training_streams(folds), held_out = held_out_streams(folds);
    EXPECT_EQ(held_out.size(), 20u);
    std::set<std::uint32_t> seeds;
    std::set<const RecordedFold*> trained;
    for (const StreamSpec& s : training) {
        EXPECT_TRUE(seeds.insert(s.seed).second) << s.name;
        if (s.fold != nullptr) trained.insert(s.fold);
    }
    std::size_t recorded = 0;
    for (const StreamSpec& s : held_out) {
        EXPECT_TRUE(seeds.insert(s.seed).second) << s.name;
        EXPECT_EQ(trained.count(s.fold), 0u) << s.name;
        recorded += s.kind == StreamKind::recorded;
    }
    EXPECT_EQ(trained.size(), 2u);
    EXPECT_EQ(recorded, 5u);
}

TEST(Streams, NamesAreUnique) {
    for (const auto& specs : {training_streams({}), held_out_streams({}), held_out_streams({small_fold()})}) {
        std::set<std::string> names;
        for (const StreamSpec& s : specs) EXPECT_TRUE(names.insert(s.name).second) << s.name;
    }
}

TEST(Streams, AreTheSameEveryTimeAndForEveryDesign) {
    for (const StreamSpec& spec : all_generated()) {
        const OperandStream one = make_stream(spec, kExact, 4), two = make_stream(spec, kTruncated7, 64);
        ASSERT_EQ(one.blocks.size(), kFittedBlocks);
        for (unsigned b = 0; b < kStreamBlocks; ++b) {
            EXPECT_EQ(one.blocks[b].weight, two.blocks[b].weight);
            EXPECT_EQ(one.blocks[b].activations, two.blocks[b].activations);
            EXPECT_EQ(one.blocks[b].activations.size(), kBlockCycles);
        }
    }
    // Pinned, so that files made with another compiler or library fit the streams they name.
    const StreamBlock first = make_stream(reference_stream(), kExact, 1).blocks.front();
    EXPECT_EQ(int{first.weight}, 124);
    EXPECT_EQ(std::accumulate(first.activations.begin(), first.activations.end(), 0), 794);
}

TEST(Streams, KindsAreWhatTheirNamesSay) {
    for (const StreamSpec& spec : all_generated()) {
        const OperandStream s = make_stream(spec, kExact, 1);
        const double zeros = zero_share(s);
        int most = 0;
        for (const StreamBlock& b : s.blocks)
            most = std::max<int>(most, *std::max_element(b.activations.begin(), b.activations.end()));
        switch (spec.kind) {
            case StreamKind::sparse:
                EXPECT_GT(zeros, 0.55) << spec.name;
                EXPECT_LT(zeros, 0.99) << spec.name;
                break;
            case StreamKind::dense:
                EXPECT_LT(zeros, 0.2) << spec.name;
                break;
            case StreamKind::uniform:
                EXPECT_LT(zeros, 0.02) << spec.name;
                EXPECT_GT(most, 250) << spec.name;
                break;
            case StreamKind::small:
                EXPECT_LE(most, 31) << spec.name;
                EXPECT_GT(most, 8) << spec.name;
                break;
            case StreamKind::correlated:
                EXPECT_GT(zeros, 0.15) << spec.name;
                EXPECT_LT(zeros, 0.75) << spec.name;
                break;
            case StreamKind::recorded:
                FAIL();
        }
    }
    EXPECT_NEAR(zero_share(make_stream(reference_stream(), kExact, 1)), 0.45, 0.08);
}

TEST(Streams, SumsComeFromTheDesignsOwnProducts) {
    const StreamSpec spec = held_out_streams({}).front();
    // Rows are drawn one by one, so row 3's sums are those of row 2 plus one more row's products.
    for (const StreamDesign& design : {kExact, kTruncated7}) {
        const OperandStream top = make_stream(spec, design, 1), second = make_stream(spec, design, 2);
        for (unsigned b = 0; b < kStreamBlocks; ++b) {
            for (unsigned t = 0; t < kBlockCycles; ++t) {
                EXPECT_EQ(top.blocks[b].psum_in[t], 0u);
                EXPECT_EQ(top.blocks[b].sum_x_in[t], 0u);
                const std::uint32_t product = second.blocks[b].psum_in[t];
                EXPECT_EQ(product % (design.multiplier.m == 7 ? 128 : 1), 0u);
                EXPECT_LE(second.blocks[b].sum_x_in[t], 1u);
            }
        }
    }
    double mean = 0;
    const OperandStream deep = make_stream(spec, kExact, 64), alone = make_stream(spec, kExact, 1);
    for (const StreamBlock& b : deep.blocks)
        for (const std::uint32_t p : b.psum_in) mean += p / (kFittedBlocks * kBlockCycles * 63.0);
    double own = 0;
    for (const StreamBlock& b : alone.blocks)
        for (const std::uint8_t a : b.activations) own += 128.0 * a / (kFittedBlocks * kBlockCycles);
    EXPECT_GT(mean, own / 2);
    EXPECT_LT(mean, own * 2);
}

TEST(Streams, RecordedRowsKeepTheirOrder) {
    const RecordedFold fold = small_fold();
    const StreamSpec spec{"r", StreamKind::recorded, 7, &fold};
    const OperandStream two = make_stream(spec, kExact, 2), deep = make_stream(spec, kExact, 64);
    for (unsigned b = 0; b < kStreamBlocks; ++b) {
        const StreamBlock& block = two.blocks[b];
        const unsigned column = (block.weight - 1) % 2, row = (block.weight - 1) / 2;
        const unsigned above = (row + 2) % 3;
        for (unsigned t = 0; t < kBlockCycles; ++t) {
            // Activations were numbered [vector][row], so a row's neighbour is one less (or two more).
            const unsigned a_above = (block.activations[t] + above + 192 - row) % 192;
            EXPECT_EQ(block.psum_in[t], fold.weights[above * 2 + column] * a_above);
            EXPECT_EQ(block.sum_a_in[t], a_above);
        }
        // 64 rows of a fold of three: the other two rows lie above.
        const unsigned other = (row + 1) % 3;
        const unsigned a_other = (deep.blocks[b].activations[0] + other + 192 - row) % 192;
        EXPECT_EQ(deep.blocks[b].psum_in[0], block.psum_in[0] + fold.weights[other * 2 + column] * a_other);
    }
}

TEST(Streams, SignedDesignsSeeTheWeightLess128) {
    const StreamSpec spec = held_out_streams({}).front();
    StreamDesign design = kExact;
    design.encoding = Encoding::signed_codes;
    const OperandStream plain = make_stream(spec, kExact, 2), with_sign = make_stream(spec, design, 2);
    for (unsigned b = 0; b < kStreamBlocks; ++b) {
        EXPECT_EQ(weight_value(with_sign.blocks[b].weight, Encoding::signed_codes),
                  plain.blocks[b].weight - 128);
        for (unsigned t = 0; t < kBlockCycles; ++t)
            EXPECT_EQ((plain.blocks[b].psum_in[t] - 128 * plain.blocks[b].sum_a_in[t]) & 0x1FFFF,
                      with_sign.blocks[b].psum_in[t]);
    }
}

TEST(Streams, RefusesRowsThatNoArrayHas) {
    EXPECT_THROW(make_stream(reference_stream(), kExact, 0), std::invalid_argument);
    EXPECT_THROW(make_stream(reference_stream(), kExact, 257), std::invalid_argument);
    EXPECT_THROW(make_stream({"r", StreamKind::recorded, 1, nullptr}, kExact, 1), std::invalid_argument);
}

}  // namespace
}  // namespace approxtlm::power
