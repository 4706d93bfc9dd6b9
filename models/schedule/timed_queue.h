#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>

#include "models/common/cycle.h"

namespace approxtlm {

/// A semaphore in a schedule: every post carries its moment, posts come in the order of their moments.
class TimedTokens {
public:
    explicit TimedTokens(std::size_t tokens = 0) : posts_(tokens, 0) {}
    void post(Cycle at) { posts_.push_back(at); }
    bool available() const { return !posts_.empty(); }
    /// When somebody who waits from `now` on holds a token.
    Cycle take(Cycle now) {
        const Cycle at = std::max(now, posts_.front());
        posts_.pop_front();
        return at;
    }

private:
    std::deque<Cycle> posts_;
};

/// A queue in a schedule, without bound.
template <class Item>
class TimedQueue {
public:
    void push(Cycle at, Item item) { items_.emplace_back(at, std::move(item)); }
    bool available() const { return !items_.empty(); }
    /// The next item, and in `now`, where the reader's moment stands, when it has it.
    Item pop(Cycle& now) {
        now = std::max(now, items_.front().first);
        Item item = std::move(items_.front().second);
        items_.pop_front();
        return item;
    }

private:
    std::deque<std::pair<Cycle, Item>> items_;
};

}  // namespace approxtlm
