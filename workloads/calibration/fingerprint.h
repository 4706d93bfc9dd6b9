#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace approxtlm::workloads {

/// 64-bit FNV-1a (Fowler, Noll, Vo): tells versions of data apart; no protection against intent.
class Fingerprint {
public:
    template <class T>
    void add(const T& value) {
        unsigned char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        for (const unsigned char b : bytes) {
            state_ = (state_ ^ b) * 0x100000001B3ull;
        }
    }
    template <class T>
    void add_all(const std::vector<T>& values) {
        add(static_cast<std::uint64_t>(values.size()));
        for (const T& value : values) add(value);
    }
    std::string hex() const {
        std::string text;
        for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[state_ >> shift & 15];
        return text;
    }

private:
    std::uint64_t state_ = 0xCBF29CE484222325ull;
};

}  // namespace approxtlm::workloads
