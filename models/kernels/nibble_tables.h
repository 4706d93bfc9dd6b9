#pragma once

#include <cstdint>

#include "models/arithmetic/multiplier.h"
#include "models/kernels/aligned.h"
#include "models/kernels/nibble_kernels.h"

namespace approxtlm {

/// Weights of a truncated multiplier as NibbleJob reads them.
class NibbleTables {
public:
    NibbleTables() = default;
    NibbleTables(const Multiplier& multiplier, Encoding encoding, std::uint32_t filters, std::uint32_t quads);

    void set(std::uint32_t filter, std::uint32_t quad, std::uint32_t slot, std::uint8_t code);
    void give(NibbleJob& job) const;
    /// Must products get 128 A back for every term? (NibbleForm)
    static bool factor128(const Multiplier& multiplier, Encoding encoding);

private:
    Encoding encoding_ = Encoding::unsigned_codes;
    int m_ = 0, offset_ = 0;  ///< what is taken from every weight
    std::uint32_t quads_ = 0;
    AlignedVector<std::uint8_t> low_, high_;
    AlignedVector<std::uint32_t> weights_;
};

}  // namespace approxtlm
