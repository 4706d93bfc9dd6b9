#pragma once

#include <cstdint>
#include <cstring>

namespace approxtlm::portable {

/// 4 int32 lanes, each also readable as 4 bytes, in plain C++.
struct Simd {
    static constexpr std::uint32_t kLanes = 4;
    static constexpr std::uint32_t kBlocks = 2;
    static constexpr std::uint32_t kPixels = 2;
    static constexpr bool kPairsSaturate = false;
    struct Vector {
        std::uint32_t lane[kLanes];
    };

    template <class F>
    static Vector each(F f) {
        Vector x;
        for (std::uint32_t i = 0; i < kLanes; ++i) x.lane[i] = f(i);
        return x;
    }
    static Vector zero() { return all(0); }
    static Vector all(std::uint32_t x) {
        return each([&](std::uint32_t) { return x; });
    }
    static Vector load(const void* p) {
        Vector x;
        std::memcpy(&x, p, sizeof x);
        return x;
    }
    static void store(void* p, const Vector& x) { std::memcpy(p, &x, sizeof x); }
    static Vector load_bytes(const std::uint8_t* p) {
        return each([&](std::uint32_t i) { return std::uint32_t{p[i]}; });
    }
    static Vector add(const Vector& a, const Vector& b) {
        return each([&](std::uint32_t i) { return a.lane[i] + b.lane[i]; });
    }
    static Vector bits_and(const Vector& a, const Vector& b) {
        return each([&](std::uint32_t i) { return a.lane[i] & b.lane[i]; });
    }
    static Vector masked_xor(const Vector& a, const Vector& b, const Vector& mask) {
        return each([&](std::uint32_t i) { return (a.lane[i] ^ b.lane[i]) & mask.lane[i]; });
    }
    static Vector dot4(const Vector& sum, const Vector& unsigned_bytes, const Vector& signed_bytes) {
        return each([&](std::uint32_t i) {
            std::int32_t dot = 0;
            for (std::uint32_t b = 0; b < 32; b += 8) {
                const auto u = static_cast<std::int32_t>(unsigned_bytes.lane[i] >> b & 255);
                const auto s = static_cast<std::int8_t>(signed_bytes.lane[i] >> b & 255);
                dot += u * s;
            }
            return sum.lane[i] + static_cast<std::uint32_t>(dot);
        });
    }

    using Count = std::uint64_t;
    static Count no_count() { return 0; }
    static Count count(Count n, const Vector& x) {
        for (const std::uint32_t lane : x.lane) n += static_cast<std::uint32_t>(__builtin_popcount(lane));
        return n;
    }
    static std::uint64_t total(Count n) { return n; }
};

}  // namespace approxtlm::portable
