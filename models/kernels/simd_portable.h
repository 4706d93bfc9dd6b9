#pragma once

#include <cstdint>
#include <cstring>

#include "models/arithmetic/requantize.h"

namespace approxtlm::portable {

/// 4 int32 lanes, each also readable as 4 bytes, in plain C++.
struct Simd {
    static constexpr std::uint32_t kLanes = 4;
    static constexpr std::uint32_t kBlocks = 2;
    static constexpr std::uint32_t kPixels = 2;
    static constexpr std::uint32_t kTileSums = 4;
    static constexpr std::uint32_t kToggleRows = 2;  ///< weight words an activity kernel holds
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
    static Vector add(const Vector& a, const Vector& b) {
        return each([&](std::uint32_t i) { return a.lane[i] + b.lane[i]; });
    }
    static Vector bits_and(const Vector& a, const Vector& b) {
        return each([&](std::uint32_t i) { return a.lane[i] & b.lane[i]; });
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

    static Vector sum_bits(const Vector& a, const Vector& b, const Vector& c) {
        return each([&](std::uint32_t i) { return a.lane[i] ^ b.lane[i] ^ c.lane[i]; });
    }
    static Vector majority(const Vector& a, const Vector& b, const Vector& c) {
        return each(
            [&](std::uint32_t i) { return (a.lane[i] & b.lane[i]) | (c.lane[i] & (a.lane[i] | b.lane[i])); });
    }
    /// (~a & b) | (~b & c): the bits that rise from a to b, and from b to c; never the same.
    static Vector rising(const Vector& a, const Vector& b, const Vector& c) {
        return each([&](std::uint32_t i) { return (~a.lane[i] & b.lane[i]) | (~b.lane[i] & c.lane[i]); });
    }
    static Vector add_bytes(const Vector& a, const Vector& b) {
        std::uint8_t x[sizeof(Vector)], y[sizeof(Vector)];
        store(x, a);
        store(y, b);
        for (std::size_t i = 0; i < sizeof(Vector); ++i) x[i] = static_cast<std::uint8_t>(x[i] + y[i]);
        return load(x);
    }
    /// Bit `bit` of every byte.
    static Vector bit_of_bytes(const Vector& x, int bit) {
        return each([&](std::uint32_t i) { return x.lane[i] >> bit & 0x01010101u; });
    }

    static constexpr std::uint32_t kWords = 8;  ///< 16-bit lanes
    static Vector load_bytes_as_words(const std::uint8_t* p) {
        std::uint16_t words[kWords];
        for (std::uint32_t i = 0; i < kWords; ++i) words[i] = p[i];
        return load(words);
    }
    static Vector add_words(const Vector& a, const Vector& b) {
        std::uint16_t x[kWords], y[kWords];
        store(x, a);
        store(y, b);
        for (std::uint32_t i = 0; i < kWords; ++i) x[i] = static_cast<std::uint16_t>(x[i] + y[i]);
        return load(x);
    }
    /// Adds to each 16-bit lane the bits in which it differs from the next; the last has none.
    static Vector count_steps(const Vector& n, const Vector& x) {
        std::uint16_t counts[kWords], words[kWords];
        store(counts, n);
        store(words, x);
        for (std::uint32_t i = 0; i + 1 < kWords; ++i)
            counts[i] = static_cast<std::uint16_t>(
                counts[i] + __builtin_popcount(static_cast<unsigned>(words[i] ^ words[i + 1])));
        return load(counts);
    }

    static constexpr std::uint32_t kBytes = 16;
    /// Words of four bytes; byte s of word i is low[s][in[i] % 16] | high[s][in[i] / 16]. kBytes at once.
    static void expand(const std::uint8_t* in, const std::uint8_t (*low)[16], const std::uint8_t (*high)[16],
                       std::uint32_t* out) {
        for (std::uint32_t i = 0; i < kBytes; ++i) {
            out[i] = 0;
            for (std::uint32_t s = 0; s < 4; ++s)
                out[i] |= static_cast<std::uint32_t>(low[s][in[i] % 16] | high[s][in[i] / 16]) << (8 * s);
        }
    }

    /// kBytes of out = table[in].
    static void translate(const std::uint8_t* in, const std::uint8_t* table, std::uint8_t* out) {
        for (std::uint32_t i = 0; i < kBytes; ++i) out[i] = table[in[i]];
    }

    static Vector multiply(const Vector& a, const Vector& b) {
        return each([&](std::uint32_t i) { return a.lane[i] * b.lane[i]; });
    }
    static Vector shift_right(const Vector& x, int bits) {
        return each([&](std::uint32_t i) {
            return static_cast<std::uint32_t>(static_cast<std::int32_t>(x.lane[i]) >> bits);
        });
    }
    static Vector smaller_bytes(const Vector& a, const Vector& b) {
        std::uint8_t x[sizeof(Vector)], y[sizeof(Vector)];
        store(x, a);
        store(y, b);
        for (std::size_t i = 0; i < sizeof(Vector); ++i) x[i] = x[i] < y[i] ? x[i] : y[i];
        return load(x);
    }
    /// 64-bit lanes with the sum of their bytes.
    static Vector sums_of_eight(const Vector& bytes) {
        std::uint8_t x[sizeof(Vector)];
        store(x, bytes);
        std::uint64_t sums[kLanes / 2] = {};
        for (std::size_t i = 0; i < sizeof(Vector); ++i) sums[i / 8] += x[i];
        return load(sums);
    }
    static Vector requantize(const Vector& value, const float* scale, int zero_point, int low, int high) {
        return each([&](std::uint32_t i) {
            return std::uint32_t{approxtlm::requantize(static_cast<std::int32_t>(value.lane[i]), scale[i],
                                                       zero_point, low, high)};
        });
    }
    static void store_codes(std::uint8_t* p, std::uint32_t used, const Vector& x) {
        for (std::uint32_t i = 0; i < used; ++i) p[i] = static_cast<std::uint8_t>(x.lane[i]);
    }

    /// Four pixels' requantize() of values below 2^31 / scale, as bytes [pixel][lane].
    static Vector requantize_four(const Vector (&value)[4], const float* scale, int zero_point, int low,
                                  int high) {
        std::uint8_t codes[4 * kLanes];
        for (std::uint32_t i = 0; i < 4; ++i)
            store_codes(codes + i * kLanes, kLanes, requantize(value[i], scale, zero_point, low, high));
        return load(codes);
    }
    /// The first `used` bytes of each quarter to rows `stride` apart.
    static void store_four(std::uint8_t* p, std::size_t stride, std::uint32_t used, const Vector& x) {
        std::uint8_t codes[4 * kLanes];
        store(codes, x);
        for (std::size_t i = 0; i < 4; ++i) std::memcpy(p + i * stride, codes + i * kLanes, used);
    }

    static constexpr std::uint32_t kQwords = 2;  ///< 64-bit lanes
    /// kQwords positions of Words 64-bit lanes each: the lanes' sums as 32-bit numbers.
    template <std::uint32_t Words>
    static void store_sums(const Vector (&x)[Words], std::int32_t* to) {
        static_assert(Words == 2);
        for (std::uint32_t i = 0; i < 2; ++i) {
            std::uint64_t words[2];
            store(words, x[i]);
            to[i] = static_cast<std::int32_t>(words[0] + words[1]);
        }
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
