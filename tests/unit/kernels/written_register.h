#pragma once

#include <bitset>
#include <cstdint>

namespace approxtlm::testing {

/// A register of at most 64 bits that says how many of them flip.
struct WrittenRegister {
    std::uint64_t bits = 0;
    std::uint64_t set(std::int64_t value, int width) {
        const std::uint64_t next = static_cast<std::uint64_t>(value) &
                                   (width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1);
        const std::uint64_t flipped = std::bitset<64>(bits ^ next).count();
        bits = next;
        return flipped;
    }
};

}  // namespace approxtlm::testing
