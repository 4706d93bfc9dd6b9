#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/arithmetic/multiplier.h"
#include "models/kernels/activity_kernels.h"

namespace approxtlm {

// Neither form exists for a table (table_product.h takes its place); asking for one is a std::logic_error.

/// A multiplier as a sum of exact products of masked operands, for long dot products:
/// T(W, A) = sum over planes of (A & activation_mask) * value(W & weight_mask). Activation masks are
/// disjoint.
struct ProductPlane {
    std::uint8_t activation_mask = 0;
    std::uint8_t weight_mask = 0;
};

/// One plane per distinct set of kept weight bits. `split_top_bit`: activation bit 7 gets a plane of its own.
std::vector<ProductPlane> product_planes(const Multiplier& multiplier, bool split_top_bit);

/// A multiplier as up to eight byte products a MAC: T(W, A) = 2^shift * sum over slots of w_s * a_s, where
/// weight slots are unsigned and activation slots signed bytes for unsigned codes, and vice versa for signed
/// codes. Slots 2i and 2i + 1 together stay within 16 bits. All partial sums share 2^shift, so flipped bits
/// can be counted without it.
struct ProductSlots {
    std::uint32_t groups = 1;  ///< of four slots, one 32-bit word each
    std::uint32_t shift = 0;
    std::array<std::array<std::uint32_t, 2>, 256> weight{};      ///< [code][group]
    std::array<std::array<std::uint32_t, 2>, 256> activation{};  ///< [code][group]
};
ProductSlots product_slots(const Multiplier& multiplier, Encoding encoding);

/// Group `group` of a side of ProductSlots for expand_slots: every slot moves bits of its code, nothing more.
SlotNibbles slot_nibbles(const std::array<std::array<std::uint32_t, 2>, 256>& slots, std::uint32_t group);

}  // namespace approxtlm
