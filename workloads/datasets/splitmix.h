#pragma once

#include <cstdint>

namespace approxtlm::workloads {

/// splitmix64 (Steele, Lea, Flood 2014): a counter with a mixing function, so a stream is a pure function of
/// its seed.
class SplitMix {
public:
    explicit SplitMix(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ull;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }

    /// Uniform in [low, high] (ranges here are far below 2^32, so the bias of the multiply-shift is
    /// negligible).
    int between(int low, int high) {
        const auto range = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<int>(((next() >> 32) * range) >> 32);
    }

private:
    std::uint64_t state_;
};

}  // namespace approxtlm::workloads
