#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace approxtlm::power {

/// Timing wheel that holds each of a fixed set of items at most once. Every time held lies less than kBuckets
/// ticks after the present one. Items of one tick leave in the order in which they came.
class EventWheel {
public:
    static constexpr std::int64_t kBuckets = 8192;

    EventWheel() { head_.fill(kNone), tail_.fill(kNone); }
    void resize(std::size_t items) { links_.assign(items, {}); }

    bool empty() const { return held_ == 0; }
    bool holds(std::uint32_t item) const { return links_[item].bucket != kNone; }

    void insert(std::uint32_t item, std::int64_t time) {
        const auto bucket = static_cast<std::uint32_t>(time & (kBuckets - 1));
        links_[item] = {tail_[bucket], kNone, bucket};
        (tail_[bucket] == kNone ? head_[bucket] : links_[tail_[bucket]].next) = item;
        tail_[bucket] = item;
        occupied_[bucket / 64] |= std::uint64_t{1} << bucket % 64;
        ++held_;
    }

    void cancel(std::uint32_t item) {
        const Link link = links_[item];
        (link.previous == kNone ? head_[link.bucket] : links_[link.previous].next) = link.next;
        (link.next == kNone ? tail_[link.bucket] : links_[link.next].previous) = link.previous;
        if (head_[link.bucket] == kNone)
            occupied_[link.bucket / 64] &= ~(std::uint64_t{1} << link.bucket % 64);
        links_[item].bucket = kNone;
        --held_;
    }

    /// Time of the earliest item at or after `now`, `end` when that is not before it.
    std::int64_t next(std::int64_t now, std::int64_t end) const {
        if (held_ == 0) return end;
        const auto first = static_cast<std::size_t>(now & (kBuckets - 1));
        std::uint64_t word = occupied_[first / 64] & ~std::uint64_t{0} << first % 64;
        for (std::size_t turn = 0; turn <= occupied_.size(); ++turn) {
            const std::size_t index = (first / 64 + turn) % occupied_.size();
            if (turn > 0) word = occupied_[index];
            if (word == 0) continue;
            const auto bucket = static_cast<std::int64_t>(index * 64) + __builtin_ctzll(word);
            const std::int64_t time = now + ((bucket - static_cast<std::int64_t>(first)) & (kBuckets - 1));
            return time < end ? time : end;
        }
        return end;
    }

    std::uint32_t pop(std::int64_t time) {
        const std::uint32_t item = head_[static_cast<std::size_t>(time & (kBuckets - 1))];
        cancel(item);
        return item;
    }

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};
    struct Link {
        std::uint32_t previous = kNone, next = kNone, bucket = kNone;
    };
    std::array<std::uint32_t, kBuckets> head_, tail_;
    std::array<std::uint64_t, kBuckets / 64> occupied_{};
    std::vector<Link> links_;
    std::size_t held_ = 0;
};

}  // namespace approxtlm::power
